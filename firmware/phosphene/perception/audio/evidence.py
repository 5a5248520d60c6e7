# SPDX-License-Identifier: Apache-2.0
"""What speaks for a word of the best path, and how sure that makes us: a logistic regression on a dozen numbers."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from phosphene.perception.audio.decoder import Spelt
from phosphene.perception.audio.features import Float
from phosphene.perception.audio.graphs import NOTHING, OTHER, WORDS_FROM

# Columns before a word is entered and after it in which its chances are summed up.
_BEFORE: Final = 2
_AFTER: Final = 10
_LARGEST: Final = 8.0
# The columns in which a word sounds, counted from that in which it is entered: it is named after its end.
_SOUNDS: Final = (-22, -5)
# Columns before a word sounds and after it is named, in which others may talk.
_AROUND: Final = 12
_LOUDEST_DB: Final = 30.0
_QUIET: Final = 0.2
COUNT: Final = 12
"""Numbers in a word's evidence, the constant among them."""


def spans(path: Sequence[Spelt], columns: int) -> list[slice]:
    """Return for each word of a path the columns that speak for it."""
    ends = [*(spelt.column - 1 for spelt in path[1:]), columns][: len(path)]
    return [
        slice(max(0, spelt.column - _BEFORE), max(spelt.column + 1, min(spelt.column + _AFTER, end)))
        for spelt, end in zip(path, ends, strict=True)
    ]


def evidence(chances: Float, path: Sequence[Spelt], behind: float, levels: Float) -> NDArray[np.float64]:
    """Return the evidence for each word of a path, [words, 12].

    `chances` [columns, outputs] are the network's, not logarithms. `behind` is by how much the log chance of this path
    falls behind that of the best path that no grammar bounds: 0 when none does. `levels` [columns] are how loud it was
    in each column, in dB.

    The numbers: 1; the log odds of the word's best column; the log of its sum over columns to that of all other words;
    the log of that sum; how far behind the path is, for each word; the log of the columns with speech for each word,
    which is large where most of what was said wasn't for us; by how much the word is louder than the quiet fifth of
    the utterance, and than its loudest column, in tens of dB; the log odds of the other words' best columns, on
    average; the log of how many words there are; how much other talk there was just before and just after the word.
    """
    spoken = float((chances[:, NOTHING] < 0.5).sum())
    quiet, loudest = _quiet(levels), float(levels.max())
    cuts = spans(path, len(chances))
    peaks = [chances[span, WORDS_FROM + spelt.word].max() for spelt, span in zip(path, cuts, strict=True)]
    odds = [_bounded(math.log((peak + 1e-6) / (1 - peak + 1e-6))) for peak in peaks]
    rows: list[list[float]] = []
    for place, (spelt, span) in enumerate(zip(path, cuts, strict=True)):
        words = chances[span, WORDS_FROM:]
        mass = float(words[:, spelt.word].sum())
        others = float(words.sum()) - mass
        first, last = (max(0, spelt.column + at) for at in _SOUNDS)
        loud = float(levels[first : last + 1].max())
        beside = [one for other, one in enumerate(odds) if other != place]
        rows.append(
            [
                1.0,
                odds[place],
                _bounded(math.log((mass + 1e-3) / (others + 1e-3))),
                _bounded(math.log(mass + 1e-3)),
                min(behind / len(path), _LARGEST),
                math.log((spoken + 5) / len(path)),
                min(loud - quiet, _LOUDEST_DB) / 10,
                max(loud - loudest, -_LOUDEST_DB) / 10,
                float(np.mean(beside)) if beside else 0.0,
                math.log(len(path)),
                _talk(chances[max(0, first - _AROUND) : first]),
                _talk(chances[span.stop : span.stop + _AROUND]),
            ]
        )
    return np.array(rows, np.float64).reshape(len(rows), COUNT)


def _quiet(levels: Float) -> float:
    """The level that a fifth of the columns stays below; ten times as quick as numpy's quantile of so few."""
    ordered = np.sort(levels)
    at = _QUIET * (len(ordered) - 1)
    low = int(at)
    high = min(low + 1, len(ordered) - 1)
    return float(ordered[low] + (ordered[high] - ordered[low]) * (at - low))


def _talk(chances: Float) -> float:
    """The share of a few columns in which somebody talks of something else."""
    return float(chances[:, OTHER].sum()) / _AROUND


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
