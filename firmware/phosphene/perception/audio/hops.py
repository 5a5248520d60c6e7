# SPDX-License-Identifier: Apache-2.0
"""Cuts blocks of sound of any length into hops of 80 ms, and notices where the stream broke off."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np

from phosphene.perception.audio.features import Float
from phosphene.sensors.blocks import RATE_HZ, Sound

HOP: Final = 1280
HOP_S: Final = HOP / RATE_HZ
SILENT_DB: Final = -96.0
# A hole so short is filled with silence: less than two features' width, and words survive it.
_FILLED: Final = 320


@dataclass(frozen=True, slots=True)
class Hop:
    """80 ms of sound. `samples` is float32 [1280], -1 … 1; `end_s` is the time of its end; `broken` says that what
    came before it isn't what was heard just before it.
    """

    samples: Float
    end_s: float
    broken: bool

    @property
    def level_db(self) -> float:
        """The root mean square without the mean, in dB of full scale: -96 … 0."""
        power = float(np.var(self.samples, dtype=np.float64))
        return min(0.0, max(SILENT_DB, 10 * math.log10(power + 1e-12)))


class Hops:
    """Gathers samples; a block may complete no hop or several."""

    def __init__(self) -> None:
        self._kept = np.zeros(0, np.float32)
        self._broken = False

    def add(self, sound: Sound) -> Iterator[Hop]:
        """Yield the hops that this block completes. Samples that were lost are made up for when they are few; when
        they are many, what waited for them is dropped, and the next hop is `broken`.
        """
        new = sound.samples.astype(np.float32) / np.float32(32768)
        if sound.missed > _FILLED:
            self._kept, self._broken = np.zeros(0, np.float32), True
        elif sound.missed > 0:
            new = np.concatenate([np.zeros(sound.missed, np.float32), new])
        joined: Float = np.concatenate([self._kept, new])
        whole = joined.size // HOP * HOP
        for at in range(0, whole, HOP):
            # Counted back from the block's end, so that a microphone whose clock drifts doesn't pull the times along.
            end_s = sound.end_s - (joined.size - at - HOP) / RATE_HZ
            yield Hop(joined[at : at + HOP], end_s, self._broken)
            self._broken = False
        self._kept = joined[whole:]
