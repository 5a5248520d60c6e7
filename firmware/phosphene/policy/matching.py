# SPDX-License-Identifier: Apache-2.0
"""Holds heard words against all tasks of a lexicon at once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from phosphene.perception.percepts import Word
from phosphene.policy.everyday import FILLERS
from phosphene.policy.lexicon import Lexicon
from phosphene.policy.number_words import number_like
from phosphene.policy.readings import most

Array = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Matches:
    """Heard words against all tasks: cells [T, W, 8], and per task the coverage of its best phrase, plain
    and weighted, and the share of words that it explains, each [T].
    """

    cells: Array
    covered: Array
    weighted: Array
    explained: Array


def match(lexicon: Lexicon, heard: tuple[Word, ...]) -> Matches:
    """Hold the heard words, one at least, against all tasks."""
    own = np.stack([lexicon.against(word.text) for word in heard], axis=1)
    wide = np.stack([lexicon.with_others(word) for word in heard], axis=1)
    idf, at = lexicon.idf[:, None], lexicon.first_phrase
    in_phrases = wide[lexicon.phrases]
    # A run along the diagonal: this word after that one, as in the phrase.
    run = in_phrases.copy()
    for step in range(1, in_phrases.shape[1]):
        run[:, step, 1:] *= 1.0 + run[:, step - 1, :-1]
    length = lexicon.phrase_length[:, None]
    far = run.max(axis=1) / length
    last = (lexicon.phrase_length - 1).astype(np.intp)
    whole = np.take_along_axis(run, last[:, None, None], axis=1)[:, 0] / length

    def best(of_phrases: Array) -> Array:
        return np.maximum.reduceat(of_phrases, at, axis=0)

    matched = in_phrases.max(axis=2)
    explained = best(in_phrases.max(axis=1))
    sets = [lexicon.unit_and_choice(word.text) for word in heard]
    units, choices = (np.stack([pair[which] for pair in sets], axis=1) for which in (0, 1))
    numbers = np.array([most(word, number_like) for word in heard], np.float32)
    numbers = numbers[None, :] * lexicon.takes_number[:, None]
    exact = (own == 1.0).astype(np.float32)
    cells = np.stack(
        [
            best((own * idf)[lexicon.phrases].max(axis=1)),
            best((exact * idf)[lexicon.phrases].max(axis=1)),
            best((wide * idf)[lexicon.phrases].max(axis=1)),
            best(np.minimum(far, 1.0)),
            best(np.minimum(whole, 1.0)),
            exact[lexicon.names].max(axis=1),
            np.maximum(units, choices),
            numbers,
        ],
        axis=2,
    )
    fillers = np.array([word.text.lower() in FILLERS for word in heard], np.float32)[None, :]
    accounted = np.maximum.reduce([explained, units, choices, numbers, np.broadcast_to(fillers, units.shape)])
    return Matches(
        cells,
        best(matched.sum(axis=1, keepdims=True) / length)[:, 0],
        best((matched * lexicon.phrase_weight).sum(axis=1, keepdims=True))[:, 0],
        accounted.mean(axis=1),
    )
