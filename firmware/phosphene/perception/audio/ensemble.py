# SPDX-License-Identifier: Apache-2.0
"""Two networks over one stream, trained apart; what they make of a column is averaged.

The first knows the whole vocabulary, much of it from synthetic voices alone. The second, the partner, learnt from
people before all, and knows only the words that people were recorded saying. Where it names none of these, it has no
say in what was said instead.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray

from phosphene.accelerators import Accelerator, ModelError
from phosphene.perception.audio.features import Float
from phosphene.perception.audio.graphs import WORDS_FROM, Scorer
from phosphene.perception.audio.second_look import KNOWN

PARTNER: Final = "partner_"
"""What the names of the partner's graphs begin with."""
_LEAST: Final = 1e-9


class Ensemble:
    """Turns frames into log chances, as a `Scorer` does. `vocabulary` are all words of hearing, in order."""

    def __init__(self, first: Scorer, partner: Scorer, vocabulary: Sequence[str]) -> None:
        for scorer, words, which in ((first, vocabulary, "the thresholds name"), (partner, KNOWN, "the partner knows")):
            if scorer.outputs != WORDS_FROM + len(words):
                raise ModelError(
                    f"the graph scores {scorer.outputs - WORDS_FROM} words, and {which} {len(words)}",
                    cure="install phosphene again, or: phosphene models build hearing --data DIR",
                )
        self._first, self._partner = first, partner
        self._known = known_outputs(vocabulary)

    @classmethod
    def load(cls, folder: Path, vocabulary: Sequence[str], accelerator: Accelerator | None = None) -> Self:
        """Load the four graphs of a model's folder; raises ModelError when one is damaged or not hearing's."""
        partner = Scorer.load(folder, accelerator, prefix=PARTNER)
        return cls(Scorer.load(folder, accelerator), partner, vocabulary)

    def reset(self) -> None:
        """Begin a new stream: nothing was heard before it."""
        self._first.reset()
        self._partner.reset()

    def add(self, frames: Float) -> Float:
        """Return the log chances that two more columns give, [2, outputs], for frames [8, 32]."""
        return averaged(self._first.add(frames), self._partner.add(frames), self._known)

    @property
    def codes(self) -> Float:
        """The first network's last codes, oldest first, [10, 96]."""
        return self._first.codes


def known_outputs(vocabulary: Sequence[str]) -> NDArray[np.int64]:
    """Return where the partner's words stand among the scores of the whole vocabulary, in its order.

    Raises ModelError when the vocabulary lacks one.
    """
    missing = sorted(set(KNOWN) - set(vocabulary))
    if missing:
        raise ModelError(
            f"the thresholds don't name {', '.join(missing)}, which the partner knows",
            cure="install phosphene again, or: phosphene models build hearing --data DIR",
        )
    return np.array([WORDS_FROM + list(vocabulary).index(word) for word in KNOWN], np.int64)


def averaged(first: Float, partner: Float, known: NDArray[np.int64]) -> Float:
    """Return log chances [columns, outputs] of what both networks make of some columns: of the first's log chances
    [columns, outputs] and the partner's [columns, 24].

    Where the partner names none of its words, the first says what it was: nothing, other speech, or another word.
    """
    mine, its = np.exp(first), np.exp(partner)
    rest = np.ones(mine.shape[1], np.bool_)
    rest[known] = False
    left, none = mine[:, rest], its[:, :WORDS_FROM].sum(1, keepdims=True)
    both = mine.copy()
    both[:, known] += its[:, WORDS_FROM:]
    both[:, rest] += left * (none / np.maximum(left.sum(1, keepdims=True), _LEAST))
    return np.log(np.maximum(both / 2, _LEAST)).astype(np.float32)
