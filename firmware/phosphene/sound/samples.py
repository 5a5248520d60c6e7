# SPDX-License-Identifier: Apache-2.0
"""Sound on its way out: int16, mono, RATE_HZ."""

from __future__ import annotations

from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

RATE_HZ: Final = 22_050
"""Samples per second of all that is played: the speech engine's own rate."""

FADE: Final = RATE_HZ // 100
"""Samples in which what is cut fades: 10 ms."""

FULL_SCALE: Final = 32_767

Samples: TypeAlias = NDArray[np.int16]
"""Shape [n], mono, at RATE_HZ."""


def cut_off(left: Samples) -> Samples:
    """Return the little that is still heard of what is `left` when it is cut: FADE samples under a raised cosine, from
    full to nothing.
    """
    fade = 0.5 + 0.5 * np.cos(np.pi * (np.arange(FADE) + 1) / FADE)
    return np.rint(left[:FADE] * fade[: left.size]).astype(np.int16)


def silence(seconds: float) -> Samples:
    """Return zeros."""
    return np.zeros(round(seconds * RATE_HZ), np.int16)
