# SPDX-License-Identifier: Apache-2.0
"""The field: a rectified flow that makes, from noise, the weights by which the palette's ground colours are mixed.

Liu, Gong and Liu, "Flow Straight and Fast" (arXiv:2209.03003). A field is smooth, so the flow runs over its lowest
cosines instead of its points: every coefficient is scaled to variance 1 over the training's fields, and white noise
of the coefficients is a smooth random field from the first step on. The network gives the velocity,
and the path is followed in equal steps of time (Euler).
"""

from __future__ import annotations

import operator
from dataclasses import dataclass
from enum import IntEnum
from functools import cache
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from phosphene.accelerators import Accelerator, Cpu, Graph, ModelError
from phosphene.models import model_file
from phosphene.painter.panel import LATTICE

Float = NDArray[np.float32]

COLUMNS, ROWS = LATTICE
# Cosines kept across and down, for each of the two weights.
ACROSS: Final = 10
DOWN: Final = 8
COEFFICIENTS: Final = DOWN * ACROSS * 2
VIVIDNESS: Final = 4
# What the flow ships with; the card has precision, recall and variety at other numbers.
STEPS: Final = 16
FREQUENCIES: Final = np.pi * np.array([0.5, 1, 2, 4, 8, 16], np.float32)


class Family(IntEnum):
    """What kind of field: the first word of the flow's condition."""

    LINEAR = 0
    RADIAL = 1
    CLOUDS = 2
    BLOBS = 3
    GLOW = 4
    AURORA = 5


MOMENT: Final = len(Family) + VIVIDNESS + 1 + 2 * len(FREQUENCIES)


@dataclass(frozen=True, slots=True)
class Spectrum:
    """Mean and standard deviation of each cosine's coefficient: float32 [160], ordered by down, across, weight."""

    mean: Float
    deviation: Float

    @classmethod
    def load(cls, path: Path) -> Spectrum:
        """Read the file that lies beside the graph; raises ModelError when it is missing or no such file."""
        try:
            with np.load(path, allow_pickle=False) as arrays:
                return cls(arrays["mean"], arrays["deviation"])
        except (OSError, ValueError, KeyError) as error:
            raise ModelError(
                f"the field's spectrum can't be read: {error}", place=str(path), cure="phosphene models build field"
            ) from error

    def fields(self, scaled: Float) -> Float:
        """Return the fields [n, 15, 20, 2] of coefficients [n, 160] in units of their deviation, made valid weights."""
        waves = (scaled * self.deviation + self.mean).reshape(-1, DOWN, ACROSS, 2)
        weights = np.einsum("kylx,nklc->nyxc", _cosines(), waves, optimize=True)
        return valid(weights)

    def scaled(self, fields: Float) -> Float:
        """Return the coefficients [n, 160] of `fields` [n, 15, 20, 2], in units of their deviation."""
        waves = np.einsum("kylx,nyxc->nklc", _cosines(), fields, optimize=True)
        return (waves.reshape(len(fields), COEFFICIENTS) - self.mean) / self.deviation


def valid(weights: Float) -> Float:
    """Return the nearest simple thing to `weights` [..., 2] that is one: none below 0, their sum at most 1."""
    positive = np.maximum(weights, 0)
    return (positive / np.maximum(positive.sum(axis=-1, keepdims=True), 1)).astype(np.float32)


def moment(family: int, vividness: int, time: float) -> Float:
    """Return the condition [23]: family and vividness one-hot, then the time from 0 (noise) to 1 and waves of it."""
    which = np.zeros(len(Family) + VIVIDNESS, np.float32)
    which[family] = which[len(Family) + vividness] = 1
    waves = FREQUENCIES * np.float32(time)
    return np.concatenate((which, [np.float32(time)], np.sin(waves), np.cos(waves)), dtype=np.float32)


class Field:
    """The trained flow, in int8, with the number of steps that it takes from noise to field."""

    def __init__(self, graph: Graph, spectrum: Spectrum, steps: int = STEPS) -> None:
        if steps < 1:
            raise ValueError(f"a flow takes at least one step, not {steps}")
        self._graph, self._spectrum, self._steps = graph, spectrum, steps
        noise, condition = graph.inputs
        self._noise, self._velocity = noise, graph.outputs[0]
        self._moments = {
            (family, vividness, step): condition.quantise(moment(family, vividness, step / steps)[None, None, None])
            for family in Family
            for vividness in range(VIVIDNESS)
            for step in range(steps)
        }

    @classmethod
    def load(cls, folder: Path | None = None, *, steps: int = STEPS, accelerator: Accelerator | None = None) -> Field:
        """Return the flow in `folder`, by default the shipped one; raises ModelError when a file of it is missing."""
        graph, spectrum = (
            folder / name if folder else model_file("field", name) for name in ("field.tflite", "spectrum.npz")
        )
        return cls((accelerator or Cpu()).load(graph), Spectrum.load(spectrum), steps)

    def draw(self, seed: int, family: Family, vividness: int) -> Float:
        """Return the field of these three, float32 [15, 20, 2]: the same on every call.

        Raises ValueError when `vividness` is not 0 (quiet) to 3 (vivid).
        """
        if not 0 <= vividness < VIVIDNESS:
            raise ValueError(f"vividness is 0 to {VIVIDNESS - 1}, not {vividness}")
        state = noise(seed)
        for step in range(self._steps):
            (answer,) = self._graph.run(
                self._noise.quantise(state[None, None, None]), self._moments[family, vividness, step]
            )
            state += self._velocity.dequantise(answer).reshape(COEFFICIENTS) / np.float32(self._steps)
        return self._spectrum.fields(state[None])[0]


def noise(seed: int) -> Float:
    """Return white noise [160] of `seed`, any integer.

    numpy keeps what RandomState gives for a seed for good, which it does not promise of its newer generators: the
    same scene must look the same after an update.
    """
    words = np.random.SeedSequence(operator.index(seed) & (2**64 - 1)).generate_state(4)
    return np.random.RandomState(words).standard_normal(COEFFICIENTS).astype(np.float32)


def family_of(seed: int) -> Family:
    """Return the family that a seed stands for when nothing else asks for one."""
    return Family(
        int(np.random.SeedSequence((operator.index(seed) & (2**64 - 1), 1)).generate_state(1)[0]) % len(Family)
    )


def field(seed: int, *, family: Family | None = None, vividness: int = 1) -> Float:
    """Return mixing weights, float32 [15, 20, 2], both ≥ 0 and their sum ≤ 1, from the shipped flow.

    The ground at a point is `c0 (1 - a - b) + c1 a + c2 b`. Without `family` the seed chooses one.
    """
    return _shipped().draw(seed, family_of(seed) if family is None else family, vividness)


@cache
def _shipped() -> Field:
    return Field.load()


@cache
def _cosines() -> Float:
    """Orthonormal cosines (DCT-II) of the lattice: float32 [DOWN, ROWS, ACROSS, COLUMNS]."""
    return np.einsum("ky,lx->kylx", _waves(ROWS, DOWN), _waves(COLUMNS, ACROSS)).astype(np.float32)


def _waves(points: int, kept: int) -> Float:
    where = (np.arange(points) + 0.5) / points
    waves = np.cos(np.pi * np.arange(kept)[:, None] * where) * np.sqrt(2 / points)
    waves[0] /= np.sqrt(2)
    return waves.astype(np.float32)
