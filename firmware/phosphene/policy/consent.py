# SPDX-License-Identifier: Apache-2.0
"""The rule that no network stands above: an effect needs attention, a question that was really shown, and a yes to it.

The board's own limits, interlocks and grants come on top of it; this is about what a person wants.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from phosphene.line.dictionary import Task

CLEAR: Final = 0.8
"""What a heard yes must have. Below it is asked again."""
LOOKING: Final = 0.5
"""From here on somebody counts as looking."""
FRESH_S: Final = 6.0
"""A yes that was begun longer ago was for something else, or comes from a host that hung."""
SEEN_S: Final = 3.0
"""So old may the picture be in which somebody looked."""


@dataclass(frozen=True, slots=True)
class Confirmation:
    """The question as it stands on the screen: for which task, with which words as arguments, since when."""

    task: str
    arguments: Mapping[str, tuple[str, ...]]
    on_screen_s: float


@dataclass(frozen=True, slots=True)
class Yes:
    """A yes: heard, with the time at which its word began and how sure it is, or touched on the button itself."""

    begun_s: float
    confidence: float = 1.0
    touched: bool = False


@dataclass(frozen=True, slots=True)
class Attention:
    """What the camera saw last: whether anybody was there and looked, 0 … 1."""

    time_s: float
    present: bool
    looking: float


def objection(
    task: Task,
    arguments: Mapping[str, tuple[str, ...]],
    confirmation: Confirmation | None,
    yes: Yes | None,
    attention: Attention | None,
    now_s: float,
) -> str:
    """Return what speaks against calling `task` now, in words; empty if nothing does. What only reads is always free.

    Comparisons are written so that a time or confidence that is no number is an objection, too.
    """
    if task.privilege == "read":
        return ""
    if confirmation is None or not confirmation.on_screen_s <= now_s:
        return "the question is not on the screen"
    if confirmation.task != task.name or dict(confirmation.arguments) != dict(arguments):
        return "the question on the screen is another one"
    if yes is None:
        return "nobody said yes"
    if not confirmation.on_screen_s <= yes.begun_s <= now_s:
        return "the yes began before the question could be read"
    if not now_s - yes.begun_s <= FRESH_S:
        return "the yes is too long ago"
    if yes.touched:
        return ""
    if not yes.confidence >= CLEAR:
        return "the yes was not clear"
    if attention is None or not 0.0 <= now_s - attention.time_s <= SEEN_S:
        return "nobody can be seen"
    if not attention.present or not attention.looking >= LOOKING:
        return "nobody looks"
    return ""
