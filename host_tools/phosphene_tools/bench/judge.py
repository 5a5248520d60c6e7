# SPDX-License-Identifier: Apache-2.0
"""Holds what callers were told against what the world saw."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field


@dataclass(slots=True)
class Told:
    """What the caller of one call was told. Times are seconds of CLOCK_MONOTONIC."""

    word: int | None
    """The word that the call was to latch; None for a call without effect."""
    began: float
    ended: float
    verdict: str
    """`right`, `wrong` (another answer than the true one), `unknown`, `refused` or `hang`."""


@dataclass
class Verdict:
    """The counts that the fault bench prints; the first four are to be zero."""

    wrong: int = 0
    double_effects: int = 0
    hangs: int = 0
    unknown_unjustified: int = 0
    unknown_outcomes: int = 0
    refused: int = 0
    calls: int = 0
    effects: int = 0
    notes: list[str] = field(default_factory=list[str])


@dataclass(frozen=True, slots=True)
class Reset:
    """From the moment the board stopped until the host had read hello of its next boot, in seconds.

    A call that is written in between lies in a dead board's buffer, and its sender can't know that.
    """

    began: float
    ended: float


def judge(told: Sequence[Told], latched: Iterable[int], resets: Sequence[Reset]) -> Verdict:
    """Compare calls with the words that the simulator saw latched, counted outside the firmware.

    A call that was answered must have its effect once; one that was refused, never; an
    unknown outcome at most once, and only if one of `resets` overlaps the call.
    """
    seen = Counter(latched)
    verdict = Verdict(calls=len(told), effects=seen.total())
    for call in told:
        effects = seen.pop(call.word, 0) if call.word is not None else 0
        if effects > 1:
            verdict.double_effects += effects - 1
            verdict.notes.append(f"word {call.word} was latched {effects} times; its caller was told: {call.verdict}")
        if call.verdict == "hang":
            verdict.hangs += 1
        elif call.verdict == "unknown":
            verdict.unknown_outcomes += 1
            if not any(reset.began <= call.ended and call.began <= reset.ended for reset in resets):
                verdict.unknown_unjustified += 1
                verdict.notes.append(f"unknown without a reset: {call}")
        elif call.verdict == "refused":
            verdict.refused += 1
            if effects:
                verdict.wrong += 1
                verdict.notes.append(f"refused, and yet it happened: {call}")
        elif call.verdict == "wrong" or (call.word is not None and not effects):
            verdict.wrong += 1
            verdict.notes.append(f"told {call.verdict}, effects {effects}: {call}")
    for word, count in seen.items():
        verdict.wrong += count
        verdict.notes.append(f"word {word} was latched and nobody had asked for it")
    return verdict
