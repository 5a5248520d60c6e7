# SPDX-License-Identifier: Apache-2.0
"""Puts text, sparklines and icons into the grid: the glyph's part and the ink of each cell."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from phosphene.painter.atlas import BLOCK_LEVELS, BLOCKS, Atlas
from phosphene.painter.cells import INK
from phosphene.painter.charset import number
from phosphene.painter.palette import Palette
from phosphene.painter.placement import Arrangement, Box, TextRun, Widget, WidgetKind
from phosphene.painter.scene import ICONS

Glyphs = NDArray[np.uint16]
# Two pixels a step: a block of the smallest size has eight steps in its two cells.
_STEPS_A_CELL = BLOCK_LEVELS // 2


def write(
    arrangement: Arrangement, palette: Palette, atlas: Atlas, font: str, glyph: Glyphs, colours: NDArray[np.uint8]
) -> None:
    """Write all text, sparklines and icons of a page into `glyph` [rows, columns] and `colours` [rows, columns, 24]."""
    for run in arrangement.runs:
        _put(run.box, _text(run, atlas, font), palette.inks[run.ink], glyph, colours)
    for widget in arrangement.widgets:
        if widget.kind is WidgetKind.SPARKLINE:
            _put(widget.box, _sparkline(widget, atlas, font), palette.inks[widget.ink], glyph, colours)
        elif widget.kind is WidgetKind.ICON:
            _put(widget.box, _icon(widget, atlas), palette.inks[widget.ink], glyph, colours)


def sparkline_steps(widget: Widget) -> NDArray[np.int64]:
    """Return how high each column of a sparkline stands, in steps of two pixels, at least one; int64 [box.w]."""
    box, history = widget.box, np.asarray(widget.history or (0.0,), np.float64)
    # The newest point stands in the last column.
    at = np.rint(np.linspace(0, len(history) - 1, box.w)).astype(np.intp)
    return np.rint(history[at] * box.h * _STEPS_A_CELL).astype(np.int64).clip(1, None)


def _put(box: Box, parts: Glyphs, ink: NDArray[np.uint8], glyph: Glyphs, colours: NDArray[np.uint8]) -> None:
    rows, columns = slice(box.y, box.y + parts.shape[0]), slice(box.x, box.x + parts.shape[1])
    glyph[rows, columns] = parts
    colours[rows, columns, INK] = ink


def _text(run: TextRun, atlas: Atlas, font: str) -> Glyphs:
    numbers = [number(character) for character in run.text]
    parts = atlas.rows(font, run.size)[numbers]
    return parts.transpose(1, 0, 2).reshape(2 * run.size, -1)


def _sparkline(widget: Widget, atlas: Atlas, font: str) -> Glyphs:
    box = widget.box
    blocks = atlas.rows(font, 1)[BLOCKS : BLOCKS + _STEPS_A_CELL, 1, 0]
    parts = np.concatenate([np.zeros(1, np.uint16), blocks])
    above = np.arange(box.h - 1, -1, -1)[:, None] * _STEPS_A_CELL
    return parts[(sparkline_steps(widget)[None] - above).clip(0, _STEPS_A_CELL)]


def _icon(widget: Widget, atlas: Atlas) -> Glyphs:
    return atlas.icon_rows(min(widget.box.w, widget.box.h))[ICONS.index(widget.name)]
