# SPDX-License-Identifier: Apache-2.0
"""Gestures told without a network: which fingers are straight, and where the thumb is. What the network has to beat."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from phosphene.perception.percepts import Gesture

_TIPS: Final = (8, 12, 16, 20)
# A straight finger's tip is so much further from the wrist than its middle joint.
_STRAIGHT: Final = 1.1
# Fingertips touch when they are nearer than this share of the palm's length.
_TOUCH: Final = 0.3


def by_rule(points: NDArray[np.floating]) -> Gesture | None:
    """Return what the landmarks [21, 2 or 3] show, y down."""
    flat = np.asarray(points, np.float64)[:, :2]
    from_wrist = np.linalg.norm(flat - flat[0], axis=1)
    up = [bool(from_wrist[tip] > _STRAIGHT * from_wrist[tip - 2]) for tip in _TIPS]
    palm = max(float(from_wrist[9]), 1e-9)
    touching = float(np.linalg.norm(flat[4] - flat[8])) < _TOUCH * palm
    thumb = flat[4] - flat[2]
    # A thumb that is out is far from the knuckle of the index finger.
    out = float(np.linalg.norm(flat[4] - flat[5])) > 0.5 * palm
    if touching and up[1:] == [True] * 3:
        return Gesture.OK
    if all(up):
        return Gesture.OPEN_PALM if out else None
    if up == [True, False, False, False]:
        return Gesture.POINT
    if up == [True, True, False, False]:
        return None if out else Gesture.VICTORY
    if any(up):
        return None
    if not out:
        return Gesture.FIST
    steep = abs(thumb[1]) > 1.4 * abs(thumb[0])
    return (Gesture.THUMB_UP if thumb[1] < 0 else Gesture.THUMB_DOWN) if steep else None
