# SPDX-License-Identifier: Apache-2.0
"""Measures how full bars and rings are painted, where a toggle's knob stands, how high a sparkline's columns are."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from typing import Final

import numpy as np
from numpy.typing import NDArray

from phosphene.painter.finding import Cure, Finding, Kind
from phosphene.painter.layers import bar, ring, toggle
from phosphene.painter.luminance import lightness
from phosphene.painter.palette import Palette
from phosphene.painter.panel import CELL, Panel
from phosphene.painter.placement import Arrangement, Widget, WidgetKind
from phosphene.painter.writing import sparkline_steps

Float = NDArray[np.float32]
# How far a level may be off: a share of the whole, and pixels at the ends.
_OFF: Final = 0.05
_OFF_PIXELS: Final = 1.2
# Of the difference between knob and capsule: beyond this the toggle is neither on nor off.
_TOGGLE_OFF: Final = 0.4
# Of a step of two pixels, and of a column's height: a soft edge here, a share of the ink there.
_STEP_OFF: Final = 0.8
_HEIGHT_OFF: Final = 0.03
# Widgets whose pixels say something that is measured.
MEASURED: Final = frozenset({WidgetKind.BAR, WidgetKind.RING, WidgetKind.TOGGLE, WidgetKind.SPARKLINE})


def wrong_fills(
    light: Float, below: Float, arrangement: Arrangement, widgets: Iterable[Widget], palette: Palette
) -> Iterator[Finding]:
    """Yield what is wrong with the fills of these widgets of the arrangement.

    `light` is the frame's lightness [height, width], `below` what should lie under its glyphs [rows, columns, 64].
    """
    for widget in widgets:
        match widget.kind:
            case WidgetKind.BAR | WidgetKind.RING:
                level, tolerance = measured_level(light, widget, arrangement.panel, palette)
                if not abs(level - widget.level) <= tolerance:
                    yield _finding(Kind.FILL, widget, f"filled to {level:.2f}, not {widget.level:.2f}")
            case WidgetKind.TOGGLE:
                off, on = _toggle_errors(light, widget, palette)
                if min(off, on) > _TOGGLE_OFF or (on < off) != widget.on:
                    yield _finding(Kind.TOGGLE, widget, f"reads {'on' if on < off else 'off'}")
            case WidgetKind.SPARKLINE:
                steps = _sparkline(light, below, widget, palette)
                wanted = sparkline_steps(widget)
                wrong = np.abs(steps - wanted) > _STEP_OFF + _HEIGHT_OFF * wanted
                if wrong.any():
                    yield _finding(Kind.FILL, widget, f"column {int(wrong.argmax()) + 1} has another height")
            case _:
                pass


def measured_level(light: Float, widget: Widget, panel: Panel, palette: Palette) -> tuple[float, float]:
    """Return how full a bar or ring is painted, 0 to 1, and how far that may be off."""
    empty, full = lightness(palette.track), lightness(palette.inks[widget.ink])
    if widget.kind is WidgetKind.BAR:
        where = bar(widget.box, panel)
        rows = slice(math.ceil(where.y + where.h / 2) - 1, math.floor(where.y + where.h / 2) + 1)
        along = light[rows, round(where.x) : round(where.x + where.w)].mean(axis=0)
        length = where.w
    else:
        round_ = ring(widget.box)
        length = 2 * math.pi * (round_.radius - round_.thickness / 2)
        turn = (np.arange(round(length)) + 0.5) * (2 * math.pi / round(length))
        depths = round_.radius - round_.thickness * np.array([[0.3], [0.5], [0.7]])
        x, y = round_.x + depths * np.sin(turn), round_.y - depths * np.cos(turn)
        along = light[y.astype(np.intp), x.astype(np.intp)].mean(axis=0)
    level = float(((along - empty) / (full - empty)).clip(0, 1).mean())
    return level, _OFF + _OFF_PIXELS / length


def _toggle_errors(light: Float, widget: Widget, palette: Palette) -> tuple[float, float]:
    """Return how badly ends and middle fit a toggle that is off, and on, in differences of knob and capsule."""
    case = toggle(widget.box)
    radius = max(0.6 * case.radius, 1.0)
    ends = [_spot(light, *case.knob(on), radius) for on in (False, True)]
    # A light knob on a dark capsule, off, and a dark one on a light capsule, on, differ in the middle only.
    middle = _spot(light, case.x + case.w / 2, case.y + case.h / 2, 2.0)
    errors: list[float] = []
    for on, capsule in ((False, palette.track), (True, palette.fill)):
        knob, rest = float(lightness(palette.knob[int(on)])), float(lightness(capsule))
        worst = max(abs(ends[on] - knob), abs(ends[not on] - rest), abs(middle - rest))
        errors.append(worst / abs(knob - rest))
    return errors[0], errors[1]


def _spot(light: Float, x: float, y: float, radius: float) -> float:
    left, right = math.ceil(x - radius - 0.5), math.floor(x + radius - 0.5)
    top, bottom = math.ceil(y - radius - 0.5), math.floor(y + radius - 0.5)
    return float(light[top : max(bottom, top) + 1, left : max(right, left) + 1].mean())


def _sparkline(light: Float, below: Float, widget: Widget, palette: Palette) -> Float:
    """Return how high each column stands, in steps of two pixels."""
    box = widget.box
    picture = light[box.y * CELL : (box.y + box.h) * CELL, box.x * CELL : (box.x + box.w) * CELL]
    ground = below[box.y : box.y + box.h, box.x : box.x + box.w].reshape(box.h, box.w, CELL, CELL)
    ground = ground.transpose(0, 2, 1, 3).reshape(picture.shape)
    covered = ((picture - ground) / (lightness(palette.inks[widget.ink]) - ground)).clip(0, 1)
    # The last pixel of each column is the gap to the next.
    columns = covered.reshape(box.h * CELL, box.w, CELL)[:, :, 1 : CELL - 2]
    return columns.mean(axis=2).sum(axis=0) / 2


def _finding(kind: Kind, widget: Widget, said: str) -> Finding:
    return Finding(kind, widget.key, widget.box, Cure.REPAINT, said)
