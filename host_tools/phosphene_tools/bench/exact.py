# SPDX-License-Identifier: Apache-2.0
"""`phosphene bench exact`: seeded cases of the exact tasks, each answer held against Python's own; and the heap."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from random import Random
from typing import Any

from phosphene.errors import Refused
from phosphene.exact import Coprocessor
from phosphene.line import schema
from phosphene.line.dictionary import Task
from phosphene.line.wire import RefusalCode
from phosphene_tools.bench import (
    exact_arithmetic,
    exact_crypto,
    exact_dates,
    exact_heap,
    exact_money,
    exact_units,
)
from phosphene_tools.bench.board import linked, simulated_board
from phosphene_tools.bench.exact_case import Answer, Case, Maker
from phosphene_tools.bench.figures import heading

_NOTES = 10
_REFUSALS = (RefusalCode.REFUSED, RefusalCode.OUT_OF_RANGE)
MUTATIONS = 1000
"""Signatures of which some bits were flipped."""
MIXED = 10_000
"""Calls of any task between the two looks at the heap."""

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
        """One call or process: judged, and timed from its first byte to the last of its answer."""
        task = (await self._mcu.dictionary()).task(case.task)
        sent = time.perf_counter()
        try:
            answer = await (self._result(case) if task.is_process else self._answer(task, case))
        except Refused as refusal:
            right = case.right is None and refusal.code in _REFUSALS
            self.tally.add(case, right, time.perf_counter() - sent, refusal)
        else:
            seconds = time.perf_counter() - sent
            self.tally.add(case, case.right is not None and case.right(answer), seconds, answer)

    async def _answer(self, task: Task, case: Case) -> Answer:
        encoded = schema.encode(task.args, case.arguments, task.name)
        reply = await self._mcu.channel.call(
            task.number, encoded, timeout=10, idempotent=True, longest_ms=task.longest_ms
        )
        return schema.decode(task.results, reply, task.name)

    async def _result(self, case: Case) -> Answer:
        return await (await self._mcu.start(case.task, case.arguments)).result()


async def run(count: int, seed: int, *, mutations: int = MUTATIONS, mixed: int = MIXED) -> dict[str, Any]:
    """All figures of the bench; keys as `phosphene bench exact --json` prints them.

    The heap is looked at on a board of its own, before and after `mixed` calls of all tasks. Sizes
    are those of a 64-bit heap of twice a Pico's: a board's objects are half as large.
    """
    began = time.perf_counter()
    async with simulated_board() as board, linked(board) as (_link, mcu):
        bench = Bench(mcu)
        for case in cases(count, seed):  # one after the other, so that each time is this case's own
            await bench.ask(case)
        tally = bench.tally
        by_task, refused = dict(sorted(tally.by_task.items())), tally.refused
        crypto = await _cryptography(bench, seed, mutations)
    heap = await exact_heap.run(mixed, seed)
    return heading() | {
        "seed": seed,
        "cases": count,
        "cases_by_task": by_task,
        "refused_as_they_should": refused,
        "crypto": crypto,
        "wrong": tally.wrong + heap["wrong"],
        "notes": tally.notes + heap["notes"],
        "worst_ms_by_task": {name: round(s * 1000, 1) for name, s in sorted(tally.worst_s.items())},
        "heap": {key: value for key, value in heap.items() if key not in ("wrong", "notes")},
        "seconds": round(time.perf_counter() - began, 1),
    }


async def _cryptography(bench: Bench, seed: int, mutations: int) -> dict[str, int]:
    """How many vectors of each group were judged, and how many wrongly."""
    wrong = bench.tally.wrong
    judged = Counter[str]()
    for case in exact_crypto.hashes(Random(seed)):
        await bench.ask(case)
        judged[case.task.partition(".")[2]] += 1
    for group, case in exact_crypto.signatures(seed, mutations):
        await bench.ask(case)
        judged[group] += 1
    return dict(judged) | {"cases": judged.total(), "wrong": bench.tally.wrong - wrong}
