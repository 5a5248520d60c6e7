# SPDX-License-Identifier: Apache-2.0
"""Clean patches of many fonts, and batches of worn and damaged ones to learn from."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from phosphene.errors import PhospheneError
from phosphene.painter.atlas import Atlas
from phosphene.painter.charset import CHARACTERS
from phosphene.painter.patch import to_patches
from recipes.reader.damage import Float, damaged, worn

EXACT: Final = "0123456789+-−.,:/%°"
# Two clean glyphs nearer than this (sum of squares over the patch's 512 pixels) look the same: which, can't be asked.
SAME: Final = 1.2
NOTHING: Final = -1


@dataclass(frozen=True, slots=True)
class Sheet:
    """One font at one size: clean patches as uint8 [GLYPHS, 32, 16], and which pairs look the same."""

    name: str
    size: int
    coverage: NDArray[np.uint8]
    same: NDArray[np.bool_]

    @property
    def patches(self) -> Float:
        """The clean patches, 0 to 1, as float32 [GLYPHS, 32, 16]."""
        return self.coverage.astype(np.float32) / 255


def sheets(atlas: Atlas) -> list[Sheet]:
    """Return every font and size of an atlas file."""
    return [_sheet(atlas, font, size) for font in atlas.fonts for size in atlas.sizes]


def read_sheets(folder: Path) -> list[Sheet]:
    """Return the sheets of all atlas files in `folder`; raises PhospheneError when there are none."""
    files = sorted(folder.glob("*.npz"))
    if not files:
        raise PhospheneError(
            "there are no fonts to train on", place=str(folder), cure="python -m recipes.atlas.others --to DIR"
        )
    return [sheet for file in files for sheet in sheets(Atlas.load(file))]


def _sheet(atlas: Atlas, font: str, size: int) -> Sheet:
    patches = to_patches(atlas.glyphs(font, size).astype(np.float32) / 255, size)
    coverage = np.rint(patches * 255).astype(np.uint8)
    return Sheet(font, size, coverage, apart(patches, patches) < SAME)


def apart(one: Float, other: Float) -> Float:
    """Return the sums of squared differences between patches, [n, m]."""
    left, right = one.reshape(len(one), -1), other.reshape(len(other), -1)
    return (left**2).sum(1)[:, None] + (right**2).sum(1) - 2 * left @ right.T


def queries(sheet: Sheet, count: int, rng: np.random.Generator) -> tuple[Float, NDArray[np.int64]]:
    """Return `count` patches to be read and the glyph that each shows, or NOTHING where it is damaged."""
    numbers = rng.integers(0, len(sheet.coverage), count)
    common = np.array([CHARACTERS.index(character) for character in EXACT + " "])
    numbers = np.where(rng.random(count) < 0.35, common[rng.integers(0, len(common), count)], numbers)
    known = sheet.patches
    clean = known[numbers]
    hurt = rng.random(count) < 0.45
    broken, seen = damaged(clean[hurt], known[rng.permutation(numbers)[hurt]], rng)
    # What is damaged into the likeness of a glyph is that glyph.
    near = apart(broken, known).min(axis=1) < 4 * SAME
    labels = numbers.astype(np.int64)
    labels[hurt] = np.where(seen & ~near, NOTHING, -2)
    patches = clean.copy()
    patches[hurt] = broken
    kept = labels != -2
    return worn(patches[kept], rng), labels[kept]
