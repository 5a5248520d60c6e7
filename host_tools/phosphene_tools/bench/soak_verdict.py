# SPDX-License-Identifier: Apache-2.0
"""Reads a soak's trace: is each fault to be seen in it, in time, and does each lost lease have its cause there?"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from phosphene.condition import Condition
from phosphene.loop.lease import LATE, UNANSWERED
from phosphene.prove.tidings import LEASE_LOST, RESET
from phosphene.trace.records import MomentRecord
from phosphene_tools.bench.soak_faults import Injected
from phosphene_tools.bench.soak_plan import Kind

Sign = Callable[[MomentRecord], bool]

SEEN_S: Final = {
    Kind.CABLE: 3.0,
    Kind.RESET: 5.0,
    Kind.FREEZE: 4.0,
    Kind.WATCHDOG: 10.0,
    Kind.NOISE: 5.0,
    Kind.CAMERA: 5.0,
    Kind.MICROPHONE: 5.0,
    Kind.ACCELERATOR: 10.0,
}
"""Within how long each kind of fault must be in the trace. A frozen board's reset comes after its watchdog's 4 s."""
CAUSE_S: Final = 12.0
"""How long before it is told a lease may have been lost: a line that is away tells nothing."""
_AFTER_S: Final = 1.0
_STOOD_S: Final = 0.35
"""Two moments that are further apart: the loop stood. It ticks ten times a second."""
_UNSENSED_S: Final = 0.45
"""Two moments with something perceived that are further apart: seeing and hearing were late. The lease holds 0.5 s."""


@dataclass(frozen=True, slots=True)
class Lost:
    """A lost lease: when it was told, why by the board, and the cause in the trace, empty where it shows none."""

    at_s: float
    told: str
    cause: str


def sign_of(kind: Kind) -> Sign:
    """Return what shows this kind of fault in a moment."""
    match kind:
        case Kind.CABLE:
            return lambda record: not record.sensed.board
        case Kind.FREEZE:
            return lambda record: UNANSWERED in noticed(record) or not record.sensed.board
        case Kind.RESET | Kind.WATCHDOG:
            return lambda record: RESET in noticed(record)
        case Kind.NOISE:
            return _condition(Condition.NOISY)
        case Kind.CAMERA:
            return _condition(Condition.BLIND)
        case Kind.MICROPHONE:
            return _condition(Condition.DEAF)
        case Kind.ACCELERATOR:
            return _condition(Condition.ACCELERATOR)


def seen_after_s(fault: Injected, records: Sequence[MomentRecord]) -> float | None:
    """Return how long after it was done the fault's sign came up in the trace; None where it didn't in time.

    A sign that was there before shows nothing.
    """
    sign, limit_s = sign_of(fault.kind), SEEN_S[fault.kind]
    for before, record in pairwise(records):
        after_s = record.time_s - fault.at_s
        if after_s > limit_s:
            return None
        if after_s >= 0 and sign(record) and not sign(before):
            return after_s
    return None


def lost_leases(records: Sequence[MomentRecord]) -> Iterator[Lost]:
    """Yield each lost lease that the trace tells, and its cause. A reset ends the lease, too, and is its own cause."""
    for record in records:
        for news in record.sensed.told:
            if news.task == RESET:
                yield Lost(record.time_s, news.title, news.title)
            elif news.task == LEASE_LOST:
                around = [r for r in records if -CAUSE_S <= r.time_s - record.time_s <= _AFTER_S]
                yield Lost(record.time_s, news.title, _cause(news.title, around))


def noticed(record: MomentRecord) -> frozenset[str]:
    """Return the kinds of notices of a moment."""
    return frozenset(news.task for news in record.sensed.told)


def _cause(told: str, records: Sequence[MomentRecord]) -> str:
    """Return what the trace shows that explains what the board said, empty where there is nothing."""
    there = [name for name, shown in _CAUSES.items() if shown(records)]
    fitting = next((causes for why, causes in _FITTING.items() if told.endswith(why)), tuple(_CAUSES))
    return ", ".join(name for name in there if name in fitting)


def _condition(condition: Condition) -> Sign:
    return lambda record: condition in record.sensed.conditions


def _ever(sign: Sign) -> Callable[[Sequence[MomentRecord]], bool]:
    return lambda records: any(sign(record) for record in records)


def _stood(records: Sequence[MomentRecord]) -> bool:
    return any(later.time_s - record.time_s > _STOOD_S for record, later in pairwise(records))


def _unsensed(records: Sequence[MomentRecord]) -> bool:
    sensed_s = [record.time_s for record in records if record.sensed.seen is not None or record.sensed.heard]
    return any(later_s - at_s > _UNSENSED_S for at_s, later_s in pairwise(sensed_s))


_CAUSES: Final[dict[str, Callable[[Sequence[MomentRecord]], bool]]] = {
    "the board did not answer": _ever(lambda record: not record.sensed.board),
    "the board was reset": _ever(lambda record: RESET in noticed(record)),
    "the line answered late": _ever(lambda record: bool({LATE, UNANSWERED} & noticed(record))),
    "the line was disturbed": _ever(_condition(Condition.NOISY)),
    "the loop stood": _stood,
    "the policy was late": _ever(lambda record: "decide" in record.late),
    "the accelerator failed": _ever(_condition(Condition.ACCELERATOR)),
    "too slow": _ever(_condition(Condition.OVERLOADED)),
    "the senses were late": _unsensed,
    "nothing to be seen": _ever(_condition(Condition.BLIND)),
    "nothing to be heard": _ever(_condition(Condition.DEAF)),
}
_LINE: Final = (
    "the board did not answer",
    "the board was reset",
    "the line answered late",
    "the line was disturbed",
    "the loop stood",
)
# By how the board's words end (lease.py of the firmware); a loss whose reason nobody was told may have any.
_FITTING: Final[dict[str, tuple[str, ...]]] = {
    "no renewal came": _LINE,
    "another host began": _LINE,
    "the loop stands": ("the loop stood", "the policy was late", "too slow"),
    "nothing is sensed": (
        "nothing to be seen",
        "nothing to be heard",
        "the senses were late",
        "the accelerator failed",
        "the loop stood",
        "too slow",
    ),
    "nothing is decided": ("the policy was late", "the accelerator failed", "the loop stood"),
}
