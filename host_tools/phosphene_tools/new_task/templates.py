# SPDX-License-Identifier: Apache-2.0
"""What a new task and its test begin as; `string.Template`, `$name` is the task's."""

LICENSE_LINE = "# SPDX-License-Identifier: Apache-2.0\n"

CALL = '''\
"""$name: say here what it is for."""

from task import field, task


@task(
    "$name.run",
    says=("run $spoken",),
    args=(field("number", "i32", unit="", min=-1000, max=1000),),
    results=(field("doubled", "i32", unit=""),),
    idempotent=True,
    help="Double a number; say here what yours does.",
)
def run(number):
    return (2 * number,)
'''

PROCESS = '''\
"""$name: say here what it is for."""

from task import field, task


@task(
    "$name.run",
    says=("run $spoken",),
    kind="process",
    args=(field("steps", "u16", unit="", min=1, max=1000),),
    progress=(field("done", "u16", unit=""),),
    results=(field("done", "u16", unit=""),),
    help="Count so many steps; say here what yours does.",
)
def run(steps):
    for done in range(1, steps + 1):
        yield (done,)  # progress, for whoever listens
        yield 10  # ms to sleep; calls are served meanwhile
    return (steps,)
'''

CALL_TEST = '''\
"""$name.run, called on the simulated board."""

import asyncio
$imports

async def doubled(number: int) -> int:
    async with trial_board($tasks) as mcu:
        return (await mcu.call("$name.run", number=number)).doubled


def test_it_doubles() -> None:
    assert asyncio.run(doubled(21)) == 42
'''

PROCESS_TEST = '''\
"""$name.run, run on the simulated board."""

import asyncio
$imports

async def counted(steps: int) -> tuple[list[int], int]:
    async with trial_board($tasks) as mcu:
        process = await mcu.start("$name.run", steps=steps)
        progress = [step.done async for step in process]
        return progress, (await process.result()).done


def test_it_tells_every_step() -> None:
    assert asyncio.run(counted(3)) == ([1, 2, 3], 3)
'''

OWN_IMPORTS = """from pathlib import Path

from phosphene_tools.new_task import trial_board

TASK = Path(__file__).with_name("$name.py")
"""

FIRMWARE_IMPORTS = """
from phosphene_tools.new_task import trial_board
"""
