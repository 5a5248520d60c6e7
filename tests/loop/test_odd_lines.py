# SPDX-License-Identifier: Apache-2.0
"""A person types what nobody expects: each line ends in a scene that can be shown, and the next line works."""

from __future__ import annotations

import asyncio

import pytest

from phosphene.painter.paging import paginate
from phosphene.painter.panel import Panel
from tests.loop.sitting import Sitting, before_the_device, values

LINES = (
    "",
    "   ",
    '"',
    "\\",
    "\x00",
    "☕",
    "\u202etimer",
    "timer.start ☕",
    "timer.start ☕ 3 minutes",
    "timer.start \x07 3",
    "timer.start " + "9" * 190,
    "timer.start -3",
    "timer.start 0",
    "timer.start 3 kg",
    "timer.start 0.001 s",
    "exact.evaluate " + "(" * 180,
    "exact.integer 1" + "0" * 150 + " + 1",
    "exact.integer 1 / 0",
    "exact.power 7 1000 0",
    "exact.decimal 1 / 3 32",
    "money.split 100 9999",
    "convert.units 1 m to ☕",
    "convert.units 1 tablespoon to ml",
    "board.dictionary 0",
    "board.statistics",
    "no.such.task",
    "gpio.names",
    "timer.list",
    "safety.state",
    "a " * 100,
)


def test_odd_lines_end_in_scenes_that_can_be_shown() -> None:
    async def scenario(person: Sitting) -> None:
        for line in LINES:
            before = person.moment.tick
            person.inbox.typed(line)
            async with asyncio.timeout(10):
                while not any(moment.sensed.typed for moment in person.moments if moment.tick > before):
                    await asyncio.sleep(0.005)
            paginate(person.scene, Panel())
            assert all(choice.text for choice in person.scene.choices)
        await person.type("exact.integer 6 * 7", "whole numbers 6 * 7")
        scene = await person.until(lambda scene: bool(values(scene)))
        assert values(scene)["value"] == "42"

    before_the_device(scenario)


@pytest.mark.parametrize("line", ["exact.integer 6 * 7", "board.clock", "timer.list"])
def test_a_cable_that_is_pulled_in_the_middle_leaves_no_value(line: str) -> None:
    async def scenario(person: Sitting) -> None:
        person.inbox.typed(line)
        await person.until(lambda scene: bool(values(scene)))
        await person.board.pull_cable()
        scene = await person.until(lambda scene: scene.title.startswith("The board does not answer"))
        assert values(scene) == {}
        await person.board.plug_cable()
        await person.until(lambda scene: bool(values(scene)))

    before_the_device(scenario)
