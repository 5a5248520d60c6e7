# SPDX-License-Identifier: Apache-2.0
"""Somebody real comes while the scripted visitor is there; an act that can't be played; a board that is somebody's."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest
from websockets.asyncio.client import connect

from phosphene.trace.reader import Trace
from phosphene_tools.recording import Recording
from phosphene_tools.tour.script import HOME, Act, Deed, Stands, does, touches, types, watches
from tests.broker.desk import run_time_folder
from tests.tour.visited import END, TAKEN_OVER, Visited, visited

__all__ = ["run_time_folder"]

pytestmark = [pytest.mark.slow, pytest.mark.timeout(180), pytest.mark.usefixtures("run_time_folder")]

NEVER = Stands("what never comes")
COME = does(Deed.COMES, HOME)
PULLED = Act(
    "a cable",
    "It is pulled, and nobody plugs it in.",
    (
        COME,
        does(Deed.PULLS_CABLE, Stands("The board does not answer")),
        watches(NEVER, within_s=120, caption="waits"),
    ),
)
SUM = Act("a sum", "Six times seven.", (types("exact.integer 6 * 7", Stands("whole numbers.*", ("value 42",))),))


async def page_says(device: Visited, **message: object) -> dict[str, object]:
    """Open a page, say it, and return the first `about` without a visitor that comes after it."""
    async with connect(device.address.replace("http", "ws") + "screen", origin=device.address.rstrip("/")) as socket:  # pyright: ignore[reportArgumentType]
        async with asyncio.timeout(30):
            while True:
                told = await socket.recv()
                if isinstance(told, str) and "visitor" in (about := json.loads(told)):
                    break
            assert about["visitor"]["about"] == PULLED.about
            await socket.send(json.dumps(message))
            while True:
                told = await socket.recv()
                if isinstance(told, bytes):
                    continue
                about = json.loads(told)
                if about["type"] == "about" and "visitor" not in about:
                    return about


@pytest.mark.parametrize("message", [{"type": "here"}, {"type": "typed", "line": "is it safe"}])
def test_whoever_touches_or_types_takes_over_at_once_and_finds_the_cable_plugged_in(message: dict[str, object]) -> None:
    async def scenario(device: Visited) -> None:
        await device.until("tour", "waits")
        await page_says(device, **message)
        await device.until("tour", TAKEN_OVER)
        async with device.board() as board:
            assert (await board.info())["port"], "the cable is plugged in"

    found = visited(scenario, [PULLED])
    assert END not in found.tour()


def test_an_act_that_fails_is_left_with_a_line_and_the_next_is_played(tmp_path: Path) -> None:
    broken = Act("broken", "It can't be played.", (COME, touches("No such button", HOME)))
    five = Stands("whole.*", ("value 5",))
    vain = Act("vain", "It waits in vain.", (types("exact.integer 2 + 2", five, within_s=2),))
    trace = tmp_path / "run.mcap"

    async def scenario(device: Visited) -> None:
        await device.until("tour", END)

    found = visited(scenario, [broken, vain, SUM], record=Recording(trace))
    assert found.tour()[-1] == f"{END}: 2 acts were left out"
    notes = [note.text for note in Trace(trace).notes()]
    (left, other) = [text for text in notes if text.startswith("left out")]
    assert left.startswith("left out the rest of “broken”: there is no 'No such button' to touch")
    assert other.startswith("left out the rest of “vain”: the fact 'value 5' did not come")
    assert "value 4" in other, "it says what stood there instead"
    assert "types “exact.integer 6 * 7”" in notes


def test_it_comes_again_after_a_while_without_anybody() -> None:
    async def scenario(device: Visited) -> None:
        async with asyncio.timeout(60):
            while device.tour().count(END) < 2:
                await asyncio.sleep(0.1)

    visited(scenario, [SUM], again_s=0.5)


def test_nobody_comes_while_something_is_going_on() -> None:
    """A timer that somebody set is theirs: the visitor would be in its way, and hush it."""
    asked, runs = Stands("set a timer\\?"), Stands("set a timer tea 60")
    timer = Act("a timer", "A minute.", (types("timer.start tea 60", asked), touches("Yes", runs)))

    async def scenario(device: Visited) -> None:
        await device.until("tour", "no tour: timers are set: tea")

    visited(scenario, [timer], again_s=0.5)
