# SPDX-License-Identifier: Apache-2.0
"""`make run` as a visitor meets it: Chromium, a voice in its microphone, the trained networks, the real board."""

from __future__ import annotations

import shutil
import subprocess
import wave
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from playwright.sync_api import Page, Playwright, expect, sync_playwright

from phosphene.models import folder
from phosphene_tools.device import make_hearing, make_seeing
from tests.console.blocks import BlockPainter
from tests.console.browser import device_elsewhere, fake_devices, launched, private_folders, watched
from tests.console.signals import write_film, write_wave
from tests.perception.vision.drawn import ground, with_face

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(shutil.which("espeak-ng") is None, reason="no espeak-ng here to speak"),
    pytest.mark.skipif(
        not (folder() / "hearing" / "card.toml").is_file(), reason="the hearing network isn't trained: no card"
    ),
    pytest.mark.skipif(not (folder() / "face" / "card.toml").is_file(), reason="the face network has no card"),
    pytest.mark.timeout(180),
]

RATE = 44_100


def voice(text: str, folder: Path) -> NDArray[np.int16]:
    """Return `text` as espeak-ng speaks it, int16 [n] at RATE, at a usual loudness."""
    file = folder / "said.wav"
    subprocess.run(["espeak-ng", "-v", "en-us", "-s", "145", "-w", str(file), text], check=True)
    with wave.open(str(file)) as said:
        rate, samples = said.getframerate(), np.frombuffer(said.readframes(said.getnframes()), np.int16)
    at = np.arange(round(samples.size * RATE / rate)) * rate / RATE
    spoken = np.interp(at, np.arange(samples.size), samples)
    return (spoken * 12_000 / np.abs(spoken).max()).astype(np.int16)


@pytest.fixture(scope="module")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as found:
        yield found


def pause(seconds: float) -> NDArray[np.int16]:
    """Return a room in which nobody speaks: faint noise."""
    return np.random.default_rng(1).normal(0, 12, round(seconds * RATE)).astype(np.int16)


def heading(page: Page, text: str) -> None:
    expect(page.locator("#tree").get_by_role("heading")).to_have_text(text, timeout=25_000)


def test_a_spoken_command_changes_the_screen_and_a_spoken_yes_does_it(playwright: Playwright, tmp_path: Path) -> None:
    somebody = np.asarray(with_face(ground(), 320, 230, 150))
    film = write_film(tmp_path / "room.y4m", [somebody] * 2)
    said = [pause(3), voice("set timer five minutes", tmp_path), pause(8), voice("yes", tmp_path), pause(30)]
    sound = write_wave(tmp_path / "command.wav", np.concatenate(said))
    chromium = launched(playwright, *fake_devices(film, sound))
    device = device_elsewhere(BlockPainter, see=make_seeing, hear=make_hearing)
    with private_folders(), device as address, chromium as browser, watched(browser, address) as page:
        heading(page, "What shall I do?")
        page.get_by_role("button", name="Use my camera and microphone").click()
        heading(page, "set a timer?")
        expect(page.locator("#tree")).to_contain_text("300 s")
        heading(page, "set a timer five minutes 300")
        expect(page.locator("#seen")).to_have_attribute("data-faces", "1")
