# SPDX-License-Identifier: Apache-2.0
"""A frame that kept the layout of the one before it is replayed as a change of that one, and comes out the same."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

from phosphene.console.screen import Screen
from phosphene.console.settings import PANELS, Settings
from phosphene.line.dictionary import Dictionary
from phosphene.painter.painter import Painter
from phosphene.painter.scene import Choice, Fact, Intent, Scene
from phosphene.trace.reader import Trace
from phosphene.trace.records import FrameRecord
from phosphene.trace.replay import first_difference_of_pixels
from phosphene.trace.writer import TraceWriter
from phosphene_tools.firmware_image import build_dictionary
from phosphene_tools.places import coprocessor

HEARD = ("time…", "time is…", "time is eight…", "time is eight", "what is the time in")


def heard(words: str, title: str = "Listening") -> Scene:
    """A scene that changes with each word that is heard."""
    return Scene(
        facts=(Fact("device.heard", words, "heard"),), title=title, choices=(Choice("loop.home", "Tasks"),), seed=5
    )


def recorded(path: Path, scenes: list[Scene]) -> list[FrameRecord]:
    """Show the scenes one after the other on a real screen, and return what the trace has of them."""

    async def run() -> None:
        screen = Screen(Painter.load, Settings(panel="160x120"))
        writer = TraceWriter(path, {"accelerator": "cpu"}, build_dictionary(coprocessor())[0])
        works = [asyncio.create_task(work) for work in (screen.run(), writer.follow(screen))]
        try:
            for number, scene in enumerate(scenes, start=1):
                screen.show(scene)
                async with asyncio.timeout(30):
                    while screen.newest is None or screen.newest.number < number:
                        await asyncio.sleep(0.01)
                await asyncio.sleep(0.2)  # the recording takes it, too
        finally:
            for work in works:
                work.cancel()
            await asyncio.gather(*works, return_exceptions=True)
            writer.close()

    asyncio.run(run())
    return list(Trace(path).frames())


def test_what_kept_its_layout_says_of_which_frame_and_comes_out_the_same(tmp_path: Path) -> None:
    scenes = [heard(words) for words in HEARD]
    scenes.append(replace(heard("time"), intent=Intent.ASK, title="For how long?"))
    frames = recorded(tmp_path / "looks.mcap", scenes)
    assert [frame.look for frame in frames] == [1, 1, 1, 1, 1, 6]
    trace = Trace(tmp_path / "looks.mcap")
    assert first_difference_of_pixels(trace, Painter.load) == (6, None)


class Told:
    """A trace of these frames alone."""

    def __init__(self, frames: list[FrameRecord]) -> None:
        self._frames = frames
        self.dictionary: Dictionary | None = None

    def frames(self) -> list[FrameRecord]:
        return self._frames


def test_other_pixels_are_found_and_what_has_lost_its_beginning_is_passed_over(tmp_path: Path) -> None:
    frames = recorded(tmp_path / "few.mcap", [heard(words) for words in HEARD[:3]])
    painter = Painter.load(PANELS["160x120"])

    def first_difference(frames: list[FrameRecord]) -> tuple[int, object]:
        return first_difference_of_pixels(Told(frames), lambda _: painter)  # type: ignore[arg-type]

    assert first_difference(frames) == (3, None)
    count, difference = first_difference([frames[0], replace(frames[1], pixels="0" * 16)])
    assert count == 2
    assert str(difference).startswith("tick 0: frame 2 was 0000000000000000, is ")
    assert first_difference(frames[1:]) == (0, None), "the recording was too slow for the first"
