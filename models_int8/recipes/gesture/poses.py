# SPDX-License-Identifier: Apache-2.0
"""Random hands that show each of our gestures, and hands that show none: how the joints stand in them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np

from phosphene.perception.percepts import Gesture
from recipes.gesture.skeleton import Float, Pose, joints, reached, seen

Rng = np.random.Generator
_INDEX, _MIDDLE, _RING, _LITTLE = range(4)


def example(gesture: Gesture | None, rng: Rng) -> Float:
    """Return landmarks [21, 2] of a random hand that shows `gesture`, y down, in hand lengths."""
    return _KINDS[gesture](rng)


def _straight(rng: Rng) -> tuple[float, float]:
    return float(rng.normal(3, 9)), float(abs(rng.normal(4, 7)))


def _bent(rng: Rng) -> tuple[float, float]:
    return float(rng.normal(75, 12)), float(rng.normal(95, 12))


def _bends(rng: Rng, *up: int) -> Float:
    return np.array([_straight(rng) if finger in up else _bent(rng) for finger in range(4)])


def _thumb_in(rng: Rng) -> tuple[float, float, tuple[float, float]]:
    """A thumb laid over the palm or along the index finger."""
    if rng.random() < 0.25:
        return float(rng.normal(8, 6)), float(rng.normal(10, 8)), (float(rng.normal(5, 8)), float(rng.normal(5, 8)))
    return float(rng.normal(5, 12)), float(rng.normal(35, 10)), (float(rng.normal(30, 12)), float(rng.normal(35, 15)))


def _thumb_out(rng: Rng) -> tuple[float, float, tuple[float, float]]:
    return float(rng.normal(48, 10)), float(rng.normal(8, 10)), (float(rng.normal(2, 8)), float(rng.normal(2, 10)))


def _thumb_loose(rng: Rng) -> tuple[float, float, tuple[float, float]]:
    """A thumb that hangs beside the palm, as it does in a claw."""
    return float(rng.normal(30, 15)), float(rng.normal(30, 15)), (float(rng.normal(15, 12)), float(rng.normal(15, 15)))


def _made(rng: Rng, bends: Float, thumb: tuple[float, float, tuple[float, float]], spread: float) -> Float:
    return joints(Pose(bends, spread, *thumb), rng)


def _open_palm(rng: Rng) -> Float:
    bends = _bends(rng, 0, 1, 2, 3)
    if rng.random() < 0.3:
        # Leant forward at the knuckles, any way up, from further aside.
        bends[:, 0] += rng.uniform(0, 35)
        hand = _made(rng, bends, _thumb_out(rng), float(abs(rng.normal(1.1, 0.4))))
        return seen(hand, rng, float(rng.uniform(-180, 180)), 80)
    hand = _made(rng, bends, _thumb_out(rng), float(abs(rng.normal(1.1, 0.4))))
    return seen(hand, rng, float(rng.normal(0, 40)), 45)


def _fist(rng: Rng) -> Float:
    if rng.random() < 0.4:
        return _claw(rng)
    bends = _bends(rng)
    if rng.random() < 0.4:
        # Loosely closed, as it is on the way there.
        bends = np.stack([rng.normal(60, 15, 4), rng.normal(80, 15, 4)], axis=1)
    hand = _made(rng, bends, _thumb_in(rng), float(abs(rng.normal(0.5, 0.3))))
    return seen(hand, rng, float(rng.uniform(-180, 180)), 65)


def _claw(rng: Rng) -> Float:
    """A half-open fist, often from the side: more bent in its middle joints than at its knuckles."""
    bends = np.stack([rng.normal(rng.normal(45, 18), 8, 4), rng.normal(rng.normal(95, 12), 10, 4)], axis=1)
    thumb = _thumb_loose(rng) if rng.random() < 0.6 else _thumb_in(rng)
    hand = _made(rng, bends, thumb, float(abs(rng.normal(0.6, 0.3))))
    return seen(hand, rng, float(rng.uniform(-180, 180)), 80)


def _point(rng: Rng) -> Float:
    bends = _bends(rng, _INDEX)
    if rng.random() < 0.5:
        # The index finger leaves the back of the hand's plane, often towards the camera.
        bends[_INDEX] = rng.uniform(-5, 70), abs(rng.normal(4, 8))
        hand = _made(rng, bends, _thumb_in(rng) if rng.random() < 0.6 else _thumb_loose(rng), 0.5)
        return seen(hand, rng, float(rng.uniform(-180, 180)), 80)
    thumb = _thumb_in(rng) if rng.random() < 0.8 else _thumb_out(rng)
    hand = _made(rng, bends, thumb, 0.5)
    return seen(hand, rng, float(rng.uniform(-180, 180)), 50)


def _victory(rng: Rng) -> Float:
    hand = _made(rng, _bends(rng, _INDEX, _MIDDLE), _thumb_in(rng), float(abs(rng.normal(1.8, 0.6))))
    return seen(hand, rng, float(rng.normal(0, 40)), 45)


def _ok(rng: Rng) -> Float:
    bends = _bends(rng, _MIDDLE, _RING, _LITTLE)
    bends[_INDEX] = rng.normal(45, 12), rng.normal(65, 15)
    hand = _made(rng, bends, (float(rng.normal(35, 10)), float(rng.normal(25, 10)), (10.0, 25.0)), 1.1)
    return seen(reached(hand, _INDEX, float(rng.uniform(0.88, 1.0))), rng, float(rng.normal(0, 40)), 45)


def _thumb(rng: Rng, wanted: float) -> Float:
    """A fist with its thumb up or down: turned so that the thumb points within 35 degrees of `wanted` as it's seen."""
    hand = _made(rng, _bends(rng), _thumb_out(rng), 0.3)
    flat = seen(hand, rng, 0.0, 60)
    return _turned(flat, rng, wanted + float(rng.uniform(-35, 35)))


def _turned(flat: Float, rng: Rng, wanted: float) -> Float:
    """Turn the hand so that its thumb points `wanted` degrees clockwise from up."""
    x, y = flat[4] - flat[2]
    angle = np.radians(wanted) - np.arctan2(x, -y)
    cos, sin = np.cos(angle), np.sin(angle)
    return flat @ np.array([[cos, sin], [-sin, cos]])


def _none(rng: Rng) -> Float:
    """A hand that is something else: other fingers up, half bent, a thumb to the side, or a relaxed hand."""
    kind = rng.integers(8)
    roll = float(rng.uniform(-180, 180))
    if kind == 0:
        hand = _made(rng, _bends(rng), _thumb_out(rng), 0.3)
        side = float(rng.choice([-90, 90]) + rng.uniform(-30, 30))
        return _turned(seen(hand, rng, 0.0, 50), rng, side)
    if kind == 1:
        bends = np.stack([rng.normal(30, 8, 4), rng.normal(35, 10, 4)], axis=1)
        return seen(_made(rng, bends, _thumb_out(rng), 0.6), rng, roll, 50)
    if kind == 2:
        # One of the other fingers touches the thumb.
        finger = int(rng.integers(1, 4))
        bends = _bends(rng, *(other for other in range(4) if other != finger))
        bends[finger] = rng.normal(55, 10), rng.normal(60, 12)
        hand = _made(rng, bends, (30.0, 30.0, (15.0, 25.0)), 1.0)
        return seen(reached(hand, finger, float(rng.uniform(0.85, 1.0))), rng, float(rng.normal(0, 40)), 45)
    if kind == 3:
        # The thumb laid across four fingers that are up.
        hand = _made(rng, _bends(rng, 0, 1, 2, 3), _thumb_in(rng), float(abs(rng.normal(1.0, 0.4))))
        return seen(reached(hand, _RING, 0.3), rng, float(rng.normal(0, 40)), 40)
    if kind == 4:
        # An O: all fingertips at the thumb's.
        bends = np.stack([rng.normal(50, 8, 4), rng.normal(50, 10, 4)], axis=1)
        hand = _made(rng, bends, (20.0, 45.0, (10.0, 20.0)), 0.2)
        return seen(reached(hand, _INDEX, 0.9), rng, roll, 50)
    up = [finger for finger in range(4) if rng.random() < 0.5]
    out = rng.random() < 0.5
    if up == [_INDEX] or (up == [_INDEX, _MIDDLE] and not out) or (len(up) == 4) or not up:
        up = [_INDEX, _MIDDLE, _RING] if rng.random() < 0.5 else [_INDEX, _LITTLE]
    hand = _made(rng, _bends(rng, *up), _thumb_out(rng) if out else _thumb_in(rng), 1.0)
    return seen(hand, rng, roll, 50)


_KINDS: Final[dict[Gesture | None, Callable[[Rng], Float]]] = {
    Gesture.OPEN_PALM: _open_palm,
    Gesture.FIST: _fist,
    Gesture.POINT: _point,
    Gesture.THUMB_UP: lambda rng: _thumb(rng, 0.0),
    Gesture.THUMB_DOWN: lambda rng: _thumb(rng, 180.0),
    Gesture.VICTORY: _victory,
    Gesture.OK: _ok,
    None: _none,
}
