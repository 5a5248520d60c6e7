# SPDX-License-Identifier: Apache-2.0
"""What of a frame has to be read again when another, which passed the gate, differs from it in a few places only.

Nobody is asked what changed: both frames and both grids are compared, byte by byte. Where neither pixels nor what
belongs there differ, reading again would give again that nothing is wrong.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from phosphene.painter.distinct import words
from phosphene.painter.fills import MEASURED
from phosphene.painter.form import around
from phosphene.painter.grid import Grid
from phosphene.painter.palette import Palette
from phosphene.painter.panel import CELL
from phosphene.painter.placement import Arrangement, Box, TextRun, Widget

Frame = NDArray[np.uint8]
Mask = NDArray[np.bool_]
# Whether a cell outside the text is right is told with its neighbours, and those with theirs.
_REACH = 2


@dataclass(frozen=True, slots=True, eq=False)
class Passed:
    """A frame in which the gate, with the same reader and atlas, found nothing wrong, and what it was held against."""

    frame: Frame
    arrangement: Arrangement
    palette: Palette
    grid: Grid


@dataclass(frozen=True, slots=True, eq=False)
class Afresh:
    """What has to be read: runs by their index, widgets that are measured, and the cells of `window`, in which all of
    these lie; None when no cell differs."""

    runs: tuple[int, ...]
    widgets: tuple[Widget, ...]
    window: Box | None


def everything(arrangement: Arrangement, grid: Grid) -> Afresh:
    """Return that all has to be read."""
    rows, columns = grid.glyph.shape
    return Afresh(tuple(range(len(arrangement.runs))), arrangement.widgets, Box(0, 0, columns, rows))


def afresh(frame: Frame, arrangement: Arrangement, palette: Palette, grid: Grid, passed: Passed) -> Afresh:
    """Return what has to be read in `frame` now that `passed` did pass: all of it when they have little in common."""
    before = passed.grid
    if (
        palette is not passed.palette
        or grid.font != before.font
        or grid.base is not before.base
        or frame.shape != passed.frame.shape
        or grid.glyph.shape != before.glyph.shape
        or arrangement.panel != passed.arrangement.panel
    ):
        return everything(arrangement, grid)
    differs = _differs(frame, grid, passed)
    # Where text or a widget was, is now, or says something else.
    ones, others = passed.arrangement, arrangement
    for box in {item.box for item in {*ones.runs, *ones.widgets} ^ {*others.runs, *others.widgets}}:
        differs[box.area] = True
    runs = tuple(index for index, run in enumerate(arrangement.runs) if differs[run.box.area].any())
    widgets = tuple(
        widget for widget in arrangement.widgets if widget.kind in MEASURED and differs[widget.box.area].any()
    )
    return Afresh(runs, widgets, _window(differs, [*(arrangement.runs[index] for index in runs), *widgets]))


def _differs(frame: Frame, grid: Grid, passed: Passed) -> Mask:
    """Return the cells of which a pixel, or anything that belongs there, is another than in what passed."""
    rows, columns = grid.glyph.shape
    pixels = _in_words(frame) != _in_words(passed.frame)
    differs = pixels.reshape(rows, CELL, columns, 3).any(axis=(1, 3))
    differs |= (words(grid) != words(passed.grid)).any(axis=1).reshape(rows, columns)
    differs |= grid.cells.used != passed.grid.cells.used
    return differs


def _in_words(frame: Frame) -> NDArray[np.uint64]:
    """Return the frame's bytes eight by eight, three words to the row of a cell."""
    return np.ascontiguousarray(frame).reshape(-1).view(np.uint64)


def _window(differs: Mask, things: Iterable[TextRun | Widget]) -> Box | None:
    """Return the box around all cells that differ, their neighbours, and the things that have to be read."""
    rows, columns = np.flatnonzero(differs.any(axis=1)), np.flatnonzero(differs.any(axis=0))
    if not len(rows):
        return None
    left, top = max(int(columns[0]) - _REACH, 0), max(int(rows[0]) - _REACH, 0)
    right = min(int(columns[-1]) + 1 + _REACH, differs.shape[1])
    bottom = min(int(rows[-1]) + 1 + _REACH, differs.shape[0])
    return around([Box(left, top, right - left, bottom - top), *(thing.box for thing in things)])
