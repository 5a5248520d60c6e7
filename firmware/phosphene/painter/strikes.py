# SPDX-License-Identifier: Apache-2.0
"""Whether a value that is too old is struck out in the pixels, not only in the arrangement."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np
from numpy.typing import NDArray

from phosphene.painter.atlas import Atlas
from phosphene.painter.cells import GROUND
from phosphene.painter.charset import number
from phosphene.painter.finding import Cure, Finding, Kind
from phosphene.painter.grid import Grid
from phosphene.painter.layers import strike
from phosphene.painter.luminance import lightness
from phosphene.painter.palette import Palette
from phosphene.painter.panel import CELL
from phosphene.painter.placement import Arrangement, TextRun


def wrong_strikes(
    light: NDArray[np.float32],
    arrangement: Arrangement,
    indices: Iterable[int],
    palette: Palette,
    grid: Grid,
    atlas: Atlas,
) -> Iterator[Finding]:
    """Yield a finding for each struck run of these indices whose line can't be seen in the frame's lightness
    [height, width]."""
    for index in indices:
        run = arrangement.runs[index]
        if run.struck and _missing(light, run, palette, grid, atlas):
            yield Finding(Kind.STALE, run.key, run.box, Cure.OVERLAY, f"{run.text!r} is not struck out", index)


def _missing(light: NDArray[np.float32], run: TextRun, palette: Palette, grid: Grid, atlas: Atlas) -> bool:
    """Return whether the line's middle, where no glyph covers it, is nearer to the ground than to the line's colour.

    A glyph or two of size 1 may cover all of it: then nothing can be told here, and nothing is.
    """
    line = strike(run.box)
    top = round(line.y + line.h / 2 - 0.5)
    glyphs = atlas.glyphs(grid.font, run.size)[[number(character) for character in run.text]]
    bare = (glyphs[:, top - run.y * CELL] == 0).reshape(-1)
    # What lies beside the run reaches into its ends.
    bare[0] = bare[-1] = False
    if not bare.any():
        return False
    row = light[top, run.x * CELL : (run.x + run.box.w) * CELL]
    ground = lightness(grid.base.colours[run.box.area][..., GROUND].reshape(-1, 3)).mean()
    full = lightness(palette.strike) - ground
    return not (row[bare] - ground).mean() / full > 0.5
