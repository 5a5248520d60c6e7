# SPDX-License-Identifier: Apache-2.0
"""What is overheard while nobody is known to speak to the device: only its calls count, each believed as a whole.

A call stands alone: nobody talks just before or after it, no other talk lies between its words, and each of them is
clear. Talk holds words of ours, too, but among others. So it is the utterance that is judged, by a logistic regression
on what tells the two apart.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

from phosphene.perception.audio.decoder import Spelt

COUNT: Final = 8
"""Numbers that an utterance is judged by, the constant among them."""
_LITTLE: Final = frozenset({"a", "an", "at", "for", "in", "it", "of", "the", "to"})
_SUREST: Final = 8.0
_TALK_BEFORE, _TALK_AFTER = 10, 11
"""Places in a word's evidence."""


class Calls:
    """Names by which the device is called, as rows of numbers of words."""

    def __init__(self, names: Iterable[str], vocabulary: Sequence[str]) -> None:
        """Little words that `vocabulary` lacks are passed over; a name with any other word that it lacks is none."""
        number = {word: place for place, word in enumerate(vocabulary)}
        little = _LITTLE - number.keys()
        said = [[word for word in name.lower().split() if word not in little] for name in names]
        self._rows = frozenset(tuple(number[word] for word in one) for one in said if one and number.keys() >= set(one))
        self._lengths = sorted({len(row) for row in self._rows})

    def within(self, words: Sequence[int]) -> bool:
        """Return whether one of them is said somewhere in these words, in a row."""
        return any(
            tuple(words[at : at + length]) in self._rows
            for length in self._lengths
            for at in range(len(words) - length + 1)
        )


def standing(
    path: Sequence[Spelt], rows: NDArray[np.float64], sure: NDArray[np.float64], spoken: int
) -> NDArray[np.float64]:
    """Return what tells whether the words of `path` are a whole utterance that was meant, [8].

    `rows` [words, 12] and `sure` [words] are their evidence and confidence, `spoken` in how many columns somebody
    spoke. The numbers: 1; the mean log confidence; the log odds of the least sure word; the log of the columns with
    speech for each word; the widest gap between the beginnings of two words, in tens of columns; how much other talk
    there was just before the first word, and just after the last; whether there is one word only.
    """
    odds = np.log(np.clip(sure, 1e-4, 1 - 1e-4) / np.clip(1 - sure, 1e-4, 1))
    gap = max((after.column - before.column for before, after in pairwise(path)), default=0)
    return np.array(
        [
            1.0,
            float(np.log(np.clip(sure, 1e-4, 1)).mean()),
            float(odds.min().clip(-_SUREST, _SUREST)),
            float(np.log((spoken + 5) / len(path))),
            gap / 10,
            rows[0, _TALK_BEFORE],
            rows[-1, _TALK_AFTER],
            float(len(path) == 1),
        ]
    )
