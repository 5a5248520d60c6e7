# SPDX-License-Identifier: Apache-2.0
"""Holds heard words against all tasks of a lexicon at once."""

from __future__ import annotations

import operator

import numpy as np

from phosphene.perception.percepts import Word
from phosphene.policy.columns import Column, Matches
from phosphene.policy.lexicon import Lexicon


def match(lexicon: Lexicon, heard: tuple[Word, ...]) -> Matches:
    """Hold the heard words, one at least, against all tasks. While the words stay the same, so does what they match."""
    columns = tuple(lexicon.column(word) for word in heard)
    newest = lexicon.newest
    if newest is None or not _same(newest[0], columns):
        newest = lexicon.newest = columns, _matched(lexicon, columns)
    return newest[1]


def _same(before: tuple[Column, ...], columns: tuple[Column, ...]) -> bool:
    return len(before) == len(columns) and all(map(operator.is_, before, columns))


def _matched(lexicon: Lexicon, columns: tuple[Column, ...]) -> Matches:
    # [7, W, P]: the places of a phrase, the words, the phrases.
    in_phrases = np.stack([column.in_phrases for column in columns], axis=1)
    # A run along the diagonal: this word after that one, as in the phrase.
    run = in_phrases.copy()
    for step in range(1, len(run)):
        run[step, 1:] *= 1.0 + run[step - 1, :-1]
    length = lexicon.phrase_length
    far = run.max(axis=0) / length
    last = (length - 1).astype(np.intp)
    whole = np.take_along_axis(run, last[None, None, :], axis=0)[0] / length
    matched = in_phrases.max(axis=1)
    single = np.stack([column.matches for column in columns], axis=1)
    in_order = (lexicon.best(np.minimum(runs, 1.0))[None] for runs in (far, whole))
    cells = np.concatenate([single[:3], *in_order, single[3:]])
    explained = np.stack([column.explained for column in columns], axis=1)
    return Matches(
        np.ascontiguousarray(cells.transpose(2, 1, 0)),
        lexicon.best(matched.sum(axis=0) / length),
        lexicon.best((matched * lexicon.place_weight).sum(axis=0)),
        explained.mean(axis=1),
    )
