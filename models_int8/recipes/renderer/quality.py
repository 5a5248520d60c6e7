# SPDX-License-Identifier: Apache-2.0
"""How near frames come to the teacher's, in decibels: glyphs, widgets, ground and everything."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from phosphene.painter.atlas import Atlas
from phosphene.painter.grid import Grid, build
from phosphene.painter.panel import CELL, Panel
from phosphene.painter.render import Frame, Renderer
from recipes.renderer.network import Network
from recipes.renderer.samples import Page, from_page
from recipes.renderer.teacher import paint

Painter = Callable[[Page, Grid], NDArray[np.float32]]


def psnr(pages: Iterable[Page], atlas: Atlas, painter: Painter) -> dict[str, float]:
    """Return peak signal-to-noise ratios in dB of what `painter` makes of `pages`, by part of the picture.

    The masks are of cells: `glyphs` hold a part of a glyph, `widgets` an edge of a shape and no glyph, `ground`
    neither. `psnr_widgets` is glyphs and widgets together.
    """
    errors: dict[str, list[NDArray[np.float32]]] = {}
    for page in pages:
        grid = build(*page, atlas)
        exact = paint(*page, grid, atlas.parts(grid.font))
        rows, columns = grid.glyph.shape
        squares = np.square(painter(page, grid) - exact).reshape(rows, CELL, columns, CELL, 3).swapaxes(1, 2)
        written, cut = grid.glyph > 0, grid.cells.used > 0
        masks = {
            "psnr": np.ones_like(written),
            "psnr_widgets": written | cut,
            "glyphs": written,
            "widgets": cut & ~written,
            "ground": ~(written | cut),
        }
        for name, mask in masks.items():
            errors.setdefault(name, []).append(squares[mask].ravel())
    means = {name: float(np.concatenate(found).mean()) for name, found in errors.items()}
    return {name: round(10 * math.log10(255**2 / mean), 2) for name, mean in means.items()}


def int8_painter(atlas: Atlas, folder: Path | None = None) -> Painter:
    """Return the renderer whose graphs lie in `folder`, by default the device's own."""
    renderers: dict[Panel, Renderer] = {}

    def painter(page: Page, grid: Grid) -> NDArray[np.float32]:
        panel = page[0].panel
        if panel not in renderers:
            renderers[panel] = Renderer(panel, folder=folder)
        frame: Frame = renderers[panel].frame(grid, atlas)
        return frame.astype(np.float32)

    return painter


def float_painter(network: Network, atlas: Atlas) -> Painter:
    """Return the network before it became int8, in torch."""

    @torch.no_grad()
    def painter(page: Page, grid: Grid) -> NDArray[np.float32]:
        samples = from_page(page, grid, atlas.parts(grid.font), np.ones(grid.glyph.shape, bool))
        glyph, colours, shapes, _ = samples.tensors(np.arange(len(samples)))
        pixels = network.cells(glyph, colours, shapes).clamp(0, 1).numpy() * 255
        rows, columns = grid.glyph.shape
        return as_picture(pixels.astype(np.float32), rows, columns)

    return painter


def as_picture(places: NDArray[np.float32], rows: int, columns: int) -> NDArray[np.float32]:
    """Return cells [n, 16, 12] as a picture [8 rows, 8 columns, 3]: the way back from `by_place`."""
    cells = places.reshape(rows, columns, 4, 4, 2, 2, 3).transpose(0, 2, 4, 1, 3, 5, 6)
    return np.ascontiguousarray(cells).reshape(rows * CELL, columns * CELL, 3)
