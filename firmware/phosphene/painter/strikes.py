# SPDX-License-Identifier: Apache-2.0
"""Whether a value that is too old is struck out in the pixels, not only in the arrangement."""

from __future__ import annotations

from collections.abc import Iterator

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
    light: NDArray[np.float32], arrangement: Arrangement, palette: Palette, grid: Grid, atlas: Atlas
) -> Iterator[Finding]:
    """Yield a finding for each struck run whose line can't be seen in the frame's lightness [height, width]."""
    for index, run in enumerate(arrangement.runs):
        if run.struck and not _seen(light, run, palette, grid, atlas):
            yield Finding(Kind.STALE, run.key, run.box, Cure.OVERLAY, f"{run.text!r} is not struck out", index)


def _seen(light: NDArray[np.float32], run: TextRun, palette: Palette, grid: Grid, atlas: Atlas) -> bool:
    """Return whether the line's middle, where no glyph covers it, is nearer to the line's colour than to the ground."""
    line = strike(run.box)
    top = round(line.y + line.h / 2 - 0.5)
    glyphs = atlas.glyphs(grid.font, run.size)[[number(character) for character in run.text]]
    bare = (glyphs[:, top - run.y * CELL] == 0).reshape(-1)
    # Its ends are round.
    bare[0] = bare[-1] = False
    if not bare.any():
        return True
    row = light[top, run.x * CELL : (run.x + run.box.w) * CELL]
    box = run.box
    points = grid.base.colours[box.y : box.y + box.h, box.x : box.x + box.w, GROUND]
    ground = lightness(points.reshape(-1, 3)).mean()
    full = lightness(palette.strike) - ground
    return bool((row[bare] - ground).mean() / full > 0.5)
