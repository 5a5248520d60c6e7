# SPDX-License-Identifier: Apache-2.0
"""How long a tick takes with ten, fifty and two hundred tasks: the senses of a recorded session, sensed again."""

from __future__ import annotations

import random
import time
from collections.abc import Collection, Sequence
from dataclasses import replace
from statistics import fmean
from typing import Any, Final

from phosphene.line.dictionary import Dictionary, Task
from phosphene.loop.decide import Decider
from phosphene.loop.loop import tick
from phosphene.moment import Moment
from phosphene.policy import Policy
from phosphene.trace.records import MomentRecord
from phosphene_tools.bench.sessions_words import tasks as invented

COUNTS: Final = (10, 50, 200)
_KNOWN: Final = 5
_MOST_TICKS: Final = 900


def dictionaries(known: Sequence[Task], said: Collection[str], seed: int = 1) -> list[Dictionary]:
    """Return a dictionary for each of COUNTS. They begin with the same tasks: those of `known` that share most words
    with what was `said`, and invented ones; so the talk is about the same in each, and only what stands beside grows.
    """
    rng = random.Random(seed)

    def shared(task: Task) -> int:
        return len(set(said) & {word for phrase in task.says for word in phrase.split()})

    found = sorted((task for task in known if task.says), key=shared, reverse=True)[:_KNOWN]
    phrases = {phrase for task in found for phrase in task.says}
    while len(found) < max(COUNTS):
        for task in invented(rng):
            if not phrases & set(task.says):
                found.append(replace(task, name=f"invented.task_{len(found)}", number=len(found)))
                phrases |= set(task.says)
    return [Dictionary(tuple(found[:count]), b"") for count in COUNTS]


async def tick_ms_by_tasks(records: Sequence[MomentRecord], known: Sequence[Task]) -> dict[str, Any]:
    """Return the mean milliseconds of a tick by the number of tasks, over ticks as they come, spoken to and silent; and
    over those alone in which there are words to think about. It is processor time, which a machine that does something
    else beside doesn't stretch; the slowest of a hundred are left out, and the dictionaries take each tick in turn.
    """
    said = {word.text for record in records for hop in record.sensed.heard for word in hop.words}
    grown = dictionaries(known, said)
    deciders = [Decider(Policy.load(), dictionary, budget_s=10.0) for dictionary in grown]
    moments = [Moment.first(records[0].time_s) for _ in COUNTS]
    every: list[list[float]] = [[] for _ in COUNTS]
    spoken: list[list[float]] = [[] for _ in COUNTS]
    try:
        for number, record in enumerate(records[1 : 1 + _MOST_TICKS]):
            # What the board told was about its own tasks, and what was touched stood on other screens.
            sensed = replace(record.sensed, told=(), touched=())
            # Who comes first finds the caches cold.
            for place in ((number + later) % len(COUNTS) for later in range(len(COUNTS))):
                moment = moments[place].next(record.time_s, sensed)
                began = time.process_time()
                moment = moments[place] = await tick(moment, deciders[place], grown[place])
                took = 1000 * (time.process_time() - began)
                every[place].append(took)
                if moment.said:
                    spoken[place].append(took)
    finally:
        for decider in deciders:
            decider.stage.close()
    return {"tick_ms_by_tasks": _means(every), "tick_ms_by_tasks_with_words": _means(spoken)}


def _means(times: Sequence[Sequence[float]]) -> dict[str, float | None]:
    return {
        str(count): round(fmean(sorted(ms)[: -(-len(ms) * 99 // 100)]), 3) if ms else None
        for count, ms in zip(COUNTS, times, strict=True)
    }
