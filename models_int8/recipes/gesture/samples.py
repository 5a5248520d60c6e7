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
from phosphene.perception.vision.gestures import FEATURES, KINDS, features
from phosphene.perception.vision.hand_landmarks import HandLandmarker
from phosphene.perception.vision.palm_detector import PalmDetector
from phosphene.perception.vision.picture import Picture
from phosphene_tools.perception.landmark_rows import Row
from phosphene_tools.perception.people import Photograph
from phosphene_tools.perception.still import placed
from recipes.gesture.poses import example

Points = NDArray[np.float64]

# Turned versions of each real hand, and by how much at most, in degrees. What is known from recorded rows (open,
# closed and pointing hands) means the same whichever way it's turned.
_VERSIONS: Final = 8
_TURNED: Final = 20.0
_ANYHOW: Final = 180.0


@dataclass(frozen=True, slots=True)
class Samples:
    """`features` float32 [n, 71], and `labels` int64 [n] by KINDS."""

    features: NDArray[np.float32]
    labels: NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Hands:
    """Real hands: `plain` as they were recorded, [n]; `versions` the same each a few times over, [n * versions]; and
    `people` int64 [n], a number for each person or row.
    """

    plain: Samples
    versions: Samples
    people: NDArray[np.int64]

    def taught(self, chosen: NDArray[np.bool_]) -> Samples:
        """Return the versions of those that are chosen, bool [n]."""
        return _where(self.versions, np.repeat(chosen, _VERSIONS))

    def tested(self, chosen: NDArray[np.bool_]) -> Samples:
        """Return those that are chosen, bool [n], as they were recorded."""
        return _where(self.plain, chosen)


def joined(parts: Sequence[Samples]) -> Samples:
    """Return all of them."""
    return Samples(np.concatenate([part.features for part in parts]), np.concatenate([part.labels for part in parts]))


def synthetic(count: int, seed: int) -> Samples:
    """Return `count` made hands, a fifth of which show none of the gestures."""
    rng = np.random.default_rng(seed)
    shares = np.array([0.8 / len(Gesture)] * len(Gesture) + [0.2])
    labels = rng.choice(len(KINDS), count, p=shares)
    return Samples(_features([example(KINDS[label], rng) for label in labels]), labels.astype(np.int64))


def recorded(rows: Sequence[Row], seed: int) -> Hands:
    """Return the recorded rows, in their order."""
    hands = [(row.points.astype(np.float64), row.gesture) for row in rows]
    return _hands(hands, np.arange(len(rows)), seed, _ANYHOW)


def photographed(photographs: Sequence[Photograph], seed: int, store: Path) -> Hands:
    """Return the landmarks that the published graphs found on photographs, which are kept in `store`."""
    if not store.exists():
        found = _found(photographs)
        np.savez(store.with_suffix(".part.npz"), points=found)
        store.with_suffix(".part.npz").replace(store)
    with np.load(store) as kept:
        points = kept["points"]
    numbers = {name: number for number, name in enumerate(sorted({one.participant for one in photographs}))}
    seen = [
        (place, one.gesture, numbers[one.participant])
        for place, one in zip(points, photographs, strict=True)
        if np.isfinite(place).all()
    ]
    return _hands([(place, gesture) for place, gesture, _ in seen], np.array([who for *_, who in seen]), seed, _TURNED)


def _found(photographs: Sequence[Photograph]) -> NDArray[np.float64]:
    """Return landmarks [n, 21, 2] on each photograph, NaN where no hand was found."""
    palms = PalmDetector(load_graph(model_file("palm", "palm.tflite")))
    landmarker = HandLandmarker(load_graph(model_file("hand", "hand.tflite")))
    found = np.full((len(photographs), 21, 2), np.nan)
    for place, one in enumerate(photographs):
        landmarks = placed(Picture(one.pixels()), palms, landmarker)
        if landmarks is not None:
            found[place] = landmarks.points[:, :2]
        if place % 200 == 199:
            print(f"landmarks: {place + 1} of {len(photographs)} photographs", flush=True)
    return found


def _hands(
    hands: Sequence[tuple[Points, Gesture | None]], people: NDArray[np.int64], seed: int, turned: float
) -> Hands:
    rng = np.random.default_rng(seed)
    labels = np.array([KINDS.index(gesture) for _, gesture in hands], np.int64)
    versions = _features([_version(points, rng, turned) for points, _ in hands for _ in range(_VERSIONS)])
    plain = _features([points for points, _ in hands])
    return Hands(Samples(plain, labels), Samples(versions, np.repeat(labels, _VERSIONS)), people)


def _version(points: Points, rng: np.random.Generator, turned: float) -> Points:
    size = float(np.abs(points - points[0]).max())
    flat = (points - points[0]) / size + rng.normal(0, 0.012, points.shape)
    # Seen a little more from one side, along an axis of its own.
    slanted = _turn(float(rng.uniform(0, 180)))
    flat = flat @ slanted * np.exp(rng.normal(0, 0.1, 2)) @ slanted.T
    return flat @ _turn(float(rng.uniform(-turned, turned))) * np.array([rng.choice([-1.0, 1.0]), 1.0])


def _features(hands: Sequence[Points]) -> NDArray[np.float32]:
    return np.array([features(points) for points in hands], np.float32).reshape(-1, FEATURES)


def _where(samples: Samples, chosen: NDArray[np.bool_]) -> Samples:
    return Samples(samples.features[chosen], samples.labels[chosen])


def _turn(degrees: float) -> NDArray[np.float64]:
    cos, sin = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    return np.array([[cos, sin], [-sin, cos]])
