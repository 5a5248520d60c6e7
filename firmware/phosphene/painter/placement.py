# SPDX-License-Identifier: Apache-2.0
"""Where everything stands: what the composer decides, in whole cells, before any pixel exists."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum, StrEnum
from typing import Final

from phosphene.painter.panel import CELL, Panel
from phosphene.painter.scene import Grade


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle of cells: left, top, width, height."""

    x: int
    y: int
    w: int
    h: int

    @property
    def area(self) -> tuple[slice, slice]:
        """Its rows and columns, to index an array of cells with."""
        return slice(self.y, self.y + self.h), slice(self.x, self.x + self.w)

    @property
    def pixels(self) -> tuple[slice, slice]:
        """Its rows and columns of pixels, to index a frame with."""
        return slice(self.y * CELL, (self.y + self.h) * CELL), slice(self.x * CELL, (self.x + self.w) * CELL)

    def overlaps(self, other: Box, moat: int = 0) -> bool:
        """Return whether the two share a cell, or lie closer than `moat` cells."""
        return (
            self.x < other.x + other.w + moat
            and other.x < self.x + self.w + moat
            and self.y < other.y + other.h + moat
            and other.y < self.y + self.h + moat
        )

    def inside(self, outer: Box) -> bool:
        """Return whether every cell lies in `outer`."""
        return (
            outer.x <= self.x
            and outer.y <= self.y
            and self.x + self.w <= outer.x + outer.w
            and self.y + self.h <= outer.y + outer.h
        )

    def moved(self, across: int, down: int = 0) -> Box:
        """Return a box of the same size, so many cells farther right and down."""
        return Box(self.x + across, self.y + down, self.w, self.h)


class Role(StrEnum):
    """What a line of text is, for a screen reader and for the gate."""

    TITLE = "title"
    LABEL = "label"
    VALUE = "value"
    CHOICE = "choice"
    PAGE = "page"


class Ink(IntEnum):
    """Which of the palette's inks a line is written in."""

    MAIN = 0
    MUTED = 1
    ACCENT = 2
    ON_ACCENT = 3
    WARNING = 4
    FAULT = 5


@dataclass(frozen=True, slots=True)
class TextRun:
    """One line of text: characters `start` to `start + len(text)` of the string that `role` and `key` name.

    `x`, `y` is its top left cell, `size` the glyphs' size k: each glyph is k cells wide and 2k cells high.
    `struck` draws a line through a stale value. An abbreviated line ends in "…" and is never a value.
    """

    role: Role
    key: str
    text: str
    x: int
    y: int
    size: int
    ink: Ink
    start: int = 0
    grade: Grade = Grade.PAINTED
    struck: bool = False

    @property
    def box(self) -> Box:
        """The cells that it covers."""
        return Box(self.x, self.y, len(self.text) * self.size, 2 * self.size)


class WidgetKind(IntEnum):
    """What can be drawn that isn't text."""

    PANEL = 0
    OUTLINE = 1
    BUTTON = 2
    BAR = 3
    RING = 4
    TOGGLE = 5
    SPARKLINE = 6
    ICON = 7
    STRIKE = 8


# Icons are glyphs of so many cells square.
ICON_SIDES: Final = (2, 3, 4)


def ring_width(side: int) -> float:
    """Return how thick a ring in a box of `side` cells is, in cells; its outer edge touches the box."""
    return max(0.75, side / 12)


@dataclass(frozen=True, slots=True)
class Widget:
    """One drawn thing in `box`. `level` from 0 to 1; `name` is an icon's; `main` marks the expected button."""

    kind: WidgetKind
    box: Box
    key: str = ""
    level: float = 0.0
    on: bool = False
    history: tuple[float, ...] = ()
    name: str = ""
    main: bool = False
    ink: Ink = Ink.ACCENT


class DecorationKind(IntEnum):
    """What stands behind everything, at a contrast too low to be read."""

    NONE = 0
    RINGS = 1
    RAYS = 2
    STRIPES = 3
    DOTS = 4
    ARCS = 5
    HILLS = 6


@dataclass(frozen=True, slots=True)
class Decoration:
    """Its kind, its centre (cells, may lie outside) and its pitch or radius in cells."""

    kind: DecorationKind = DecorationKind.NONE
    x: float = 0.0
    y: float = 0.0
    size: float = 4.0


class Theme(IntEnum):
    """Light ink on a dark ground, or the reverse, or the two ends of what the panel can do."""

    DARK = 0
    LIGHT = 1
    BLACK = 2
    WHITE = 3


@dataclass(frozen=True, slots=True)
class Style:
    """The tokens of look: theme, hues in twelfths of the circle, the number of the font, how vivid (0 to 3)."""

    theme: Theme = Theme.DARK
    hue: int = 7
    accent: int = 5
    font: int = 0
    vivid: int = 1


@dataclass(frozen=True, slots=True)
class Arrangement:
    """One page of a scene, put in its place. Boxes of different widgets may nest, never cross."""

    panel: Panel
    style: Style
    runs: tuple[TextRun, ...]
    widgets: tuple[Widget, ...]
    decoration: Decoration = Decoration()
    page: int = 0
    pages: int = 1
    plain: bool = False
