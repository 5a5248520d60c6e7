# SPDX-License-Identifier: Apache-2.0
"""An input's interrupt has one user, and a task that begins with the board can't keep the others from it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from phosphene.errors import Busy, PhospheneError, Refused
from phosphene_tools.new_task.trial import Trial, trial_board

COUNTS = """\
import device
from task import field, task

count = [0]


def pulse(_pin):
    count[0] += 1


device.inputs.named("button").irq(pulse)


@task("count.told", results=(field("count", "u32"),), privilege="read", at_boot=True)
def told():
    return (count[0],)


@task("count.free")
def free():
    device.inputs.named("button").free(pulse)
"""
BROKEN = """\
import device
from task import field, task

device.inputs.named("lever").irq(print)


@task("broken.told", privilege="read", at_boot=True)
def told():
    pass
"""


def with_tasks(folder: Path, scenario: Callable[[Trial], Awaitable[None]], **tasks: str) -> None:
    """Run `scenario` on a board with these task files."""
    for name, text in tasks.items():
        (folder / f"{name}.py").write_text(text, encoding="utf-8")

    async def run() -> None:
        async with trial_board(*(folder / f"{name}.py" for name in tasks)) as mcu:
            await scenario(mcu)

    asyncio.run(run())


def test_who_counts_an_input_has_it_alone_and_from_the_start(tmp_path: Path) -> None:
    async def scenario(mcu: Trial) -> None:
        await mcu.pulse("button", 3)
        assert (await mcu.call("count.told")).count == 3, "it counted before it was first called"
        with pytest.raises(Busy, match="input button is counted by another task"):
            await mcu.call("gpio.watch", input="button", edge="falling")
        await mcu.call("gpio.watch", input="button", edge="off")
        assert (await mcu.call("gpio.read", name="button")).level
        await mcu.pulse("button", 2)
        assert (await mcu.call("count.told")).count == 5, "nothing took its interrupt away"
        await mcu.call("count.free")
        for edge in ("falling", "both"):
            assert (await mcu.call("gpio.watch", input="button", edge=edge)).count == 0
        await mcu.pulse("button", 2)
        assert (await mcu.call("gpio.watch", input="button", edge="off")).count == 4
        await mcu.pulse("button", 1)
        assert (await mcu.call("count.told")).count == 5

    with_tasks(tmp_path, scenario, count=COUNTS)


def test_a_task_that_fails_at_the_start_is_told_when_it_is_called(tmp_path: Path) -> None:
    async def scenario(mcu: Trial) -> None:
        await mcu.pulse("button", 1)
        assert (await mcu.call("count.told")).count == 1
        with pytest.raises(Refused, match=r"no input 'lever'; there are: button flow meter"):
            await mcu.call("broken.told")

    with_tasks(tmp_path, scenario, broken=BROKEN, count=COUNTS)


def test_a_dose_leaves_a_meter_alone_that_another_task_counts(tmp_path: Path) -> None:
    async def scenario(mcu: Trial) -> None:
        with pytest.raises(PhospheneError, match="input flow is counted by another task"):
            await (await mcu.start("dispense.pour", key=1, ml="5")).result()
        assert (await mcu.call("dispense.outcome", key=1)).outcome == "never"

    text = COUNTS.replace('"button"', '"flow"')
    with_tasks(tmp_path, scenario, count=text)
