# SPDX-License-Identifier: Apache-2.0
"""What speaks for a word of the best path, and how sure that makes us: a logistic regression on five numbers."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from phosphene.perception.audio.decoder import Spelt
from phosphene.perception.audio.features import Float
from phosphene.perception.audio.graphs import NOTHING, WORDS_FROM

# Columns before a word is entered and after it in which its chances are summed up.
_BEFORE: Final = 2
_AFTER: Final = 10
_LARGEST: Final = 8.0
COUNT: Final = 6
"""Numbers in a word's evidence, the constant among them."""


def spans(path: Sequence[Spelt], columns: int) -> list[slice]:
    """Return for each word of a path the columns that speak for it."""
    ends = [*(spelt.column - 1 for spelt in path[1:]), columns][: len(path)]
    return [
        slice(max(0, spelt.column - _BEFORE), max(spelt.column + 1, min(spelt.column + _AFTER, end)))
        for spelt, end in zip(path, ends, strict=True)
    ]


def evidence(chances: Float, path: Sequence[Spelt], behind: float) -> NDArray[np.float64]:
    """Return the evidence for each word of a path, [words, 6].

    `chances` [columns, outputs] are the network's, not logarithms. `behind` is by how much the log chance of this path
    falls behind that of the best path that no grammar bounds: 0 when none does.

    The numbers: 1; the log odds of the word's best column; the log of its sum over columns to that of all other words;
    the log of that sum; how far behind the path is, for each word; the log of the columns with speech for each word,
    which is large where most of what was said wasn't for us.
    """
    spoken = float((chances[:, NOTHING] < 0.5).sum())
    rows: list[list[float]] = []
    for spelt, span in zip(path, spans(path, len(chances)), strict=True):
        words = chances[span, WORDS_FROM:]
        mine = words[:, spelt.word]
        peak, mass = float(mine.max()), float(mine.sum())
        others = float(words.sum()) - mass
        rows.append(
            [
                1.0,
                _bounded(math.log((peak + 1e-6) / (1 - peak + 1e-6))),
                _bounded(math.log((mass + 1e-3) / (others + 1e-3))),
                _bounded(math.log(mass + 1e-3)),
                min(behind / len(path), _LARGEST),
                math.log((spoken + 5) / len(path)),
            ]
        )
    return np.array(rows, np.float64).reshape(len(rows), COUNT)


def confidence(rows: NDArray[np.float64], weights: Sequence[float]) -> NDArray[np.float64]:
    """Return how sure each word is, 0 … 1."""
    return 1 / (1 + np.exp(-np.clip(rows @ np.asarray(weights), -30, 30)))


def others(chances: Float, word: int, span: slice, most: int = 3) -> list[tuple[int, float]]:
    """Return the words that were likely beside `word` in these columns, with their shares of all words' chances."""
    sums = chances[span, WORDS_FROM:].sum(axis=0)
    shares = sums / max(float(sums.sum()), 1e-6)
    best = [int(other) for other in np.argsort(-shares)[: most + 1] if other != word and shares[other] > 0.02]
    return [(other, float(shares[other])) for other in best[:most]]


def _bounded(value: float) -> float:
    return max(-_LARGEST, min(_LARGEST, value))
