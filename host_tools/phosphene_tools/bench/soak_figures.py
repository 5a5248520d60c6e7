# SPDX-License-Identifier: Apache-2.0
"""The figures of a soak, from its trace and from what was seen outside of the device, and what was not kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from phosphene.painter.painter import Painter
from phosphene.policy import Policy
from phosphene.trace.reader import Trace
from phosphene.trace.records import MomentRecord
from phosphene.trace.replay import first_difference_of_decisions, first_difference_of_pixels
from phosphene_tools.bench.soak_board import LeaseCount
from phosphene_tools.bench.soak_faults import Injected
from phosphene_tools.bench.soak_health import Growth, Health
from phosphene_tools.bench.soak_verdict import SEEN_S, Lost, lost_leases, seen_after_s

MOST_MB_PER_HOUR: Final = 1.0
JUDGED: Final = ("supervisor", "broker")
"""The processes that must not grow; of others it is only told."""
_WARM_SHARE, _WARM_MOST_S = 0.3, 600.0
"""What is loaded, filled and fragmented at the beginning is no leak."""


@dataclass(frozen=True, slots=True)
class Soaked:
    """What a run left: when it began on the monotonic clock, what was done to it, and what was counted outside."""

    began_s: float
    ended_s: float
    faults: list[Injected]
    leases: LeaseCount
    health: Health
    pictures: int
    blocks: int
    """Of sound, 20 ms each."""
    touches: int


def judged(soaked: Soaked, trace: Trace) -> dict[str, Any]:
    """Return the figures of a run, from its trace and from what was seen outside of it."""
    records = list(trace.moments())
    figures = verdict(soaked, records)
    decisions, parted = first_difference_of_decisions(trace, Policy.load())
    frames, differs = first_difference_of_pixels(trace, partial(Painter.load))
    figures["replay_identical"] = parted is None and differs is None
    figures["replayed"] = {"moments": decisions, "frames": frames}
    figures["promises_broken"] += [f"the replay parts: {difference}" for difference in (parted, differs) if difference]
    return figures


def verdict(soaked: Soaked, records: Sequence[MomentRecord]) -> dict[str, Any]:
    """Return the figures but for the replay's."""
    seconds = soaked.ended_s - soaked.began_s
    seen = [(fault, seen_after_s(fault, records)) for fault in soaked.faults]
    leases = list(lost_leases(records))
    warm_s = soaked.began_s + min(_WARM_SHARE * seconds, _WARM_MOST_S)
    grown = {name: soaked.health.grown(name, warm_s) for name in soaked.health.samples}
    judged = [grown[name] for name in JUDGED if name in grown]
    slopes = [growth.mb_per_hour for growth in judged if growth.mb_per_hour is not None]
    broken = [*_unseen(soaked, seen), *_unexplained(soaked, leases)]
    for name in JUDGED:
        broken += _leaks(name, grown[name]) if name in grown else [f"nobody could look at the {name}"]
    return {
        "minutes": round(seconds / 60, 2),
        "moments": len(records),
        "moments_per_s": round(len(records) / seconds, 1),
        "fed": {"pictures": soaked.pictures, "blocks_of_sound": soaked.blocks, "touches": soaked.touches},
        "faults": {
            "injected": len(seen),
            "seen": sum(after_s is not None for _, after_s in seen),
            "slowest_s": _slowest(seen),
        },
        "leases": {
            "lost": soaked.leases.lost,
            "explained": sum(bool(lost.cause) for lost in leases),
            "why": _counted(leases),
        },
        "memory_mb_per_hour": max(slopes, default=None),
        "fds_grown": sum(max(0, growth.fds) for growth in judged),
        "threads_grown": sum(max(0, growth.threads) for growth in judged),
        "processes": {name: growth.as_dict() for name, growth in grown.items()},
        "promises_broken": broken,
    }


def _unseen(soaked: Soaked, seen: Sequence[tuple[Injected, float | None]]) -> list[str]:
    return [
        f"{fault.kind}, {fault.at_s - soaked.began_s:.1f} s after the beginning: "
        f"not in the trace within {SEEN_S[fault.kind]:g} s"
        for fault, after_s in seen
        if after_s is None
    ]


def _slowest(seen: Sequence[tuple[Injected, float | None]]) -> dict[str, float]:
    """By kind, how long the slowest took to be in the trace."""
    slowest: dict[str, float] = {}
    for fault, after_s in seen:
        if after_s is not None:
            slowest[str(fault.kind)] = max(slowest.get(str(fault.kind), 0.0), round(after_s, 2))
    return slowest


def _leaks(name: str, growth: Growth) -> list[str]:
    found: list[str] = []
    if growth.mb_per_hour is not None and growth.mb_per_hour > MOST_MB_PER_HOUR:
        found.append(f"the {name} grows by {growth.mb_per_hour:g} MB an hour")
    found += [f"the {name} has {growth.fds} more descriptors"] * (growth.fds > 0)
    found += [f"the {name} has {growth.threads} more threads"] * (growth.threads > 0)
    return found


def _unexplained(soaked: Soaked, leases: Sequence[Lost]) -> list[str]:
    found = [
        f"a lease was lost {lost.at_s - soaked.began_s:.1f} s after the beginning without a cause: {lost.told}"
        for lost in leases
        if not lost.cause
    ]
    if len(leases) < soaked.leases.lost:
        found.append(f"the board counted {soaked.leases.lost} lost leases, the trace has {len(leases)}")
    return found


def _counted(leases: Sequence[Lost]) -> dict[str, int]:
    """How often the board said what."""
    said = [lost.told.rpartition(": ")[2] for lost in leases]
    return {why: said.count(why) for why in sorted(set(said))}
