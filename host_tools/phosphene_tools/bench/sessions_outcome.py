# SPDX-License-Identifier: Apache-2.0
"""What came of sessions, and what many of them say together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

from phosphene_tools.bench.figures import percentile

ERRORS: Final = (0, 10, 20, 30)
"""Per cent of the words misheard; sessions take them in turn."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a session: for each goal whether it was reached, in how many turns, of a task nobody trained on.

    `errors` is the share of misheard words in per cent, `asked_back` counts questions, `unasked` effects in the world
    that nobody wanted, or in other words.
    """

    errors: int
    reached: tuple[bool, ...]
    turns: tuple[int, ...]
    unseen: tuple[bool, ...]
    asked_back: int
    unasked: int

    def as_dict(self) -> dict[str, Any]:
        """Return it as JSON has it."""
        return asdict(self)

    @classmethod
    def of(cls, told: dict[str, Any]) -> Outcome:
        """Undo `as_dict`, also after JSON has made lists of the tuples."""
        reached, turns, unseen = (tuple(told[name]) for name in ("reached", "turns", "unseen"))
        return cls(told["errors"], reached, turns, unseen, told["asked_back"], told["unasked"])


def summary(outcomes: Sequence[Outcome]) -> dict[str, Any]:
    """Return what all sessions together say. Turns are those of goals that were reached."""
    turns = [count for o in outcomes for count, done in zip(o.turns, o.reached, strict=True) if done]
    return {
        "sessions": len(outcomes),
        "reached": share([done for o in outcomes for done in o.reached]),
        "turns_to_goal": round(sum(turns) / len(turns), 3) if turns else None,
        "unasked_effects": sum(o.unasked for o in outcomes),
    }


def by_word_error(outcomes: Sequence[Outcome]) -> dict[str, Any]:
    """Return the same for each share of misheard words, in per cent."""
    return {str(errors): summary([o for o in outcomes if o.errors == errors]) for errors in ERRORS}


def reached_unseen(outcomes: Sequence[Outcome]) -> float | None:
    """Return the share of goals reached among those of tasks that no training saw."""
    return share([done for o in outcomes for done, new in zip(o.reached, o.unseen, strict=True) if new])


def needless_questions(outcomes: Sequence[Outcome]) -> float | None:
    """Return the questions back per goal where every word was heard right."""
    clean = [o for o in outcomes if o.errors == 0]
    goals = sum(len(o.reached) for o in clean)
    return round(sum(o.asked_back for o in clean if o.reached) / goals, 4) if goals else None


def share(done: Sequence[bool]) -> float | None:
    """Return the share that is true; None of nothing."""
    return round(sum(done) / len(done), 4) if done else None


def spread(values: Sequence[float]) -> dict[str, float] | None:
    """Return the median, the 95th percentile and the largest, to the nearest whole; None of nothing."""
    ordered = sorted(values)
    if not ordered:
        return None
    return {"p50": round(percentile(ordered, 0.5)), "p95": round(percentile(ordered, 0.95)), "max": round(ordered[-1])}
