# SPDX-License-Identifier: Apache-2.0
"""The exact picture of toggles: their knobs are smaller than what a cell's nine distances can tell."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from phosphene.painter.cells import GROUND
from phosphene.painter.composite import PIXELS, grounds
from phosphene.painter.grid import Grid
from phosphene.painter.layers import toggle
from phosphene.painter.luminance import lightness
from phosphene.painter.palette import Palette
from phosphene.painter.panel import CELL
from phosphene.painter.placement import Widget, WidgetKind
from phosphene.painter.shapes import Disc, RoundedRectangle, Shape

Float = NDArray[np.float32]


def sharpen(below: Float, widgets: Iterable[Widget], palette: Palette, grid: Grid) -> None:
    """Put the exact lightness of those widgets that are toggles into `below` [rows, columns, 64], in place."""
    for widget in widgets:
        if widget.kind is WidgetKind.TOGGLE:
            box = widget.box
            area = box.area
            points = lightness(grid.colours[area][..., GROUND].reshape(-1, 4, 3))
            ground = grounds(points[:, None]).reshape(box.h, box.w, CELL, CELL)
            picture = _painted(np.ascontiguousarray(ground.transpose(0, 2, 1, 3)), widget, palette)
            below[area] = picture.transpose(0, 2, 1, 3).reshape(box.h, box.w, PIXELS)


def _painted(ground: Float, widget: Widget, palette: Palette) -> Float:
    """Lay capsule and knob over the ground, [h, 8, w, 8]."""
    box, case = widget.box, toggle(widget.box)
    picture = ground.reshape(box.h * CELL, box.w * CELL)
    capsule = RoundedRectangle(case.x, case.y, case.w, case.h, case.h / 2)
    colour = palette.fill if widget.on else palette.track
    picture += _coverage(capsule, widget) * (lightness(colour) - picture)
    knob = Disc(*case.knob(widget.on), case.radius)
    picture += _coverage(knob, widget) * (lightness(palette.knob[int(widget.on)]) - picture)
    return picture.reshape(box.h, CELL, box.w, CELL)


def _coverage(shape: Shape, widget: Widget) -> Float:
    box = widget.box
    x = np.arange(box.x * CELL, (box.x + box.w) * CELL, dtype=np.float32) + np.float32(0.5)
    y = np.arange(box.y * CELL, (box.y + box.h) * CELL, dtype=np.float32) + np.float32(0.5)
    return (np.float32(0.5) - shape.distance(x[None], y[:, None])).clip(0, 1)
