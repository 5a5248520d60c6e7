# SPDX-License-Identifier: Apache-2.0
"""Where a head looks and how far away it is, from the six points that the face detector places on it."""

from __future__ import annotations

from math import asin, atan2, cos, degrees, exp, hypot, radians
from typing import Final

import numpy as np

from phosphene.perception.vision.face_detector import LEFT_EYE, RIGHT_EYE
from phosphene.perception.vision.view import Points

PUPILS_CM: Final = 6.3
"""Mean distance of the pupils of adults (Dodgson 2004, doi:10.1117/12.529999: 63.36 mm, 95 % within 56 … 71)."""

# An average head in millimetres: to the picture's right, down, and towards the camera; the order is the detector's.
# Eyes, nose's tip, mouth's middle, tragions.
_HEAD: Final = np.array(
    [[-31.5, 0, 0], [31.5, 0, 0], [0, 36, 32], [0, 66, 14], [-70, 12, -82], [70, 12, -82]], np.float64
)
_MIDDLE: Final = _HEAD.mean(axis=0)
_INVERSE: Final = np.linalg.pinv(_HEAD - _MIDDLE)
# A look at the device: within this angle, and how soft its edge is, in degrees.
_TOWARDS, _EDGE = 24.0, 4.0
# A profile has its eyes on top of each other; beyond this turn nothing is corrected.
_MOST: Final = radians(60)


def pose(points: Points) -> tuple[float, float]:
    """Return yaw and pitch in radians of a head whose points [6, 2] are in pixels; both 0 towards the camera.

    Positive yaw turns to the picture's right, positive pitch looks down. The head is fitted under scaled orthographic
    projection, so both are seen from the camera's line of sight to the head, wherever that is in the picture.
    """
    flat = np.asarray(points, np.float64)
    across, down = (_INVERSE @ (flat - flat.mean(axis=0))).T
    size = (np.linalg.norm(across) + np.linalg.norm(down)) / 2
    if size < 1e-9:
        return 0.0, 0.0
    # The head's forward axis in the picture's frame; the third of its parts is of the rotation's third row, which
    # stands upright on the two others.
    x, y = across[2] / size, down[2] / size
    z = (across[0] * down[1] - across[1] * down[0]) / (np.linalg.norm(across) * np.linalg.norm(down) + 1e-12)
    yaw = atan2(x, max(z, 1e-6))
    pitch = asin(max(-1.0, min(1.0, y)))
    return yaw, pitch


def looking(yaw: float, pitch: float) -> float:
    """Return how sure it is that a head turned by so much, in radians, looks at the camera, 0 … 1."""
    angle = degrees(hypot(yaw, pitch))
    return 1 / (1 + exp((angle - _TOWARDS) / _EDGE))


def distance_cm(points: Points, yaw: float, focal_px: float) -> float:
    """Return the distance of a head from the camera by that of its eyes, made up for how far it is turned."""
    apart = float(np.linalg.norm(points[RIGHT_EYE] - points[LEFT_EYE]))
    return focal_px * PUPILS_CM * cos(max(-_MOST, min(_MOST, yaw))) / max(apart, 1.0)
