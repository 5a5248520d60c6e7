# SPDX-License-Identifier: Apache-2.0
"""The glyph atlas: every character, block and icon as 8 x 8 parts of coverage, for each font and size."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Final, TypeVar
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from phosphene.errors import PhospheneError
from phosphene.models import model_file
from phosphene.painter.charset import CHARACTERS
from phosphene.painter.panel import CELL
from phosphene.painter.scene import ICONS

SIZES: Final = (1, 2, 3, 4, 6)
ICON_SIZES: Final = (2, 3, 4, 6)
# Glyph numbers: the characters, then eight blocks ▁ to █ that a sparkline is made of.
BLOCKS: Final = len(CHARACTERS)
BLOCK_LEVELS: Final = 8
GLYPHS: Final = BLOCKS + BLOCK_LEVELS
_Number = TypeVar("_Number", np.uint8, np.uint16)


class AtlasError(PhospheneError):
    """The glyph atlas is missing or isn't one."""


@dataclass(frozen=True, slots=True, eq=False, weakref_slot=True)
class Atlas:
    """Coverage from 0 (ground) to 255 (ink), cut into parts of one cell; part 0 of every font is empty."""

    fonts: tuple[str, ...]
    sizes: tuple[int, ...]
    _parts: dict[str, NDArray[np.uint8]]
    _rows: dict[tuple[str, int], NDArray[np.uint16]]
    _icons: dict[int, NDArray[np.uint16]]
    _drawn: dict[tuple[str, int], NDArray[np.uint8]] = field(default_factory=dict)

    @staticmethod
    def load(path: Path | None = None) -> Atlas:
        """Return the atlas of `path`, by default the device's own; raises AtlasError."""
        return _load(path or model_file("painter", "atlas.npz"))

    def parts(self, font: str) -> NDArray[np.uint8]:
        """Return the font's part table: uint8 [parts, 64], each part row by row."""
        return self._parts[font]

    def rows(self, font: str, size: int) -> NDArray[np.uint16]:
        """Return which part stands in each cell of each glyph: uint16 [GLYPHS, 2·size, size]."""
        return self._rows[font, size]

    def part(self, font: str, size: int, number: int, i: int, j: int) -> int:
        """Return the part of glyph `number` in row `i`, column `j` of its box."""
        return int(self._rows[font, size][number, i, j])

    def icon_rows(self, cells: int) -> NDArray[np.uint16]:
        """Return which part stands in each cell of each icon, the same in all fonts: uint16 [icons, cells, cells]."""
        return self._icons[cells]

    def glyphs(self, font: str, size: int) -> NDArray[np.uint8]:
        """Return all glyphs of a font and size as read-only pictures: uint8 [GLYPHS, 16·size, 8·size]."""
        key = (font, size)
        if key not in self._drawn:
            self._drawn[key] = assemble(self._parts[font], self._rows[key])
        return self._drawn[key]

    def glyph(self, font: str, size: int, number: int) -> NDArray[np.uint8]:
        """Return one glyph: uint8 [16·size, 8·size]."""
        return self.glyphs(font, size)[number]

    def icon(self, name: str, cells: int) -> NDArray[np.uint8]:
        """Return an icon of `scene.ICONS` in a square of `cells`: uint8 [8·cells, 8·cells]."""
        rows = self._icons[cells][ICONS.index(name)]
        return assemble(self._parts[self.fonts[0]], rows[None])[0]


def assemble(parts: NDArray[np.uint8], rows: NDArray[np.uint16]) -> NDArray[np.uint8]:
    """Return pictures uint8 [n, 8·h, 8·w] of parts [p, 64] that stand as `rows` [n, h, w] says."""
    count, high, wide = rows.shape
    cells = parts[rows].reshape(count, high, wide, CELL, CELL)
    pictures = cells.transpose(0, 1, 3, 2, 4).reshape(count, high * CELL, wide * CELL)
    pictures.flags.writeable = False
    return pictures


@lru_cache(maxsize=4)
def _load(path: Path) -> Atlas:
    try:
        with path.open("rb") as stream, np.load(stream) as file:
            fonts = tuple(str(name) for name in file["fonts"])
            sizes = tuple(int(size) for size in file["sizes"])
            shared = file["shared"]
            return Atlas(
                fonts,
                sizes,
                {font: _frozen(np.concatenate([shared, file[f"{font}.parts"]])) for font in fonts},
                {(font, size): _frozen(file[f"{font}.{size}"]) for font in fonts for size in sizes},
                {cells: _frozen(file[f"icons.{cells}"]) for cells in ICON_SIZES},
            )
    except (OSError, KeyError, ValueError, BadZipFile) as problem:
        raise AtlasError(
            f"no glyph atlas can be read: {problem}", place=str(path), cure="make it with the atlas recipe"
        ) from problem


def _frozen(array: NDArray[_Number]) -> NDArray[_Number]:
    array.flags.writeable = False
    return array
