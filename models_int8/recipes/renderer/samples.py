# SPDX-License-Identifier: Apache-2.0
"""Cells to train on, taken from painted pages: most of those with glyphs and edges, few of the empty ones."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from phosphene.painter.atlas import Atlas
from phosphene.painter.cells import FAR, THICKNESS
from phosphene.painter.grid import Grid, build
from phosphene.painter.palette import Palette
from phosphene.painter.panel import CELL
from phosphene.painter.placement import Arrangement
from recipes.renderer.network import real
from recipes.renderer.teacher import paint

Page = tuple[Arrangement, Palette, NDArray[np.float32]]
Source = Callable[[np.random.Generator], Page]


@dataclass(frozen=True, slots=True)
class Samples:
    """n cells: `glyph` int8 [n, 16, 4], `colours` int8 [n, 24], `shapes` int8 [n, 30], `pixels` uint8 [n, 16, 12]."""

    glyph: NDArray[np.int8]
    colours: NDArray[np.int8]
    shapes: NDArray[np.int8]
    pixels: NDArray[np.uint8]

    def __len__(self) -> int:
        return len(self.glyph)

    def tensors(self, chosen: NDArray[np.intp]) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """Return inputs as the network sees them, and pixels from 0 to 1."""
        ends = (self.glyph, self.colours, self.shapes)
        glyph, colours, shapes = (real(torch.from_numpy(end[chosen])) for end in ends)
        return glyph, colours, shapes, torch.from_numpy(self.pixels[chosen]).float() / 255


def joined(parts: list[Samples]) -> Samples:
    """Return the cells of several as one."""
    return Samples(*(np.concatenate([getattr(part, field.name) for part in parts]) for field in fields(Samples)))


def by_place(cells: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return cells [n, 8, 8, c] as [n, 16, 4c]: sixteen places of 2 x 2 pixels."""
    count, channels = len(cells), cells.shape[-1]
    places = cells.reshape(count, 4, 2, 4, 2, channels).transpose(0, 1, 3, 2, 4, 5)
    return np.ascontiguousarray(places).reshape(count, 16, 4 * channels)


def signed(values: NDArray[np.uint8]) -> NDArray[np.int8]:
    """Return 0 to 255 as -128 to 127."""
    return (values ^ np.uint8(0x80)).view(np.int8)


def from_page(page: Page, grid: Grid, parts: NDArray[np.uint8], chosen: NDArray[np.bool_]) -> Samples:
    """Return the `chosen` cells [rows, columns] of a page with the teacher's pixels."""
    picture = paint(*page, grid, parts)
    rows, columns = np.nonzero(chosen)
    high, wide = chosen.shape
    exact = np.rint(picture.clip(0, 255)).astype(np.uint8)
    tiles = exact.reshape(high, CELL, wide, CELL, 3).transpose(0, 2, 1, 3, 4)[rows, columns]
    return Samples(
        signed(by_place(parts[grid.glyph[rows, columns]].reshape(-1, CELL, CELL, 1))),
        signed(grid.colours[rows, columns]),
        grid.shapes[rows, columns],
        by_place(tiles),
    )


def draw(rng: np.random.Generator, atlas: Atlas, cells: int, source: Source) -> Samples:
    """Return at least `cells` cells of new pages. Glyphs are turned and mirrored: no font is to be learnt by heart."""
    found: list[Samples] = []
    count = 0
    while count < cells:
        page = source(rng)
        grid = build(*page, atlas)
        parts = _turned(atlas.parts(grid.font), rng)
        few = rng.random(grid.glyph.shape)
        behind = grid.shapes[..., THICKNESS] != FAR
        chosen = (grid.glyph > 0) | (grid.cells.used > 0) | (behind & (few < 0.2)) | (few < 0.06)
        found.append(from_page(page, grid, parts, chosen))
        count += len(found[-1])
    return joined(found)


def _turned(parts: NDArray[np.uint8], rng: np.random.Generator) -> NDArray[np.uint8]:
    square = parts.reshape(-1, CELL, CELL)
    if rng.random() < 0.5:
        square = square.transpose(0, 2, 1)
    square = square[:, :: int(rng.choice([-1, 1])), :: int(rng.choice([-1, 1]))]
    if rng.random() < 0.3:
        power = float(rng.uniform(0.6, 1.6))
        curve = np.rint(255 * (np.arange(256) / 255) ** power).astype(np.uint8)
        square = curve[square]
    return square.reshape(-1, CELL * CELL)
