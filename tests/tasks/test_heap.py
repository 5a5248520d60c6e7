# SPDX-License-Identifier: Apache-2.0
"""Many tasks on the heap of a Pico: what they cost installed, loaded, and let go of again."""

from __future__ import annotations

import asyncio
from pathlib import Path

from phosphene.exact import Coprocessor
from phosphene_tools.new_task import trial_board
from phosphene_tools.sim.config import HEAP_FACTOR

PICO_HEAP = 192 * 1024
MANY = 200

TASK = '''\
"""Number {n} of many."""

from refusal import refused
from task import field, task


@task(
    "many.t{n}",
    says=("take {n}",),
    args=(field("number", "i32", min=-1000, max=1000), field("way", "choice", choices=("up", "down"))),
    results=(field("sum", "i32"), field("text", "text", max=64)),
    idempotent=True,
    help="Add {n}, or take it away.",
)
def t{n}(number, way):
    if number == {n} and way == "down":
        raise refused("nothing would be left of %d" % number)
    total = number + {n} if way == "up" else number - {n}
    words = ["%s %d" % (way, part) for part in (number, total)]
    return total, ", ".join(words)
'''

REMEMBERS = '''\
"""A task with a memory."""

from task import field, task

_seen = []


@task("memory.note", args=(field("number", "u16"),), results=(field("count", "u16"),))
def note(number):
    _seen.append(number)
    return (len(_seen),)
'''


def many(folder: Path, count: int, *, lines: int = 0) -> list[Path]:
    """Task files; `lines` more of code make each of them larger."""
    files = [folder / f"many_{number}.py" for number in range(count)]
    for number, file in enumerate(files):
        more = "".join(
            f"\n\ndef more_{i}(a, b):\n    return [a + {i}, b * {i}, a - b, a // (b + {i})]\n" for i in range(lines)
        )
        file.write_text(TASK.format(n=number) + more, encoding="utf-8")
    return files


async def free(mcu: Coprocessor) -> int:
    return (await mcu.call("board.heap", collect=True)).free


async def call(mcu: Coprocessor, number: int) -> None:
    result = await mcu.call(f"many.t{number}", number=5, way="up")
    assert (result.sum, result.text) == (5 + number, f"up 5, up {5 + number}")


def test_200_installed_tasks_leave_half_of_a_picos_heap_free(tmp_path: Path) -> None:
    async def run() -> None:
        async with trial_board(*many(tmp_path, MANY)) as mcu:
            names = [task.name for task in (await mcu.dictionary()).tasks]
            assert len(names) > MANY
            half = HEAP_FACTOR * PICO_HEAP // 2
            assert await free(mcu) >= half
            for number in range(0, MANY, 17):  # a dozen of them
                await call(mcu, number)
            assert await free(mcu) >= half

    asyncio.run(run())


def test_tasks_without_end_fit_and_what_one_remembers_stays(tmp_path: Path) -> None:
    memory = tmp_path / "memory.py"
    memory.write_text(REMEMBERS, encoding="utf-8")

    async def run() -> None:
        # All of these at once would need more heap than there is.
        async with trial_board(memory, *many(tmp_path, 60, lines=40)) as mcu:
            quarter = HEAP_FACTOR * PICO_HEAP // 4
            assert (await mcu.call("memory.note", number=1)).count == 1
            before = await free(mcu)
            await call(mcu, 0)
            each = before - await free(mcu)
            assert each * 60 > before, "too small to show anything"
            levels: list[int] = []
            for number in range(60):
                await call(mcu, number)
                levels.append(await free(mcu))
            # An import may also make the interpreter's table of names grow, which doubles and so does that once here;
            # the next import makes up for it.
            lowest, *others = sorted(levels)
            assert others[0] >= quarter - each
            assert lowest >= quarter - each - quarter // 8
            for number in (0, 30, 59):  # let go of or not, each answers
                await call(mcu, number)
            assert (await mcu.call("memory.note", number=2)).count == 2

    asyncio.run(run())


def test_what_is_tidied_away_loads_again_and_a_memory_stays(tmp_path: Path) -> None:
    memory = tmp_path / "memory.py"
    memory.write_text(REMEMBERS, encoding="utf-8")

    async def run() -> None:
        async with trial_board(memory, *many(tmp_path, 4, lines=40)) as mcu:
            await mcu.call("heap.tidy")
            before = await free(mcu)
            assert (await mcu.call("memory.note", number=1)).count == 1
            for number in range(4):
                await call(mcu, number)
            full = await free(mcu)
            assert (await mcu.call("heap.tidy")).count >= 5
            assert await free(mcu) > full + (before - full) * 3 // 4
            assert (await mcu.call("memory.note", number=2)).count == 2
            await call(mcu, 3)

    asyncio.run(run())
