# SPDX-License-Identifier: Apache-2.0
"""The gesture network on hands that are drawn here, what its features ignore, and the vote over time."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from phosphene.accelerators import load_graph
from phosphene.models import model_file
from phosphene.perception.percepts import Gesture
from phosphene.perception.vision.gestures import FEATURES, KINDS, GestureNetwork, Vote, direction, features

Points = NDArray[np.float64]
NETWORK = GestureNetwork(load_graph(model_file("gesture", "gesture.tflite")))


def _hand(up: str, thumb: str) -> Points:
    """Return a flat right hand seen from its palm, y down; `up` names the straight fingers out of "imrl"."""
    points = np.zeros((21, 2))
    knuckles = {"i": (-25, -95), "m": (-3, -100), "r": (17, -95), "l": (35, -84)}
    for place, (name, (x, y)) in enumerate(knuckles.items()):
        first = 5 + 4 * place
        straight = [(x, y), (x * 1.15, y - 45), (x * 1.25, y - 72), (x * 1.3, y - 95)]
        bent = [(x, y), (x * 1.05, y - 28), (x * 0.95, y + 2), (x * 0.9, y + 25)]
        points[first : first + 4] = straight if name in up else bent
    points[1:5] = {
        "in": [(-25, -22), (-38, -50), (-22, -72), (2, -78)],
        "out": [(-28, -20), (-55, -42), (-78, -60), (-98, -76)],
    }[thumb]
    return points


def _turned(points: Points, degrees: float) -> Points:
    angle = np.radians(degrees)
    return points @ np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])


DRAWN = {
    Gesture.OPEN_PALM: _hand("imrl", "out"),
    Gesture.FIST: _hand("", "in"),
    Gesture.POINT: _hand("i", "in"),
    Gesture.VICTORY: _hand("im", "in"),
    None: _hand("imr", "in"),
}


@pytest.mark.parametrize("gesture", list(DRAWN))
def test_drawn_hands_are_told_apart(gesture: Gesture | None) -> None:
    likely = NETWORK.likely(DRAWN[gesture])
    assert KINDS[int(likely.argmax())] is gesture
    assert likely.sum() == pytest.approx(1, abs=1e-5)


@pytest.mark.parametrize(("degrees", "gesture"), [(52, Gesture.THUMB_UP), (-128, Gesture.THUMB_DOWN)])
def test_a_thumb_means_what_its_direction_says(degrees: float, gesture: Gesture) -> None:
    """The drawn thumb points 52 degrees to the left of up."""
    likely = NETWORK.likely(_turned(_hand("", "out"), degrees))
    assert KINDS[int(likely.argmax())] is gesture


def test_size_place_and_depth_do_not_matter() -> None:
    hand = DRAWN[Gesture.VICTORY]
    elsewhere = np.column_stack([hand * 0.3 + 800, np.arange(21.0)])
    assert features(elsewhere) == pytest.approx(features(hand), abs=1e-5)
    assert features(hand).shape == (FEATURES,)


def test_the_other_hand_has_the_same_shape() -> None:
    hand = DRAWN[Gesture.POINT]
    assert features(hand * [-1, 1])[:42] == pytest.approx(features(hand)[:42], abs=1e-5)


def test_points_that_fall_together_are_no_crash() -> None:
    assert np.isfinite(NETWORK.likely(np.zeros((21, 3)))).all()


@pytest.mark.parametrize("degrees", [0, 90, 180, -60])
def test_direction_is_where_the_index_finger_points(degrees: float) -> None:
    straight = DRAWN[Gesture.POINT]
    straight[5:9, 0] = -25
    x, y = direction(_turned(straight, degrees))
    angle = np.radians(degrees)
    assert (x, y) == pytest.approx((np.sin(angle), -np.cos(angle)), abs=1e-6)


def _sure(kind: Gesture | None) -> NDArray[np.float32]:
    likely = np.full(len(KINDS), 0.01, np.float32)
    likely[KINDS.index(kind)] = 1 - 0.01 * (len(KINDS) - 1)
    return likely


def test_one_picture_begins_no_gesture_and_three_do() -> None:
    vote = Vote()
    assert vote.add(_sure(Gesture.FIST))[0] is None
    vote.add(_sure(Gesture.FIST))
    gesture, confidence = vote.add(_sure(Gesture.FIST))
    assert gesture is Gesture.FIST
    assert confidence > 0.7


def test_one_odd_picture_ends_no_gesture_and_others_do() -> None:
    vote = Vote()
    for _ in range(10):
        vote.add(_sure(Gesture.FIST))
    assert vote.add(_sure(None))[0] is Gesture.FIST
    assert vote.add(_sure(Gesture.FIST))[0] is Gesture.FIST
    said = [vote.add(_sure(Gesture.OPEN_PALM))[0] for _ in range(4)]
    assert said[-1] is Gesture.OPEN_PALM
