# SPDX-License-Identifier: Apache-2.0
"""Words outside the vocabulary, known from a few synthetic voices: compared with what the embedding makes of them.

No network is trained. Such a word is heard only when it is said alone, and worse than the others: docs/hearing.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from phosphene.errors import PhospheneError
from phosphene.perception.audio.ensemble import Ensemble
from phosphene.perception.audio.features import Float, FrontEnd
from phosphene.perception.audio.graphs import HOP_COLUMNS, NOTHING
from phosphene.perception.audio.hops import HOP

_COLUMNS: Final = 10
_FEWEST: Final = 4
_QUIET_HOPS: Final = 12


@dataclass(frozen=True, slots=True)
class Enrolled:
    """A word that was enrolled: unit vectors [voices, 960] of what it sounds like, and how near counts as heard."""

    word: str
    templates: Float
    nearest: float

    def likeness(self, vector: Float) -> float:
        """Return how like a stretch of speech is to the word, -1 … 1."""
        return float((self.templates @ vector).max())


def vectors(scorer: Ensemble, clips: Sequence[Float]) -> list[Float]:
    """Return the vectors of the clips with speech in them; float32 at 16 kHz, -1 … 1. The stream begins anew."""
    return [vector for clip in clips if (vector := said(scorer, clip)) is not None]


def enrol(word: str, mine: Sequence[Float], rest: Sequence[Float]) -> Enrolled:
    """Make a word of the vectors of clips that say it and of clips that say something else.

    It counts as heard when it is nearer than nearly all of `rest` come. Raises PhospheneError when too few clips had
    speech in them.
    """
    if len(mine) < _FEWEST or not rest:
        raise PhospheneError(
            f"{len(mine)} clips of '{word}' and {len(rest)} others have speech in them",
            cure=f"give {_FEWEST} voices that say it, and some that say other words",
        )
    templates = np.stack(mine)
    against = (np.stack(rest) @ templates.T).max(axis=1)
    return Enrolled(word, templates, float(np.quantile(against, 0.98)))


def said(scorer: Ensemble, clip: Float) -> Float | None:
    """Return the vector of what is said in a clip, or None when nobody speaks in it."""
    quiet = np.zeros(_QUIET_HOPS * HOP, np.float32)
    samples = np.concatenate([quiet, clip, np.zeros(-clip.size % HOP, np.float32), quiet])
    scorer.reset()
    front = FrontEnd()
    codes: list[Float] = []
    speaking: list[bool] = []
    for at in range(0, samples.size, HOP):
        columns = scorer.add(front.add(samples[at : at + HOP]))
        codes += list(scorer.codes[-HOP_COLUMNS:])
        speaking += (columns[:, NOTHING] < np.log(0.5)).tolist()
    return vector_of(np.stack(codes), np.array(speaking))


def vector_of(codes: Float, speaking: np.ndarray) -> Float | None:
    """Return columns of codes [n, 96] from the first to the last in which somebody speaks, as one unit vector."""
    places = np.flatnonzero(speaking)
    if places.size < 2:
        return None
    # The last words show in the codes for a while after their end.
    part = codes[places[0] : places[-1] + 4]
    at = np.linspace(0, len(part) - 1, _COLUMNS)
    low = at.astype(int)
    high = np.minimum(low + 1, len(part) - 1)
    share = (at - low)[:, None].astype(np.float32)
    table: Float = (part[low] * (1 - share) + part[high] * share).ravel().astype(np.float32)
    return table / np.float32(max(float(np.linalg.norm(table)), 1e-6))
