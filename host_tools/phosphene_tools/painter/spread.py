# SPDX-License-Identifier: Apache-2.0
"""How near generated samples come to real ones, and whether they reach all of them.

Kynkäänniemi et al., "Improved precision and recall metric for assessing generative models" (NeurIPS 2019): a sample
counts as covered when it lies within the distance of some point of the other set to that point's k-th neighbour.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

NEIGHBOURS: Final = 3

Samples = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Spread:
    """Shares from 0 to 1: generated samples that look real, real ones that the generator reaches; and the mean
    distance between two generated samples over that between two real ones.
    """

    precision: float
    recall: float
    variety: float

    def as_dict(self) -> dict[str, float]:
        """Return the figures, rounded to what the number of samples bears."""
        return {name: round(value, 3) for name, value in asdict(self).items()}


def spread(real: Samples, generated: Samples, neighbours: int = NEIGHBOURS) -> Spread:
    """Compare two equally large sets [n, features]; the features are taken as they are, in Euclidean distance.

    Raises ValueError when the sets differ in shape or are too small for the number of neighbours.
    """
    if real.shape != generated.shape or len(real) <= neighbours:
        raise ValueError(f"two sets of one shape, more than {neighbours} samples: {real.shape}, {generated.shape}")
    inside, outside, across = distances(real, real), distances(generated, generated), distances(real, generated)
    precision = (across <= _radii(inside, neighbours)[:, None]).any(axis=0).mean()
    recall = (across <= _radii(outside, neighbours)[None, :]).any(axis=1).mean()
    return Spread(float(precision), float(recall), float(outside.sum() / inside.sum()))


def distances(first: Samples, second: Samples) -> NDArray[np.float64]:
    """Return the Euclidean distance of every pair, [n, m]."""
    a, b = first.astype(np.float64), second.astype(np.float64)
    squares = (a * a).sum(axis=1)[:, None] + (b * b).sum(axis=1)[None] - 2 * a @ b.T
    return np.sqrt(np.maximum(squares, 0))


def _radii(own: NDArray[np.float64], neighbours: int) -> NDArray[np.float64]:
    # The nearest of all is the sample itself.
    return np.partition(own, neighbours, axis=1)[:, neighbours]
