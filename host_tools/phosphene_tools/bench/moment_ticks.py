# SPDX-License-Identifier: Apache-2.0
"""What a tick takes beside the networks that it runs.

A tick is all that is done for one moment: the pictures that were looked at and the sound that was listened to since the
tick before, the stages of the loop, and the painting that went on meanwhile. These go on in threads beside each other,
so a tick's time is how much work it is, in processor time, not how long anybody waits: neither for a processor that
does something else, nor for the interpreter's lock. `tick_overhead` is the share of all of it that no network ran in: 0
if nothing but networks took time. `tick_overhead_with_waiting` is the same on a wall clock.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any, Final

from phosphene.loop.loop import PERIOD_S
from phosphene.trace.records import MomentRecord
from phosphene_tools.bench.figures import percentile
from phosphene_tools.bench.moment_clocks import NUMBERS

OVERDUE_S: Final = PERIOD_S + 0.05
"""A tick that begins so long after the one before came too late."""
_WALL, _PROCESSOR = 1, 3
"""Where a piece of work has its milliseconds in all; the networks' follow."""
_OWN: Final = ("perceive", "prove", "compose")
"""The stages that run in the loop's own thread, and wait for nothing."""


def ticks(
    moments: Sequence[MomentRecord], spent: Mapping[str, Sequence[float]], begin_s: float, end_s: float
) -> dict[str, Any]:
    """Return the figures of the ticks between two times on the monotonic clock.

    `spent` has for each stage of its own thread, and for the policy under ``decide``, numbers as `Clock.spent` has.
    """
    within = [moment for moment in moments if begin_s <= moment.time_s < end_s]
    seconds = max(end_s - begin_s, 1e-9)
    worked, waited = (
        {name: _sums(numbers, begin_s, end_s, kind) for name, numbers in spent.items()} for kind in (_PROCESSOR, _WALL)
    )
    own = sum(moment.spent_ms.get(stage, 0.0) for moment in within for stage in _OWN)
    policy, networks = worked.pop("decide", (0.0, 0.0))
    worked["loop"] = own + policy, networks
    # What the loop itself measured holds the way to the policy's thread and back.
    loop = sorted(sum(moment.spent_ms.values()) for moment in within)
    waited["loop"] = sum(loop), waited.pop("decide", (0.0, 0.0))[1]
    apart = [later.time_s - one.time_s for one, later in pairwise(within)]
    return {
        "tick_overhead": _overhead(worked),
        "tick_overhead_with_waiting": _overhead(waited),
        "tick": {
            "count": len(within),
            "loop_ms": {"p50": round(percentile(loop, 0.5), 2), "p95": round(percentile(loop, 0.95), 2)}
            if loop
            else None,
            "work": _told(worked, seconds, len(within)),
            "with_waiting": _told(waited, seconds, len(within)),
        },
        "ticks_late": {
            "without_a_decision": sum("decide" in moment.late for moment in within),
            "begun_late": sum(gap > OVERDUE_S for gap in apart),
            "longest_ms_apart": round(1000 * max(apart, default=0.0)),
        },
    }


def _sums(numbers: Sequence[float], begin_s: float, end_s: float, kind: int) -> tuple[float, float]:
    """Return the milliseconds of all pieces of work, and those that their networks had."""
    within = [at for at in range(0, len(numbers), NUMBERS) if begin_s <= numbers[at] < end_s]
    return sum(numbers[at + kind] for at in within), sum(numbers[at + kind + 1] for at in within)


def _overhead(stages: Mapping[str, tuple[float, float]]) -> float | None:
    took, models = (sum(pair[place] for pair in stages.values()) for place in (0, 1))
    return round(1 - models / took, 3) if took else None


def _told(stages: Mapping[str, tuple[float, float]], seconds: float, count: int) -> dict[str, Any]:
    took, models = (sum(pair[place] for pair in stages.values()) for place in (0, 1))
    return {
        "ms": round(took / max(count, 1), 2),
        "models_ms": round(models / max(count, 1), 2),
        "by_stage": {
            name: {"ms_per_s": round(ms / seconds, 1), "models_ms_per_s": round(own / seconds, 1)}
            for name, (ms, own) in stages.items()
        },
    }
