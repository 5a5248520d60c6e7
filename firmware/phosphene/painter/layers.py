# SPDX-License-Identifier: Apache-2.0
"""What each widget is made of: shapes in colours, one over the other, in pixels."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from phosphene.painter.palette import Palette
from phosphene.painter.panel import CELL, Panel
from phosphene.painter.placement import Arrangement, Box, Widget, WidgetKind, ring_width
from phosphene.painter.shapes import SOLID, Below, Disc, LeftOf, RoundedRectangle, Sector, Shape

Colour = NDArray[np.uint8]
# Corners go with the font: sans, slab, round, lean. At most a cell, since text keeps a cell's distance to the edge.
_RADII: Final = (5.0, 2.0, 7.0, 3.0)
# The free edge of panels and buttons inside their boxes, so that neighbours don't touch.
_INSET: Final = 1.0


@dataclass(frozen=True, slots=True, eq=False)
class Layer:
    """A shape in `box`, in `colour`; `fill` is a second shape that shows only inside the first.

    A finite `thickness` leaves the shape hollow: only the band that lies so many pixels inside its edge is drawn.
    """

    box: Box
    shape: Shape
    colour: Colour
    thickness: float = SOLID
    fill: Shape | None = None
    fill_colour: Colour | None = None


@dataclass(frozen=True, slots=True)
class Bar:
    """Where a bar lies, in pixels; it is full up to `x + level * w`."""

    x: float
    y: float
    w: float
    h: float


@dataclass(frozen=True, slots=True)
class Ring:
    """Centre, outer radius and thickness of a ring, in pixels; it fills clockwise from twelve o'clock."""

    x: float
    y: float
    radius: float
    thickness: float


@dataclass(frozen=True, slots=True)
class Toggle:
    """A toggle's capsule in pixels and its knob's radius; the knob's centre is `off` or `on` along x."""

    x: float
    y: float
    w: float
    h: float
    radius: float

    def knob(self, on: bool) -> tuple[float, float]:
        """Return the knob's centre."""
        middle = self.y + self.h / 2
        return (self.x + self.w - self.h / 2 if on else self.x + self.h / 2), middle


def scale(panel: Panel) -> float:
    """Return how much thicker lines are than on a panel of 320 x 240, 1 to 2.5."""
    return min(max(min(panel.width / 320, panel.height / 240), 1.0), 2.5)


def bar(box: Box, panel: Panel) -> Bar:
    """Return where the bar of a box lies: centred, six tenths of its height."""
    height = min(max(0.6 * box.h * CELL, 6.0), 12.0 * scale(panel))
    return Bar(box.x * CELL + 1.0, (box.y + box.h / 2) * CELL - height / 2, box.w * CELL - 2.0, height)


def ring(box: Box) -> Ring:
    """Return where the ring of a box lies."""
    side = min(box.w, box.h)
    radius = side * CELL / 2 - 1.0
    thickness = ring_width(side) * CELL - 1.0
    return Ring((box.x + box.w / 2) * CELL, (box.y + box.h / 2) * CELL, radius, thickness)


def toggle(box: Box) -> Toggle:
    """Return where the toggle of a box lies: twice as wide as high, centred."""
    height = min(box.h * CELL - 2.0, (box.w * CELL - 2.0) / 2)
    width = min(box.w * CELL - 2.0, 2 * height)
    x, y = (box.x + box.w / 2) * CELL - width / 2, (box.y + box.h / 2) * CELL - height / 2
    return Toggle(x, y, width, height, height / 2 - 3.0)


def strike(box: Box) -> RoundedRectangle:
    """Return the line through a struck value of size k, whose box is 2k cells high: k + 1 pixels thick."""
    thick = box.h / 2 + 1.0
    # Below the middle, where no digit has its bar: "0" never looks like "8".
    middle = box.y * CELL + 0.62 * box.h * CELL
    return RoundedRectangle(box.x * CELL, middle - thick / 2, box.w * CELL, thick, 0.0)


def layers(arrangement: Arrangement, palette: Palette) -> list[Layer]:
    """Return all shapes of a page from the bottom up: what holds others comes before them."""
    found: list[Layer] = []
    for widget in sorted(arrangement.widgets, key=lambda one: -one.box.w * one.box.h):
        found.extend(_parts(widget, arrangement, palette))
    struck = {widget.box for widget in arrangement.widgets if widget.kind is WidgetKind.STRIKE}
    found += [_line(run.box, palette) for run in arrangement.runs if run.struck and run.box not in struck]
    return found


def _parts(widget: Widget, arrangement: Arrangement, palette: Palette) -> Iterator[Layer]:
    box, panel = widget.box, arrangement.panel
    match widget.kind:
        case WidgetKind.PANEL:
            yield Layer(box, _rounded(box, arrangement), palette.surface)
        case WidgetKind.OUTLINE:
            yield Layer(box, _rounded(box, arrangement), palette.outline, 2.0 * scale(panel) ** 0.5)
        case WidgetKind.BUTTON:
            shape = _rounded(box, arrangement)
            yield Layer(box, shape, palette.button_main if widget.main else palette.button)
        case WidgetKind.BAR:
            where = bar(box, panel)
            track = RoundedRectangle(where.x, where.y, where.w, where.h, where.h / 2)
            fill = LeftOf(where.x + widget.level * where.w)
            yield Layer(box, track, palette.track, fill=fill, fill_colour=palette.inks[widget.ink])
        case WidgetKind.RING:
            round_ = ring(box)
            circle = Disc(round_.x, round_.y, round_.radius)
            sector = Sector(round_.x, round_.y, widget.level)
            yield Layer(box, circle, palette.track, round_.thickness, sector, palette.inks[widget.ink])
        case WidgetKind.TOGGLE:
            case = toggle(box)
            capsule = RoundedRectangle(case.x, case.y, case.w, case.h, case.h / 2)
            knob = Disc(*case.knob(widget.on), case.radius)
            colour = palette.fill if widget.on else palette.track
            yield Layer(box, capsule, colour, fill=knob, fill_colour=palette.knob[int(widget.on)])
        case WidgetKind.STRIKE:
            yield _line(box, palette)
        case WidgetKind.SPARKLINE | WidgetKind.ICON:
            return


def _line(box: Box, palette: Palette) -> Layer:
    # As a half plane with a thickness: a line of two pixels would slip between the points where distances are taken.
    line = strike(box)
    return Layer(box, Below(line.y), palette.strike, line.h)


def _rounded(box: Box, arrangement: Arrangement) -> RoundedRectangle:
    radius = _RADII[arrangement.style.font % len(_RADII)]
    return RoundedRectangle(
        box.x * CELL + _INSET, box.y * CELL + _INSET, box.w * CELL - 2 * _INSET, box.h * CELL - 2 * _INSET, radius
    )
