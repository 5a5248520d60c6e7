# SPDX-License-Identifier: Apache-2.0
"""The reader: says which glyph of a font a patch shows, and how sure it is. It is never told what it should find."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from phosphene.accelerators import Accelerator, Cpu, Graph
from phosphene.errors import ConfigError
from phosphene.models import model_file
from phosphene.painter.atlas import Atlas
from phosphene.painter.kept import Kept
from phosphene.painter.panel import CELL
from phosphene.painter.patch import to_blocks, to_patches

Float = NDArray[np.float32]
# Patches per run of the graph; the last run is filled up.
BATCH: Final = 128
# Glyphs that look the same, such as "-" and "−" in many fonts: sum of squares over a patch's 512 pixels.
_SAME: Final = 1.0
# A stroke a pixel thick, which 2 x 2 pixels may not tell, can be seen only in glyphs up to so many pixels wide.
_THIN: Final = 2 * CELL


@dataclass(frozen=True, slots=True)
class Limits:
    """Beyond these a glyph is damaged: squared distance to the nearest prototype, and the largest mean of 2 x 2 pixels,
    or of eight in a line, in which the picture differs from the glyph that was read, in coverage. Found on fonts kept
    back from training.
    """

    distance: float
    residual: float


@dataclass(frozen=True, slots=True, eq=False)
class Known:
    """A font's glyphs at one size: pictures [g, 16k, 8k], embeddings [g, 48] in real numbers and in the graph's steps,
    the latter's squared lengths [g], and each glyph's first look-alike [g]."""

    pictures: Float
    codes: Float
    steps: Float
    squares: Float
    alike: NDArray[np.intp]


@dataclass(frozen=True, slots=True, eq=False)
class Reading:
    """What was read: number of the first look-alike [n], distance [n], residual [n], and which are damaged [n]."""

    number: NDArray[np.intp]
    distance: Float
    residual: Float
    damaged: NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Reader:
    """The int8 graph and its limits. Prototypes come from an atlas, once per font and size."""

    graph: Graph
    limits: Limits
    _known: Kept[Atlas, tuple[str, int], Known] = field(default_factory=Kept)

    @staticmethod
    def load(folder: Path | None = None, accelerator: Accelerator | None = None) -> Reader:
        """Return the reader in `folder`, by default the shipped one; raises ModelError or ConfigError."""
        path = folder / "reader.tflite" if folder else model_file("reader", "reader.tflite")
        return Reader((accelerator or Cpu()).load(path), _limits(path.with_name("limits.toml")))

    def known(self, atlas: Atlas, font: str, size: int) -> Known:
        """Return the prototypes of a font and size, computed at the first call and kept as long as the atlas."""
        return self._known.get(atlas, (font, size), lambda: self._learned(atlas.glyphs(font, size), size))

    def _learned(self, glyphs: NDArray[np.uint8], size: int) -> Known:
        pictures = glyphs.astype(np.float32) * np.float32(1 / 255)
        patches = to_patches(pictures, size)
        flat = patches.reshape(len(patches), -1)
        squares = (flat**2).sum(axis=1)
        apart = squares[:, None] + squares - 2 * flat @ flat.T
        steps = self.look(patches)
        codes = steps * np.float32(self.graph.outputs[0].scale)
        return Known(pictures, codes, steps, np.square(steps).sum(axis=1), (apart < _SAME).argmax(axis=1))

    def look(self, patches: Float) -> Float:
        """Return the embeddings [n, 48] of patches [n, 32, 16] in the graph's steps: whole numbers, -255 to 255."""
        source, sink = self.graph.inputs[0], self.graph.outputs[0]
        blocks = to_blocks(patches)
        blocks *= np.float32(1 / source.scale)
        blocks += np.float32(source.zero_point)
        padded = np.zeros((-(-len(blocks) // BATCH) * BATCH, *blocks.shape[1:]), np.int8)
        padded[: len(blocks)] = np.rint(blocks, out=blocks).clip(-128, 127)
        runs = [
            self.graph.run(padded[None, start : start + BATCH])[0].reshape(BATCH, -1)
            for start in range(0, len(padded), BATCH)
        ]
        return np.concatenate(runs)[: len(blocks)].astype(np.float32) - np.float32(sink.zero_point)

    def embed(self, patches: Float) -> Float:
        """Return the embeddings [n, 48] of patches [n, 32, 16]."""
        return self.look(patches) * np.float32(self.graph.outputs[0].scale)

    def tell(self, boxes: Float, steps: Float, known: Known) -> Reading:
        """Say what boxes of glyphs [n, 16·size, 8·size] show, of which `look` made `steps` [n, 48]."""
        # Sums of whole numbers below 2^24: exact in float32, in whatever order and company they are taken.
        apart = known.squares - 2 * (steps @ known.steps.T)
        nearest = apart.argmin(axis=1)
        distance = apart[np.arange(len(steps)), nearest] + np.square(steps).sum(axis=1)
        distance *= np.float32(self.graph.outputs[0].scale ** 2)
        off = boxes - known.pictures[nearest]
        residual = largest_residual(off)
        if off.shape[2] <= _THIN:
            residual = np.maximum(residual, largest_line(off))
        damaged = (distance > self.limits.distance) | (residual > self.limits.residual)
        return Reading(known.alike[nearest], distance, residual, damaged)

    def read(self, boxes: Float, size: int, known: Known) -> Reading:
        """Read boxes of glyphs, coverage float32 [n, 16·size, 8·size] as the pixels have it."""
        return self.tell(boxes, self.look(to_patches(boxes, size)), known)


def _limits(path: Path) -> Limits:
    try:
        read = tomllib.loads(path.read_text(encoding="utf-8"))
        return Limits(float(read["distance"]), float(read["residual"]))
    except (OSError, tomllib.TOMLDecodeError, KeyError, TypeError, ValueError) as problem:
        raise ConfigError(
            f"the reader's limits can't be read: {problem}", place=str(path), cure="phosphene models build reader"
        ) from problem


@lru_cache(maxsize=1)
def shipped() -> Reader:
    """Return the shipped reader, loaded once."""
    return Reader.load()


def largest_line(difference: Float) -> Float:
    """Return the largest mean of one side of a cell, in a row or a column, of each picture, without sign, [n]."""
    count, high, wide = difference.shape
    across = np.abs(difference.reshape(count, high, wide // CELL, CELL).sum(axis=3)).max(axis=(1, 2))
    down = np.abs(difference.reshape(count, high // CELL, CELL, wide).sum(axis=2)).max(axis=(1, 2))
    return np.maximum(across, down) * np.float32(1 / CELL)


def largest_residual(difference: Float) -> Float:
    """Return the largest mean of 2 x 2 neighbours of each picture, without sign, [n]."""
    pairs = difference[:, :-1] + difference[:, 1:]
    fours = pairs[:, :, :-1] + pairs[:, :, 1:]
    return np.maximum(fours.max(axis=(1, 2)), -fours.min(axis=(1, 2))) * np.float32(0.25)
