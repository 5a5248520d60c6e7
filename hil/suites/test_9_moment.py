# SPDX-License-Identifier: Apache-2.0
"""The whole moment: `phosphene run` on the rig's board and accelerator, from a word to pixels that were checked.

Each test has a device of its own, as somebody starts it, and looks at its console as a page does.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Iterable
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from phosphene.condition import Condition
from phosphene.painter.luminance import lightness, ratio
from phosphene.sensors.blocks import RATE_HZ
from phosphene_hil.board import Board
from phosphene_hil.elsewhere import whole_device
from phosphene_hil.page import Seen
from phosphene_hil.rig import Rig
from phosphene_hil.waiting import soon
from phosphene_tools.bench.moment_talk import VOICES, talk
from phosphene_tools.bench.soak_senses import feeding
from phosphene_tools.perception.drawn_face import ground, with_face

LEAST_CONTRAST = 4.5
"""WCAG 2.2, success criterion 1.4.3, for what must be read."""
LINE, ANSWER = "exact.integer 6 * 7", "42"
SAID, SPOKEN_ANSWER = "calculate twelve times seven", "84.00"
SPEAKS_S = 80.0
MOST_LOAD = 2.0
"""Programs that want to run, for each core: with more the networks don't keep up with what is said."""

Keep = Callable[[str, NDArray[np.uint8]], None]
"""What the fixture `picture` does: a frame goes into the record of the run."""

pytestmark = [pytest.mark.timeout(300), pytest.mark.leaves("lease lost")]


def legible(seen: Seen, value: str) -> bool:
    """Whether the pixels where a value stands differ as dark from light: that something is written there."""
    node = seen.says(value)
    if node is None:
        return False
    left, top, width, height = node.box
    there = lightness(seen.pixels[top : top + height, left : left + width])
    return ratio(float(np.ptp(there))) >= LEAST_CONTRAST


@pytest.mark.needs("exact.integer")
async def test_a_typed_line_is_computed_by_the_board_and_painted(rig: Rig, picture: Keep) -> None:
    async with whole_device(rig) as (_, page):
        await page.typed(LINE)
        seen = await page.until(lambda seen: seen.says(ANSWER), f"{LINE}: the answer was never shown")
        picture("typed", seen.pixels)
        assert legible(seen, ANSWER)
        # The device's own reader read every cell of it, or it would not be here; it says by which way.
        assert seen.outcome.startswith("painted")
        # The same once more, with another number: the pixels follow the value.
        await page.typed("exact.integer 6 * 8")
        other = await page.until(lambda seen: seen.says("48"), "the second answer was never shown")
        assert legible(other, "48")
        assert seen.pixels.shape == other.pixels.shape
        assert (seen.pixels != other.pixels).any()


@pytest.mark.needs("voice", "exact.evaluate")
async def test_a_spoken_line_is_heard_answered_and_painted(rig: Rig, tmp_path: Path, picture: Keep) -> None:
    """Somebody looks at the device. A tape in place of the microphone says it again and again, and no to what was
    understood instead.

    Of talk that nobody is seen to mean the device believes little, and this isn't about that. A computer that is too
    busy loses sound: then nothing is shown here of hearing.
    """
    face, tape = tmp_path / "face.png", tmp_path / "tape.wav"
    with_face(ground(), 320, 230, 130).save(face)
    talk(SPEAKS_S, seed=4, speakers=VOICES[:1], lines=(SAID, "no")).write(tape)
    async with whole_device(rig, "--camera", str(face), "--microphone", str(tape)) as (_, page):
        try:
            wanted = f"{SAID!r} was never answered"
            seen = await page.until(lambda seen: seen.says(SPOKEN_ANSWER), wanted, limit_s=SPEAKS_S - 10)
        except AssertionError as error:
            if Condition.OVERLOADED.words in page.ever or os.getloadavg()[0] > MOST_LOAD * (os.cpu_count() or 1):
                pytest.skip(f"this computer is too busy, its load is {os.getloadavg()[0]:.0f}: {error}")
            raise
        picture("spoken", seen.pixels)
        assert legible(seen, SPOKEN_ANSWER)


@pytest.mark.needs("screen", "exact.integer")
async def test_what_the_page_has_is_on_the_display(rig: Rig, tmp_path: Path) -> None:
    """Of a display that is no folder of pictures only this is seen: the device has no trouble with it."""
    spec = rig.computer.display(tmp_path)
    async with whole_device(rig, "--display", spec) as (device, page):
        await page.typed(LINE)
        seen = await page.until(lambda seen: seen.says(ANSWER), f"{LINE}: the answer was never shown")
        if spec.startswith("png:"):
            await soon(lambda: is_among(seen, tmp_path.glob("*.png")), "no picture of the display is the page's frame")
        assert device.process.returncode is None


@pytest.mark.needs("cable", "exact.integer")
async def test_a_number_does_not_outlive_its_board(rig: Rig, board: Board) -> None:
    """The cable is out: what the board said of the world is gone from the screen, and comes again with the cable."""
    async with whole_device(rig) as (_, page):
        await page.typed(LINE)
        await page.until(lambda seen: seen.says(ANSWER), f"{LINE}: the answer was never shown")
        await board.control.pull_cable()
        try:
            await page.until(lambda seen: not seen.says(ANSWER), "the number stands there without its board")
        finally:
            await board.control.plug_cable()

        async def again() -> None:
            while True:  # a line that is typed before the board is back is answered so, and not kept
                await page.typed(LINE)
                await asyncio.sleep(1)

        typing = asyncio.create_task(again())
        try:
            await page.until(lambda seen: seen.says(ANSWER), "the board is back, and answers nothing")
        finally:
            typing.cancel()


@pytest.mark.needs("mute_switch", "privacy_lights", "outside_view")
async def test_its_switch_mutes_the_device(rig: Rig, board: Board) -> None:
    """The switch on the board: the senses are closed, the lights go dark, the screen says so; and back."""
    privacy = rig.wired.wiring.privacy
    assert privacy is not None
    room = np.random.default_rng(4).normal(0, 12, 8 * RATE_HZ).astype(np.int16)
    lights = ("camera_light", "microphone_light")
    async with whole_device(rig) as (device, page), feeding(device.address, room):
        await soon(lambda: all(map(board.outside.level, lights)), "the senses are open and a light is dark")
        board.outside.drive("mute_switch", bool(privacy.mute_level))
        try:
            await page.until(lambda seen: seen.heading.startswith("Muted."), "the screen does not say it")
            await soon(lambda: not any(map(board.outside.level, lights)), "muted, and a light is on")
        finally:
            board.outside.drive("mute_switch", None)
        await page.until(lambda seen: not seen.heading.startswith("Muted."), "it stays muted")
        await soon(lambda: all(map(board.outside.level, lights)), "un-muted, and nobody has the senses again")


def is_among(seen: Seen, files: Iterable[Path]) -> bool:
    """Whether one of these pictures is the frame, pixel by pixel."""
    return any(np.array_equal(read(file), seen.pixels) for file in files)


def read(file: Path) -> NDArray[np.uint8]:
    """Return a written picture, RGB [height, width, 3]; nothing of one that is just being written."""
    try:
        with Image.open(file) as opened:
            return np.asarray(opened.convert("RGB"))
    except OSError:
        return np.zeros((0, 0, 3), np.uint8)
