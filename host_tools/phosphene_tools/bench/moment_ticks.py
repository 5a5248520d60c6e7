# SPDX-License-Identifier: Apache-2.0
"""What a tick takes beside the networks that it runs.

A tick is all that is done for one moment: the pictures that were looked at and the sound that was listened to since the
tick before, the stages of the loop, and the painting that went on meanwhile. These go on in threads beside each other,
so a tick's time is how much work it is, not how long anybody waits. `tick_overhead` is the share of all of it that no
network ran in: 0 if nothing but networks took time.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any, Final

from phosphene.loop.loop import PERIOD_S
from phosphene.trace.records import MomentRecord
from phosphene_tools.bench.figures import percentile

OVERDUE_S: Final = PERIOD_S + 0.05
"""A tick that begins so long after the one before came too late."""
_FIELDS: Final = 3


def ticks(
    moments: Sequence[MomentRecord], spent: Mapping[str, Sequence[float]], begin_s: float, end_s: float
) -> dict[str, Any]:
    """Return the figures of the ticks between two times on the monotonic clock.

    `spent` has for each stage of its own thread, and for the policy under ``decide``, numbers as `Clock.spent` has.
    """
    within = [moment for moment in moments if begin_s <= moment.time_s < end_s]
    work = {name: _within(numbers, begin_s, end_s) for name, numbers in spent.items()}
    stages = {
        name: (sum(ms for ms, _ in pieces), sum(models for _, models in pieces))
        for name, pieces in work.items()
        if name != "decide"
    }
    # What the loop itself measured holds the way to the policy's thread and back.
    loop = [sum(moment.spent_ms.values()) for moment in within]
    stages["loop"] = (sum(loop), sum(models for _, models in work.get("decide", [])))
    took, models = (sum(pair[place] for pair in stages.values()) for place in (0, 1))
    seconds = max(end_s - begin_s, 1e-9)
    count = max(len(within), 1)
    apart = [later.time_s - one.time_s for one, later in pairwise(within)]
    ordered = sorted(loop)
    return {
        "tick_overhead": round(1 - models / took, 3) if took else None,
        "tick": {
            "count": len(within),
            "work_ms": round(took / count, 2),
            "models_ms": round(models / count, 2),
            "beside_models_of_wall_time": round((took - models) / 1000 / seconds, 3),
            "loop_ms": {"p50": round(percentile(ordered, 0.5), 2), "p95": round(percentile(ordered, 0.95), 2)}
            if ordered
            else None,
            "by_stage": {
                name: {"ms_per_s": round(ms / seconds, 1), "models_ms_per_s": round(own / seconds, 1)}
                for name, (ms, own) in stages.items()
            },
        },
        "ticks_late": {
            "without_a_decision": sum("decide" in moment.late for moment in within),
            "begun_late": sum(gap > OVERDUE_S for gap in apart),
            "longest_ms_apart": round(1000 * max(apart, default=0.0)),
        },
    }


def _within(numbers: Sequence[float], begin_s: float, end_s: float) -> list[tuple[float, float]]:
    pieces = zip(numbers[::_FIELDS], numbers[1::_FIELDS], numbers[2::_FIELDS], strict=True)
    return [(ms, models) for at_s, ms, models in pieces if begin_s <= at_s < end_s]
