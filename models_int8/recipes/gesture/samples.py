# SPDX-License-Identifier: Apache-2.0
"""What the gesture network learns from: made hands, recorded landmarks, and landmarks found on photographs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from phosphene.accelerators import load_graph
from phosphene.models import model_file
from phosphene.perception.percepts import Gesture
from phosphene.perception.vision.gestures import KINDS, features
from phosphene.perception.vision.hand_landmarks import HandLandmarker
from phosphene.perception.vision.palm_detector import PalmDetector
from phosphene_tools.perception.landmark_rows import rows
from phosphene_tools.perception.people import Photograph
from phosphene_tools.perception.still import placed
from recipes.gesture.poses import example
from recipes.seeing.pictures import learning

Points = NDArray[np.float64]

# Turned versions of each real hand, and by how much at most, in degrees.
_VERSIONS: Final = 8
_TURNED: Final = 20.0


@dataclass(frozen=True, slots=True)
class Samples:
    """`features` float32 [n, 71], `labels` int64 [n] by KINDS, `people` [n]: a number for each participant, -1 for
    a hand that nobody's photograph shows.
    """

    features: NDArray[np.float32]
    labels: NDArray[np.int64]
    people: NDArray[np.int64]

    def where(self, chosen: NDArray[np.bool_]) -> Samples:
        """Return those that are chosen."""
        return Samples(self.features[chosen], self.labels[chosen], self.people[chosen])


def joined(parts: Sequence[Samples]) -> Samples:
    """Return all of them."""
    return Samples(
        np.concatenate([part.features for part in parts]),
        np.concatenate([part.labels for part in parts]),
        np.concatenate([part.people for part in parts]),
    )


def synthetic(count: int, seed: int) -> Samples:
    """Return `count` made hands, a fifth of which show none of the gestures."""
    rng = np.random.default_rng(seed)
    shares = np.array([0.8 / len(Gesture)] * len(Gesture) + [0.2])
    labels = rng.choice(len(KINDS), count, p=shares)
    made = [features(example(KINDS[label], rng)) for label in labels]
    return Samples(np.array(made), labels.astype(np.int64), np.full(count, -1))


def recorded(data: Path, seed: int) -> Samples:
    """Return the recorded landmarks that may be learnt from, each in a few versions."""
    rng = np.random.default_rng(seed)
    known, _ = rows(data)
    # Open, closed and pointing hands mean the same whichever way they're turned.
    return _versions([(one.points.astype(np.float64), one.gesture, -1) for one in known], rng, 180.0)


def photographed(data: Path, seed: int, store: Path) -> Samples:
    """Return landmarks that the published graphs found on photographs that may be learnt from, in a few versions.

    What was found is kept in `store`.
    """
    rng = np.random.default_rng(seed)
    hands = learning(data)
    if not store.exists():
        found = _found(hands)
        np.savez(store.with_suffix(".part.npz"), points=found)
        store.with_suffix(".part.npz").replace(store)
    with np.load(store) as kept:
        points = kept["points"]
    people = {name: number for number, name in enumerate(sorted({one.participant for one in hands}))}
    return _versions(
        [
            (place, hand.gesture, people[hand.participant])
            for place, hand in zip(points, hands, strict=True)
            if np.isfinite(place).all()
        ],
        rng,
        _TURNED,
    )


def _found(hands: Sequence[Photograph]) -> NDArray[np.float64]:
    """Return landmarks [n, 21, 2] on each photograph, NaN where no hand was found."""
    palms = PalmDetector(load_graph(model_file("palm", "palm.tflite")))
    landmarker = HandLandmarker(load_graph(model_file("hand", "hand.tflite")))
    found = np.full((len(hands), 21, 2), np.nan)
    for place, hand in enumerate(hands):
        landmarks = placed(hand.pixels(), palms, landmarker)
        if landmarks is not None:
            found[place] = landmarks.points[:, :2]
        if place % 200 == 199:
            print(f"landmarks: {place + 1} of {len(hands)} photographs", flush=True)
    return found


def _versions(hands: Sequence[tuple[Points, Gesture | None, int]], rng: np.random.Generator, turned: float) -> Samples:
    made: list[NDArray[np.float32]] = []
    labels: list[int] = []
    people: list[int] = []
    for points, gesture, person in hands:
        size = float(np.abs(points - points[0]).max())
        for _ in range(_VERSIONS):
            flat = (points - points[0]) / size + rng.normal(0, 0.012, points.shape)
            # Seen a little more from one side, along an axis of its own.
            slanted = _turn(float(rng.uniform(0, 180)))
            flat = flat @ slanted * np.exp(rng.normal(0, 0.1, 2)) @ slanted.T
            flat = flat @ _turn(float(rng.uniform(-turned, turned)))
            made.append(features(flat * np.array([rng.choice([-1.0, 1.0]), 1.0])))
            labels.append(KINDS.index(gesture))
            people.append(person)
    return Samples(np.array(made), np.array(labels, np.int64), np.array(people, np.int64))


def _turn(degrees: float) -> NDArray[np.float64]:
    cos, sin = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    return np.array([[cos, sin], [-sin, cos]])
