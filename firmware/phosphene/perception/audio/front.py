# SPDX-License-Identifier: Apache-2.0
"""From blocks of sound to columns of chances, hop by hop, with the gate between: all of hearing that is no decision."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np

from phosphene.perception.audio.ensemble import Ensemble
from phosphene.perception.audio.features import Float, FrontEnd
from phosphene.perception.audio.gate import Gate
from phosphene.perception.audio.graphs import HOP_COLUMNS, log_softmax
from phosphene.perception.audio.hops import Hops
from phosphene.sensors.blocks import Sound

# Hops that are kept while the gate is closed, so that the networks hear what led up to its opening.
_CATCH_UP_HOPS: Final = 14


@dataclass(frozen=True, slots=True)
class Chances:
    """What the networks make of a hop that ends at `end_s`: log chances [2, outputs] and codes [2, 96], both without a
    row while the gate is closed. `broken` says that something is missing just before it. `frames` [n, 32] are what
    they were shown since they last were: eight, or more of them when the gate has just opened.
    """

    end_s: float
    level_db: float
    broken: bool
    columns: Float
    codes: Float
    frames: Float


class Front:
    """Follows one stream; what it gives is the same however the sound is cut into blocks."""

    def __init__(self, scorer: Ensemble, temperature: float) -> None:
        self._scorer, self._temperature = scorer, np.float32(temperature)
        self.reset()

    def reset(self) -> None:
        """Forget what was heard, as if the microphone had just been opened."""
        self._hops, self._gate = Hops(), Gate()
        self._begin()

    def _begin(self) -> None:
        """The stream begins, or goes on somewhere else."""
        self._features = FrontEnd()
        self._scorer.reset()
        self._waiting: deque[Float] = deque(maxlen=_CATCH_UP_HOPS)

    def add(self, sound: Sound) -> Iterator[Chances]:
        """Yield what the hops say that this block completes."""
        for hop in self._hops.add(sound):
            if hop.broken:
                self._begin()
            frames, level = self._features.add(hop.samples), hop.level_db
            if not self._gate.add(level):
                self._waiting.append(frames)
                yield Chances(hop.end_s, level, hop.broken, _NO_COLUMNS, _NO_COLUMNS, _NO_COLUMNS)
                continue
            shown = [*self._waiting, frames]
            while self._waiting:
                self._scorer.add(self._waiting.popleft())
            columns = log_softmax(self._scorer.add(frames) / self._temperature)
            yield Chances(
                hop.end_s, level, hop.broken, columns, self._scorer.codes[-HOP_COLUMNS:], np.concatenate(shown)
            )


_NO_COLUMNS: Final = np.zeros((0, 0), np.float32)
