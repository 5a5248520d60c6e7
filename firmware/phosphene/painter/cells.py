# SPDX-License-Identifier: Apache-2.0
"""One cell's description, channel by channel, and how a shape is laid over the cells of a box."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from phosphene.painter.panel import CELL
from phosphene.painter.placement import Box
from phosphene.painter.shapes import SOLID, Shape

Colour: TypeAlias = NDArray[np.uint8]
Mask: TypeAlias = NDArray[np.bool_]
Distances: TypeAlias = NDArray[np.int8]

# `colours`, uint8: the ground's RGB at the points (2, 2), (6, 2), (2, 6), (6, 6), then four colours over it.
COLOURS: Final = 24
GROUND: Final = slice(0, 12)
DECORATION, FIRST, SECOND, INK = (slice(start, start + 3) for start in (12, 15, 18, 21))
# `shapes`, int8: three slots (decoration, first, second) of signed distance at nine points, x and y each 0, 4 and 8,
# row by row; then the three slots' thickness. The second shape shows only inside the first, where there is one.
SHAPES: Final = 30
POINTS: Final = 9
THICKNESS: Final = 27
# Steps per pixel of a distance and of a thickness; the distance that means "nowhere near", the thickness of the solid.
STEPS: Final = 10
THICKNESS_STEPS: Final = 5
FAR: Final = 127
# Beyond this many steps from all nine points the edge can't touch a pixel's coverage.
_CLEAR: Final = 8
# A hollow shape thinner than this keeps its outer edge's distance, which is smooth, and its thickness beside it.
_THIN: Final = 12.0
_ROWS_OF_NINE: Final = np.repeat(np.arange(3), 3)
_COLUMNS_OF_NINE: Final = np.tile(np.arange(3), 3)


@dataclass(frozen=True, slots=True, eq=False)
class Cells:
    """The cells of a box: `colours` uint8 [h, w, 24], `shapes` int8 [h, w, 30], `used` uint8 [h, w] slots taken."""

    colours: NDArray[np.uint8]
    shapes: NDArray[np.int8]
    used: NDArray[np.uint8]

    def window(self, box: Box) -> Cells:
        """Return the cells of a box inside; writing to it writes here."""
        return Cells(self.colours[box.area], self.shapes[box.area], self.used[box.area])

    def copy(self) -> Cells:
        """Return cells of their own."""
        return Cells(self.colours.copy(), self.shapes.copy(), self.used.copy())

    def put(self, other: Cells) -> None:
        """Take over what `other`, of the same size, holds."""
        self.colours[:], self.shapes[:], self.used[:] = other.colours, other.shapes, other.used

    def cover(self, where: Mask, colour: Colour) -> None:
        """Make a colour the ground of whole cells; what lay there is gone."""
        if where.any():
            whole = np.zeros(COLOURS, np.uint8)
            whole[GROUND] = np.tile(colour, 4)
            self.colours[where] = whole
            self.shapes[where] = FAR
            self.used[where] = 0

    def lay(self, where: Mask, edge: Edge, colour: Colour) -> None:
        """Lay a shape's edge over cells that it crosses; a third edge in one cell pushes the lowest out."""
        rows, columns = np.nonzero(where)
        if not len(rows):
            return
        slots = self.used[rows, columns]
        if slots.any():
            for slot in (0, 1, 2):
                chosen = slots == slot
                if chosen.any():
                    self._take(rows[chosen], columns[chosen], slot, edge, colour)
        else:
            self._take(rows, columns, 0, edge, colour)

    def _take(self, rows: NDArray[np.intp], columns: NDArray[np.intp], slot: int, edge: Edge, colour: Colour) -> None:
        if slot == 2:
            self._push(rows, columns)
            slot = 1
        first = POINTS * (slot + 1)
        start = FIRST.start + 3 * slot
        self.colours[rows, columns, start : start + 3] = colour
        self.shapes[rows, columns, first : first + POINTS] = edge.near(rows, columns)
        self.shapes[rows, columns, THICKNESS + 1 + slot] = edge.thickness
        self.used[rows, columns] = slot + 1

    def _push(self, rows: NDArray[np.intp], columns: NDArray[np.intp]) -> None:
        colours, shapes = self.colours[rows, columns], self.shapes[rows, columns]
        inside = shapes[:, POINTS + POINTS // 2] < 0
        colours[inside, GROUND] = np.tile(colours[inside, FIRST], 4)
        colours[:, FIRST] = colours[:, SECOND]
        shapes[:, POINTS : 2 * POINTS] = shapes[:, 2 * POINTS : 3 * POINTS]
        shapes[:, THICKNESS + 1] = shapes[:, THICKNESS + 2]
        self.colours[rows, columns], self.shapes[rows, columns] = colours, shapes


@dataclass(frozen=True, slots=True, eq=False)
class Edge:
    """A shape as a box of cells sees it: `steps` int8 [2h + 1, 2w + 1] at the corners, edges and middles of cells,
    the thickness, which cells lie wholly inside, and which ones its edge cuts; bool [h, w].
    """

    steps: Distances
    thickness: int
    inside: Mask
    cut: Mask

    def near(self, rows: NDArray[np.intp], columns: NDArray[np.intp]) -> Distances:
        """Return the distances at the nine points of cells: int8 [n, 9]."""
        wide = self.steps.shape[1]
        first = 2 * (rows * wide + columns)
        return self.steps.reshape(-1)[first[:, None] + (_ROWS_OF_NINE * wide + _COLUMNS_OF_NINE)]


def edge(shape: Shape, box: Box, thickness: float = SOLID) -> Edge:
    """Return where a shape's edge runs through the cells of a box."""
    x = np.arange(2 * box.w + 1, dtype=np.float32) * np.float32(CELL / 2) + np.float32(box.x * CELL)
    y = np.arange(2 * box.h + 1, dtype=np.float32) * np.float32(CELL / 2) + np.float32(box.y * CELL)
    distance = shape.distance(x[None], y[:, None])
    if _THIN < thickness < SOLID:
        half = np.float32(thickness / 2)
        distance = np.abs(distance + half) - half
        thickness = SOLID
    steps = np.rint((distance * np.float32(STEPS)).clip(-FAR, FAR)).astype(np.int8)
    low, high = _extreme(steps, np.minimum), _extreme(steps, np.maximum)
    inside, outside = high < -_CLEAR, low > _CLEAR
    if thickness < SOLID:
        depth = round(thickness * STEPS)
        outside |= high < -depth - _CLEAR
        inside &= low > -depth + _CLEAR
    kept = round(thickness * THICKNESS_STEPS) if thickness < SOLID else FAR
    return Edge(steps, kept, inside, ~(inside | outside))


def _extreme(steps: Distances, of: np.ufunc) -> Distances:
    rows = of(of(steps[:-2:2], steps[1:-1:2]), steps[2::2])
    return of(of(rows[:, :-2:2], rows[:, 1:-1:2]), rows[:, 2::2])
