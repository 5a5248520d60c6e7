# SPDX-License-Identifier: Apache-2.0
"""What a heard word may have been, each reading with how likely it is beside the first."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from phosphene.perception.percepts import Word

_LEAST: Final = 0.05
"""So sure is even the least sure word, lest an unlikely reading beside it counts for all."""


def readings(word: Word) -> tuple[tuple[str, float], ...]:
    """Return the readings, lower case, best first: 1 for the word itself, 0 … 1 for the others."""
    best = max(word.confidence, _LEAST)
    return (word.text.lower(), 1.0), *((text.lower(), min(1.0, share / best)) for text, share in word.others)


def most(word: Word, what: Callable[[str], bool]) -> float:
    """Return how likely the likeliest reading is for which `what` holds, beside the first; 0 where there is none."""
    return max((share for text, share in readings(word) if what(text)), default=0.0)
