# SPDX-License-Identifier: Apache-2.0
"""`phosphene bench exact`: seeded cases of the exact tasks, each answer held against Python's own arithmetic."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from random import Random
from typing import Any

from phosphene.errors import Refused
from phosphene.exact import Coprocessor
from phosphene.line import schema
from phosphene_tools.bench import exact_arithmetic, exact_dates, exact_money, exact_units
from phosphene_tools.bench.board import linked, simulated_board
from phosphene_tools.bench.exact_case import Case, Maker
from phosphene_tools.bench.figures import heading

_NOTES = 10
_REFUSED = 12

# A kind of question comes as often as it is listed: arithmetic and conversion are asked most.
MAKERS: tuple[Maker, ...] = (
    *exact_arithmetic.MAKERS * 2,
    *exact_money.MAKERS,
    *exact_dates.MAKERS,
    *exact_units.MAKERS * 6,
)


@dataclass
class Tally:
    """What came of the cases so far."""

    cases: int = 0
    refused: int = 0
    wrong: int = 0
    notes: list[str] = field(default_factory=list[str])
    by_task: dict[str, int] = field(default_factory=dict[str, int])
    worst_s: dict[str, float] = field(default_factory=dict[str, float])

    def add(self, case: Case, right: bool, seconds: float, said: object) -> None:
        """Count one answered case."""
        self.cases += 1
        self.by_task[case.task] = self.by_task.get(case.task, 0) + 1
        self.worst_s[case.task] = max(seconds, self.worst_s.get(case.task, 0.0))
        if case.right is None:
            self.refused += right
        if not right:
            self.wrong += 1
            if len(self.notes) < _NOTES:
                self.notes.append(f"{case.task} {case.arguments}: {said}")


def cases(count: int, seed: int) -> Iterator[Case]:
    """So many cases; the same ones for the same seed."""
    rng = Random(seed)
    for i in range(count):
        yield (MAKERS[i] if i < len(MAKERS) else rng.choice(MAKERS))(rng)


class Bench:
    """Puts cases to a board and judges what it says."""

    def __init__(self, mcu: Coprocessor) -> None:
        self._mcu = mcu
        self.tally = Tally()

    async def ask(self, case: Case) -> None:
        """One call: judged, and timed from its first byte to the last of its answer."""
        task = (await self._mcu.dictionary()).task(case.task)
        encoded = schema.encode(task.args, case.arguments, task.name)
        sent = time.perf_counter()
        try:
            reply = await self._mcu.channel.call(
                task.number, encoded, timeout=10, idempotent=True, longest_ms=task.longest_ms
            )
        except Refused as refusal:
            seconds = time.perf_counter() - sent
            right = case.right is None and refusal.code == _REFUSED
            self.tally.add(case, right, seconds, refusal)
        else:
            seconds = time.perf_counter() - sent
            answer = schema.decode(task.results, reply, task.name)
            self.tally.add(case, case.right is not None and case.right(answer), seconds, answer)

    async def largest_free(self) -> int:
        """The largest piece of the firmware's heap, in bytes."""
        return (await self._mcu.call("heap.largest")).bytes


async def run(count: int, seed: int) -> dict[str, Any]:
    """All figures of the bench; keys as `phosphene bench exact --json` prints them.

    The heap is looked at when every task has been called once, which is when
    its code has been loaded, and again at the end. Sizes are those of a 64-bit
    heap of twice a Pico's: a board's objects are half as large.
    """
    began = time.perf_counter()
    async with simulated_board() as board, linked(board) as (_link, mcu):
        bench = Bench(mcu)
        these = cases(count, seed)
        for _, case in zip(MAKERS, these, strict=False):
            await bench.ask(case)
        start = await bench.largest_free()
        for case in these:  # one after the other, so that each time is this case's own
            await bench.ask(case)
        end = await bench.largest_free()
    tally = bench.tally
    return heading() | {
        "seed": seed,
        "cases": tally.cases,
        "cases_by_task": dict(sorted(tally.by_task.items())),
        "refused_as_they_should": tally.refused,
        "wrong": tally.wrong,
        "notes": tally.notes,
        "worst_ms_by_task": {name: round(s * 1000, 1) for name, s in sorted(tally.worst_s.items())},
        "heap": {"largest_free_start": start, "largest_free_end": end},
        "seconds": round(time.perf_counter() - began, 1),
    }
