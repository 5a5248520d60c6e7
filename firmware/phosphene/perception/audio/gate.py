# SPDX-License-Identifier: Apache-2.0
"""Decides by loudness whether the networks have to listen at all: an adaptive noise floor, and a margin above it."""

from __future__ import annotations

from typing import Final

from phosphene.perception.audio.hops import SILENT_DB

# Of 20 dB in a second: after a loud noise the floor is back soon. Up it goes slowly, since words are loud too.
_FALLS_DB: Final = 1.6
_RISES_DB: Final = 0.12
_MARGIN_DB: Final = 4.0
_HOLD_HOPS: Final = 15
_ALWAYS_DB: Final = -32.0
_NEVER_DB: Final = -80.0


class Gate:
    """Open while it is louder than usual and for 1.2 s after that, and at the beginning, when nothing is usual yet."""

    def __init__(self) -> None:
        self.floor_db = SILENT_DB
        self._held = 0
        self._heard = 0

    def add(self, level_db: float) -> bool:
        """Take a hop's level; return whether to listen to it."""
        self._heard += 1
        if self._heard == 1:
            self.floor_db = max(level_db - 2 * _MARGIN_DB, SILENT_DB)
        self.floor_db = max(min(self.floor_db + _RISES_DB, level_db), self.floor_db - _FALLS_DB, SILENT_DB)
        loud = level_db > max(min(self.floor_db + _MARGIN_DB, _ALWAYS_DB), _NEVER_DB)
        self._held = _HOLD_HOPS if loud else max(0, self._held - 1)
        return self._held > 0
