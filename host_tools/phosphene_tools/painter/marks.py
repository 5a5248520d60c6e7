# SPDX-License-Identifier: Apache-2.0
"""Faults that no arrangement can express: a line through a value, a digit where nothing should be."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from phosphene.painter.atlas import Atlas
from phosphene.painter.charset import number
from phosphene.painter.luminance import lightness
from phosphene.painter.palette import Palette
from phosphene.painter.panel import CELL
from phosphene.painter.placement import Arrangement, Box, Role

Frame = NDArray[np.uint8]
Float = NDArray[np.float32]
Random = np.random.Generator
# What can be read at all: a mark changes at least so many pixels, for each unit of size, by this contrast; and half of
# a digit's ink, or it melts into the widget it stands on.
_READABLE: Final = 2.0
_PIXELS: Final = 4
_INK: Final = 0.5


@dataclass(frozen=True, slots=True, eq=False)
class Marked:
    """A right frame to be marked, and what it shows."""

    arrangement: Arrangement
    palette: Palette
    frame: Frame
    atlas: Atlas
    font: str


def stroke(subject: Marked, rng: Random) -> Frame | None:
    """Draw a line in ink through or right beside a value, up to one cell away; None where it wouldn't be seen."""
    runs = [run for run in subject.arrangement.runs if run.role is Role.VALUE and run.text.strip()]
    if not runs:
        return None
    run = runs[int(rng.integers(len(runs)))]
    box = Box(run.x - 1, run.y - 1, run.box.w + 2, run.box.h + 2)
    high, wide = box.h * CELL, box.w * CELL
    # Within the box around one glyph or two, as wrong strokes are.
    width = min(wide, 2 * run.size * CELL)
    left = float(rng.uniform(0, wide - width))
    ends = np.array([[rng.uniform(0, high), left + rng.uniform(0, width)] for _ in range(2)])
    if rng.random() < 0.5:
        # Upright or level, the commonest and the likest to a part of a digit.
        axis = int(rng.integers(2))
        ends[1, axis] = ends[0, axis]
    if np.hypot(*(ends[1] - ends[0])) < 4 * run.size:
        return None
    thick = float(rng.uniform(max(1.0, 0.5 * run.size), max(1.5, 1.5 * run.size)))
    share = _line(high, wide, ends, thick)
    ink = subject.palette.inks[run.ink]
    # What only makes a stem a pixel wider is no line.
    stems = _beside(subject.frame, ink, run.box)
    return _drawn(subject, share, box.x * CELL, box.y * CELL, ink, _PIXELS * run.size, stems)


def stray(subject: Marked, rng: Random) -> Frame | None:
    """Draw a digit of any size and any readable contrast somewhere outside the text, on any pixel."""
    size = int(rng.choice(subject.atlas.sizes))
    digit = number("0123456789"[int(rng.integers(10))])
    glyph = subject.atlas.glyph(subject.font, size, digit).astype(np.float32) * np.float32(1 / 255)
    panel = subject.arrangement.panel
    taken = np.zeros((panel.height, panel.width), np.bool_)
    for run in subject.arrangement.runs:
        taken[run.y * CELL : (run.y + run.box.h) * CELL, run.x * CELL : (run.x + run.box.w) * CELL] = True
    rows, columns = np.nonzero(glyph > 0)
    for _ in range(20):
        y, x = int(rng.integers(0, panel.height - 16 * size + 1)), int(rng.integers(0, panel.width - 8 * size + 1))
        if not taken[rows + y, columns + x].any():
            below = subject.frame[y : y + 16 * size, x : x + 8 * size]
            needed = max(_PIXELS * size, int(_INK * (glyph > 0.5).sum()))
            return _drawn(subject, glyph, x, y, _contrasting(below, rng), needed)
    return None


def _line(high: int, wide: int, ends: NDArray[np.float64], thick: float) -> Float:
    """Return the coverage of a line between two points (y, x), [high, wide]."""
    y, x = np.mgrid[0:high, 0:wide] + 0.5
    along = ends[1] - ends[0]
    share = (((y - ends[0, 0]) * along[0] + (x - ends[0, 1]) * along[1]) / float(along @ along)).clip(0, 1)
    off = np.hypot(y - ends[0, 0] - share * along[0], x - ends[0, 1] - share * along[1])
    return (thick / 2 + 0.5 - off).clip(0, 1).astype(np.float32)


def _contrasting(below: Frame, rng: Random) -> NDArray[np.uint8]:
    """Return any colour whose contrast to the mean of what is there is readable."""
    mean = lightness(below.reshape(-1, 3).mean(axis=0).astype(np.uint8))
    while True:
        colour = rng.integers(0, 256, 3).astype(np.uint8)
        if abs(lightness(colour) - mean) >= np.log(_READABLE):
            return colour


def _drawn(
    subject: Marked,
    share: Float,
    x: int,
    y: int,
    colour: NDArray[np.uint8],
    needed: int,
    stems: NDArray[np.bool_] | None = None,
) -> Frame | None:
    """Mix `colour` into the frame by `share` [h, w], or return None where fewer than `needed` pixels show it.

    Pixels of `stems` don't count.
    """
    marked = subject.frame.copy()
    high, wide = marked.shape[:2]
    top, left = max(-y, 0), max(-x, 0)
    share = share[top : min(share.shape[0], high - y), left : min(share.shape[1], wide - x)]
    area = (slice(y + top, y + top + share.shape[0]), slice(x + left, x + left + share.shape[1]))
    below = marked[area].astype(np.float32)
    marked[area] = np.rint(below + share[..., None] * (colour - below)).astype(np.uint8)
    change = np.abs(lightness(marked[area]) - lightness(subject.frame[area]))
    seen = change >= np.log(_READABLE)
    if stems is not None:
        seen &= ~stems[area]
    return marked if int(seen.sum()) >= needed else None


def _beside(frame: Frame, ink: NDArray[np.uint8], box: Box) -> NDArray[np.bool_]:
    """Return the pixels of a frame that are ink of a box of text, or touch it: bool [h, w]."""
    light = lightness(frame)
    area = (slice(box.y * CELL, (box.y + box.h) * CELL), slice(box.x * CELL, (box.x + box.w) * CELL))
    full = lightness(ink)
    written = np.zeros(light.shape, np.bool_)
    ground = np.median(light[area])
    written[area] = np.abs(light[area] - full) < np.abs(light[area] - ground)
    wide = np.pad(written, 1)
    tall = wide[:-2] | wide[1:-1] | wide[2:]
    return tall[:, :-2] | tall[:, 1:-1] | tall[:, 2:]
