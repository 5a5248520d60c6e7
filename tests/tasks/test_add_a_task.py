# SPDX-License-Identifier: Apache-2.0
"""docs/add-a-task.md, followed to the letter: its files, its commands, what it types, and what then stands painted."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from phosphene.sensors.blocks import RATE_HZ
from phosphene.sensors.resample import Resampler
from phosphene.sound import samples
from phosphene.sound.errors import SoundError
from phosphene.sound.speech import Espeak
from phosphene_tools.own_words import VOICES
from tests.console.browser import private_folders
from tests.console.running import Page, SensesClient, connected
from tests.tasks.following import Command, File, Mistake, Typed, mistakes, steps

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]
TOOLS = Path(sys.executable).parent
STEPS = list(steps())
BLOCK = RATE_HZ // 50


class Screen:
    """The page's end of the console: what is painted, in words."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.texts: set[str] = set()
        self.keys: dict[str, str] = {}
        self.frame = 0

    def until(self, wanted: Callable[[set[str]], bool], seconds: float = 30) -> None:
        """Look at painted frames until one is wanted."""
        ends = time.monotonic() + seconds
        while not wanted(self.texts):
            assert time.monotonic() < ends, f"it was not shown, but {self.texts}"
            try:
                tree, pixels = self.page.frame(1.0)
            except TimeoutError:
                continue
            assert pixels.std() > 0
            self._read(tree)

    def type(self, line: str) -> None:
        self.texts = set()
        self.page.send(type="typed", line=line)

    def press(self, text: str) -> None:
        self.page.send(type="chosen", key=self.keys[text], frame=self.frame)
        self.until(lambda texts: text not in texts)

    def _read(self, tree: dict[str, Any]) -> None:
        self.frame = tree["frame"]
        self.keys = {node["text"]: node["key"] for node in tree["nodes"] if node["role"] == "button"}
        texts = [text for node in tree["nodes"] for text in (node["text"], node.get("label", "")) if text]
        self.texts = {*texts, *(part for part in (tree["hint"], tree["outcome"]) if part)}


def run(words: tuple[str, ...], folder: Path, **options: Any) -> subprocess.CompletedProcess[str]:
    """Run a command of the page in the reader's folder."""
    return subprocess.run(
        [TOOLS / words[0], *words[1:]], cwd=folder, capture_output=True, text=True, timeout=100, check=False, **options
    )


@contextmanager
def running(words: tuple[str, ...], folder: Path) -> Generator[str]:
    """Run the device as the page says, but for a port that is free; yields the address that it prints."""
    process = subprocess.Popen(
        [TOOLS / words[0], *words[1:], "--console-port", "0"], cwd=folder, stdout=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout is not None
        said: list[str] = []
        while not (said and said[-1].startswith("watch")):
            said.append(process.stdout.readline())
            assert said[-1], "".join(said)
        yield next(line.split()[1] for line in said if line.startswith("console"))
    finally:
        process.terminate()
        process.communicate(timeout=30)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The reader's folder, as it is before the device is run."""
    found = tmp_path_factory.mktemp("reader")
    with private_folders():
        for step in STEPS[:2]:
            do(step, found)
        yield found


@pytest.fixture
def address(folder: Path) -> Iterator[str]:
    """The console of a device that runs with the reader's task; its meter has counted nothing yet."""
    command = STEPS[2]
    assert isinstance(command, Command)
    assert command.words[:2] == ("phosphene", "run")
    with running(command.words, folder) as found:
        yield found


def do(step: File | Command | Typed, folder: Path) -> None:
    """Write a file, or run a command."""
    assert not isinstance(step, Typed)
    if isinstance(step, File):
        assert (folder / step.path).exists(), "`phosphene new task` made it"
        (folder / step.path).write_text(step.content, encoding="utf-8")
    else:
        done = run(step.words, folder)
        assert done.returncode == 0, done.stdout + done.stderr


def test_the_task_is_one_file_of_about_twenty_lines() -> None:
    (task,) = [step for step in STEPS if isinstance(step, File) and not step.path.startswith("my-tasks/test_")]
    assert len([line for line in task.content.splitlines() if line.strip()]) <= 28


def test_it_is_on_the_screen_counts_and_keeps_its_limits(folder: Path, address: str) -> None:
    with connected(address) as socket:
        screen = Screen(Page(socket))
        for step in STEPS[3:]:
            if not isinstance(step, Typed):
                do(step, folder)
                continue
            screen.type(step.line)
            screen.until(lambda texts, step=step: all(any(part in text for text in texts) for part in step.shown))
            if step.press:
                screen.press(step.press)


def test_it_answers_to_its_spoken_name(address: str) -> None:
    voice = "en-us+Mike"
    assert voice not in VOICES, "nobody enrolled it with this voice"
    sound = spoken("water meter", voice)
    with connected(address, "senses") as senses:
        ear = SensesClient(senses)
        ear.take(camera=False)
        while ear.next("senses", 120, mine=True)["loading"]:
            pass
        threading.Thread(target=lambda: list(senses), daemon=True).start()  # what isn't read stops the pings, too
        with connected(address) as socket:
            screen = Screen(Page(socket))
            screen.type("what time is it")
            screen.until(lambda texts: any("what time is it" in text for text in texts) and "litres" not in texts)
            begin = time.monotonic()
            for at in range(0, sound.size - BLOCK, BLOCK):
                ear.sound(at, sound[at : at + BLOCK].tobytes())
                time.sleep(max(0.0, begin + at / RATE_HZ - time.monotonic()))
            screen.until(lambda texts: "litres" in texts)
            assert any("water meter" in text for text in screen.texts)


def spoken(text: str, voice: str) -> np.ndarray:
    """Return `text` between silences, int16."""
    speech = Espeak(voice)
    try:
        speech.open()
    except SoundError as error:
        pytest.skip(str(error))
    said = speech.say(text).astype(np.float32)
    speech.close()
    resampler = Resampler(samples.RATE_HZ)
    words = np.concatenate([resampler.push(said), resampler.flush()]) / 2
    hiss = np.random.default_rng(1).normal(0, 4, 5 * RATE_HZ)
    hiss[RATE_HZ : RATE_HZ + words.size] += words
    return hiss.astype(np.int16)


@pytest.mark.parametrize("mistake", mistakes(), ids=lambda mistake: mistake.written or "left out")
def test_a_mistake_is_told_as_the_page_says(mistake: Mistake, tmp_path: Path) -> None:
    (tmp_path / "my-tasks").mkdir()
    task, command = STEPS[1], STEPS[2]
    assert isinstance(task, File)
    assert isinstance(command, Command)
    assert mistake.wanted in task.content
    (tmp_path / task.path).write_text(task.content.replace(mistake.wanted, mistake.written, 1), encoding="utf-8")
    done = run(command.words, tmp_path, env=os.environ | {"PHOSPHENE_CONSOLE_TOKEN": ""})
    assert (done.returncode, done.stdout) == (1, "")
    assert re.sub(r"\s+", " ", done.stderr).strip() == f"error: {mistake.said}"
