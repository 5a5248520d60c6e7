# SPDX-License-Identifier: Apache-2.0
"""The visitor's voice: sentences by the installed speech engine, as a microphone would hear them."""

from __future__ import annotations

import asyncio
from typing import Final

import numpy as np
from numpy.typing import NDArray

from phosphene.sensors.resample import Resampler
from phosphene.sound.errors import SoundError
from phosphene.sound.samples import RATE_HZ
from phosphene.sound.speech import Espeak, Speaks

VOICE: Final = "en-us"
WORDS_PER_MINUTE: Final = 130
"""A voice and a pace that hearing is sure of: `docs/tour.md` has what was tried."""
_PEAK: Final = 9_000
"""Loudness of somebody at arm's length, of 32767."""


class Voice:
    """Says sentences once it is `ready`; `why_not` says why it isn't."""

    def __init__(self, engine: Speaks | None = None) -> None:
        self.why_not = "it wasn't tried yet"
        self._engine = engine or Espeak(VOICE, words_per_minute=WORDS_PER_MINUTE)

    @property
    def ready(self) -> bool:
        """Whether there is a voice."""
        return not self.why_not

    async def open(self) -> None:
        """Look for the engine. Without one, or with one that fails, it is not `ready`."""
        try:
            await asyncio.to_thread(self._engine.open)
            self.why_not = ""
        except SoundError as error:
            self.why_not = str(error)

    async def sound(self, text: str) -> NDArray[np.int16] | None:
        """Return `text` spoken, int16 [n] at the sensors' rate; None when the engine has failed."""
        try:
            spoken = await asyncio.to_thread(self._engine.say, text)
        except SoundError as error:
            self.why_not = str(error)
            return None
        resampler = Resampler(RATE_HZ)
        heard = np.concatenate((resampler.push(spoken.astype(np.float32)), resampler.flush()))
        loudest = float(np.abs(heard).max(initial=1.0))
        return np.rint(heard * (_PEAK / loudest)).astype(np.int16)

    def close(self) -> None:
        """End the engine."""
        self._engine.close()
