# SPDX-License-Identifier: Apache-2.0
"""What sound shows about the microphone that recorded it: muted, or too loud."""

from __future__ import annotations

from typing import Final

import numpy as np

from phosphene.sensors.blocks import RATE_HZ, Sound
from phosphene.sensors.protocol import Trouble

# A microphone that hears has noise, if only in the lowest bit.
_SILENT_S: Final = 2.0
_SILENT_STEP: Final = 1
# Of the samples of a window of a second.
_CLIPPED_SHARE: Final = 0.001
_WINDOW_S: Final = 1.0
_FLOOR_DB: Final = -96.0


class SoundInspector:
    """Looks at each block of one microphone. A file may be silent (`live` false); a microphone that is, is muted."""

    def __init__(self, *, live: bool) -> None:
        self._live = live
        self._silent_s = 0.0
        self._window_s = 0.0
        self._clipped = 0
        self._is_clipped = False

    def look(self, sound: Sound) -> tuple[frozenset[Trouble], float]:
        """Return what is wrong now, out of SILENT and CLIPPED, and the loudness in dB of full scale, -96 … 0."""
        length_s = sound.samples.size / RATE_HZ
        wide = sound.samples.astype(np.float32)
        silent = bool((np.abs(wide) <= _SILENT_STEP).all())
        self._silent_s = self._silent_s + length_s if silent else 0.0
        self._clipped += sound.clipped
        self._window_s += length_s
        if self._clipped > _CLIPPED_SHARE * _WINDOW_S * RATE_HZ:
            self._is_clipped = True
        if self._window_s >= _WINDOW_S:
            self._is_clipped = self._clipped > _CLIPPED_SHARE * self._window_s * RATE_HZ
            self._window_s, self._clipped = 0.0, 0
        found: set[Trouble] = set()
        if self._live and self._silent_s >= _SILENT_S:
            found.add(Trouble.SILENT)
        if self._is_clipped:
            found.add(Trouble.CLIPPED)
        power = float(np.mean(wide**2)) / 32768**2 if wide.size else 0.0
        return frozenset(found), max(_FLOOR_DB, 10 * float(np.log10(power))) if power > 0 else _FLOOR_DB
