# SPDX-License-Identifier: Apache-2.0
"""Says in which columns of an example its words are named, by a network that is trained already.

CTC leaves it to each network when it names a word, so two of them that are averaged would often name it one after the
other. The partner is taught to do it when the first does: Kurata and Audhkhasi, arXiv:1904.08311.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from phosphene.perception.audio.features import Float
from phosphene.perception.audio.graphs import COLUMN_FRAMES, HOP_FRAMES, NOTHING, OTHER, SPAN_FRAMES, WORDS_FROM, Scorer
from recipes.hearing.pool import Example, to_features

IDLE: Final = -1
"""In a column with this no word is named."""
_NEVER: Final = -1e9


@dataclass(frozen=True, slots=True)
class Guided(Example):
    """An example, and per column int64 [columns] the word that is named in it, or `IDLE`."""

    named: NDArray[np.int64]


def guided(examples: Sequence[Example], folder: Path, place: Path) -> list[Guided]:
    """Return the examples with what the graphs in `folder` say of them, which is kept at `place`."""
    if place.exists():
        with np.load(place) as kept:
            every, ends = kept["named"], np.cumsum(kept["lengths"])[:-1]
        named: list[NDArray[np.int64]] = [one.astype(np.int64) for one in np.split(every, ends)]
    else:
        scorer = Scorer.load(folder)
        named = [_named(scorer, one) for one in examples]
        lengths = np.array([len(one) for one in named])
        np.savez(place, named=np.concatenate(named).astype(np.int16), lengths=lengths)
    return [Guided(one.frames, one.words, one.spoken, its) for one, its in zip(examples, named, strict=True)]


def _named(scorer: Scorer, one: Example) -> NDArray[np.int64]:
    """One column for each that training gives the example, the first of which ends with its 108th frame."""
    frames = to_features(one.frames)
    scorer.reset()
    hops = range(0, len(frames) - HOP_FRAMES + 1, HOP_FRAMES)
    heard = [scorer.add(frames[at : at + HOP_FRAMES]) for at in hops]
    columns = np.concatenate(heard)[SPAN_FRAMES // COLUMN_FRAMES - 1 :] if heard else np.zeros((0, WORDS_FROM))
    if len(columns) < 2 * len(one.words):
        return np.full(len(columns), IDLE)
    return align(columns[:, WORDS_FROM:], np.logaddexp(columns[:, NOTHING], columns[:, OTHER]), one.words)


def align(words: Float, idle: Float, said: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the word or `IDLE` of each column on the likeliest way through what was `said`, [columns].

    `words` [columns, words] and `idle` [columns] are log chances. As in CTC, a word may hold several columns, and
    between two of the same there is an idle one.
    """
    states = 2 * len(said) + 1
    each = np.empty((len(idle), states))
    each[:, 0::2] = idle[:, None]
    each[:, 1::2] = words[:, said]
    over = np.zeros(states, np.bool_)
    over[3::2] = said[1:] != said[:-1]
    score = np.full(states, _NEVER)
    score[:2] = each[0, :2]
    steps = np.zeros(each.shape, np.int64)
    for at in range(1, len(idle)):
        stepped = np.r_[_NEVER, score[:-1]]
        before = np.stack([score, stepped, np.where(over, np.r_[_NEVER, stepped[:-1]], _NEVER)])
        steps[at] = before.argmax(0)
        score = before.max(0) + each[at]
    state = states - 1 if states == 1 or score[-1] >= score[-2] else states - 2
    named = np.full(len(idle), IDLE)
    for at in range(len(idle) - 1, -1, -1):
        if state % 2:
            named[at] = said[state // 2]
        state -= steps[at, state]
    return named
