# SPDX-License-Identifier: Apache-2.0
"""What the device shows and says by itself, in a whole run: pictures in a folder, and sound in a file."""

from __future__ import annotations

import time
import wave
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.console.running import Page, connected
from tests.console.test_run import started, told


def _reach(page: Page, title: str) -> None:
    """Follow the page's pictures until one has this heading. The next comes only when the last was answered."""
    while not any(node["role"] == "heading" and node["text"].startswith(title) for node in page.frame(20)[0]["nodes"]):
        pass


def test_a_run_shows_itself_on_its_display_and_sounds_through_its_speaker(tmp_path: Path) -> None:
    pictures, sound = tmp_path / "pictures", tmp_path / "said.wav"
    options = ("--console-port", "0", "--display", f"png:{pictures}", "--speaker", f"wav:{sound}")
    with started(tmp_path, *options) as run:
        address = told(run, "watch")["console"]
        with connected(address) as connection:
            page = Page(connection)
            _reach(page, "What shall I do?")
            page.send(type="typed", line="exact.integer 1 / 0")
            _reach(page, "Division by zero")
        until = time.monotonic() + 20
        while (not pictures.is_dir() or len(list(pictures.glob("*.png"))) < 2) and time.monotonic() < until:
            time.sleep(0.1)
        time.sleep(2)  # the refusal's chime, and its words where there is an engine
        run.terminate()
        run.communicate(timeout=20)
    files = sorted(pictures.glob("*.png"))
    assert len(files) >= 2
    shown = [np.asarray(Image.open(file)) for file in files]
    assert {picture.shape for picture in shown} == {(240, 320, 3)}
    assert shown[0].any()
    assert not shown[-1].any(), "a device that ends leaves no picture that looks alive"
    with wave.open(str(sound)) as file:
        samples = np.frombuffer(file.readframes(file.getnframes()), np.int16)
    assert np.abs(samples).max() > 1000


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        (("--display", "fbb"), "display"),
        (("--speaker", "loud"), "speaker"),
        (("--touch", "evdev:/dev/input/event0", "--display", "none"), "touch panel lies on a display"),
    ],
)
def test_an_output_that_names_nothing_ends_it_with_a_cure(
    tmp_path: Path, options: tuple[str, ...], complaint: str
) -> None:
    with started(tmp_path, "--console-port", "0", *options) as run:
        _, errors = run.communicate(timeout=30)
    assert run.returncode == 1
    assert complaint in errors
    assert len(errors.splitlines()) == 1
