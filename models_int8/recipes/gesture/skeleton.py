# SPDX-License-Identifier: Apache-2.0
"""A kinematic hand: bones of human proportions, bent at the joints, turned before a random camera.

Only geometry: lengths are means of adults' hands as shares of the hand's length, spread by ten percent.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import radians
from typing import Final

import numpy as np
from numpy.typing import NDArray

Float = NDArray[np.float64]

# Knuckles of a right hand seen from its palm: x towards the little finger, y towards the fingertips, z out of the
# palm, in hand lengths. Index, middle, ring, little.
_KNUCKLES: Final = np.array([[-0.13, 0.47, 0.0], [-0.01, 0.49, 0.0], [0.09, 0.46, 0.0], [0.18, 0.41, 0.0]])
_BONES: Final = np.array([[0.24, 0.13, 0.10], [0.26, 0.16, 0.11], [0.24, 0.15, 0.11], [0.19, 0.11, 0.09]])
_SPREAD: Final = np.array([-9.0, -1.0, 8.0, 17.0])
_THUMB_ROOT: Final = np.array([-0.12, 0.12, 0.03])
_THUMB_BONES: Final = np.array([0.23, 0.18, 0.14])
# A finger's last joint bends with the one before it.
_COUPLED: Final = 0.65


@dataclass(frozen=True, slots=True)
class Pose:
    """Angles in degrees. `bends` [4, 2]: of each finger at its knuckle and its middle joint; `spread` scales how far
    the fingers stand apart. The thumb leaves its root `out` to the side, is raised `up` out of the palm, and is bent
    by `thumb` at its two joints.
    """

    bends: Float
    spread: float
    out: float
    up: float
    thumb: tuple[float, float]


def joints(pose: Pose, rng: np.random.Generator) -> Float:
    """Return the 21 points [21, 3] of a right hand in this pose, in MediaPipe's order; z is out of the palm."""
    lengths = np.exp(rng.normal(0, 0.08, (4, 3)))
    points = [np.zeros(3)]
    points += _thumb(pose, np.exp(rng.normal(0, 0.1, 3)), rng)
    for finger in range(4):
        place = _KNUCKLES[finger] * np.exp(rng.normal(0, 0.04, 3))
        aside = radians(_SPREAD[finger] * pose.spread + rng.normal(0, 2))
        bend = radians(pose.bends[finger, 0])
        points.append(place)
        for bone in range(3):
            along = np.array([np.sin(aside) * np.cos(bend), np.cos(aside) * np.cos(bend), np.sin(bend)])
            place = place + along * _BONES[finger, bone] * lengths[finger, bone]
            points.append(place)
            bend += radians(pose.bends[finger, 1]) * (1.0 if bone == 0 else _COUPLED)
    return np.array(points)


def reached(points: Float, finger: int, share: float) -> Float:
    """Return the points with the thumb's chain bent so that its tip comes within `share` of the way to a fingertip.

    The middle joints follow in proportion: lengths of bones change a little, which stands for what was not modelled.
    """
    moved = points.copy()
    tip = points[8 + 4 * finger]
    shift = (tip - points[4]) * share
    for place, part in ((2, 0.25), (3, 0.65), (4, 1.0)):
        moved[place] += shift * part
    return moved


def seen(points: Float, rng: np.random.Generator, roll: float, tilt: float) -> Float:
    """Return what a camera sees of `points`, [21, 2] with y down: turned about the camera's axis by `roll` degrees,
    away from it by up to about `tilt` degrees, from a random distance, one hand or the other, from palm or back.
    """
    turned = points * np.array([1.0, -1.0, 1.0])
    if rng.random() < 0.5:
        turned = turned * np.array([-1.0, 1.0, 1.0])
    yaw, pitch = rng.normal(0, tilt / 2, 2)
    if rng.random() < 0.35:
        yaw += 180.0
    turned = turned @ (_about(1, yaw) @ _about(0, pitch) @ _about(2, roll))
    depth = rng.uniform(2.5, 8.0)
    flat = turned[:, :2] * (depth / (depth - turned[:, 2:]))
    return flat + rng.normal(0, 0.008, flat.shape)


def _thumb(pose: Pose, lengths: Float, rng: np.random.Generator) -> list[Float]:
    place = _THUMB_ROOT * np.exp(rng.normal(0, 0.05, 3))
    out, up = radians(pose.out), radians(pose.up)
    points = [place]
    for bone, bend in enumerate((0.0, *pose.thumb)):
        # Bent, the thumb comes back over the palm towards the little finger.
        out -= radians(bend)
        along = np.array([-np.sin(out) * np.cos(up), np.cos(out) * np.cos(up), np.sin(up)])
        place = place + along * _THUMB_BONES[bone] * lengths[bone]
        points.append(place)
    return points


def _about(axis: int, degrees: float) -> Float:
    angle = radians(degrees)
    one, two = [place for place in range(3) if place != axis]
    matrix = np.eye(3)
    matrix[one, one] = matrix[two, two] = np.cos(angle)
    matrix[one, two], matrix[two, one] = np.sin(angle), -np.sin(angle)
    return matrix
