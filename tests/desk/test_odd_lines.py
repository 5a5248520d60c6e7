# SPDX-License-Identifier: Apache-2.0
"""A person types what nobody expects: each line ends in a scene that can be shown, and the next line works."""

from __future__ import annotations

import asyncio

import pytest

from phosphene.painter.paging import paginate
from phosphene.painter.panel import Panel
from tests.desk.sitting import Sitting, at_a_desk, values

LINES = (
    "",
    "   ",
    '"',
    "\\",
    "\x00",
    "☕",
    "\u202etimer",
    "timer ☕",
    "timer ☕ 3 minutes",
    "timer \x07 3",
    "timer " + "9" * 190,
    "timer -3",
    "timer 0",
    "timer 3 kg",
    "timer 0.001 s",
    "calculate " + "(" * 180,
    "calculate 1" + "0" * 150 + " + 1",
    "calculate 1 / 0",
    "exact.power 7 1000 0",
    "exact.decimal 1 / 3 32",
    "money.split 100 9999",
    "convert 1 m to ☕",
    "convert 1 tablespoon to ml",
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
            count = len(person.scenes)
            person.desk.typed(line)
            async with asyncio.timeout(10):
                while len(person.scenes) == count:
                    await asyncio.sleep(0.01)
            paginate(person.scene, Panel())
            for choice in person.scene.choices:
                assert choice.text
            person.scenes.append(person.scenes[0])
            person.desk.chosen("desk.home")
            await person.until(lambda scene: scene.title == "What shall I do?")
        scene = await person.type("exact.integer 6 * 7", "calculate 6 * 7")
        assert values(scene)["value"] == "42"

    at_a_desk(scenario)


@pytest.mark.parametrize("line", ["exact.integer 6 * 7", "board.clock", "timer.start tea 90"])
def test_a_cable_that_is_pulled_in_the_middle_leaves_no_value(line: str) -> None:
    async def scenario(person: Sitting) -> None:
        person.scenes.append(person.scenes[0])
        person.desk.typed(line)
        await person.until(lambda scene: bool(scene.facts))
        await person.board.pull_cable()
        scene = await person.until(lambda scene: scene.title.startswith("The board does not answer"))
        assert scene.facts == ()
        await person.board.plug_cable()
        await person.until(lambda scene: bool(scene.facts))

    at_a_desk(scenario)
