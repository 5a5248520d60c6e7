# SPDX-License-Identifier: Apache-2.0
"""A page's clock told as the host's: the shortest way that a message took lately is taken for no way at all."""

from __future__ import annotations

import math
from typing import Final

_HALF_S: Final = 5.0


class PageClock:
    """One clock of one page. It may run at another speed: only the last five to ten seconds count."""

    def __init__(self) -> None:
        self._before = math.inf
        self._lately = math.inf
        self._turned_s = -math.inf

    def host_s(self, theirs_s: float, arrived_s: float) -> float:
        """Return when `theirs_s` was on the host's clock, never later than `arrived_s`, when the message came."""
        way = arrived_s - theirs_s
        if arrived_s - self._turned_s > _HALF_S:
            # After a silence of both halves nothing of the old is left.
            self._before = self._lately if arrived_s - self._turned_s < 2 * _HALF_S else math.inf
            self._lately, self._turned_s = way, arrived_s
        self._lately = min(self._lately, way)
        return theirs_s + min(self._before, self._lately)
