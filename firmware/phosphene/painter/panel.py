# SPDX-License-Identifier: Apache-2.0
"""The screen's glass: its pixels, its size, and the grid of cells that everything on it is made of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from phosphene.painter.charset import SceneError

# Pixels along one side of a cell. A glyph of size k is k cells wide and 2k cells high.
CELL: Final = 8
# Layout is decided on this lattice, whatever the panel, and then rounded to cells.
LATTICE: Final = (20, 15)
SMALLEST: Final = (160, 120)
LARGEST: Final = (1024, 768)


@dataclass(frozen=True, slots=True)
class Panel:
    """Width and height in pixels; `width_mm` is the width of what lights up."""

    width: int = 320
    height: int = 240
    width_mm: float = 58.0

    def __post_init__(self) -> None:
        for name, size, low, high in (
            ("width", self.width, SMALLEST[0], LARGEST[0]),
            ("height", self.height, SMALLEST[1], LARGEST[1]),
        ):
            if not low <= size <= high or size % CELL:
                raise SceneError(
                    f"a {name} of {size} pixels can't be painted",
                    place="panel",
                    cure=f"{low} to {high} pixels, a multiple of {CELL}",
                )
        if not 10 <= self.width_mm <= 2000:
            raise SceneError(f"width_mm is {self.width_mm}", place="panel", cure="millimetres, 10 to 2000")

    @property
    def columns(self) -> int:
        """Cells across."""
        return self.width // CELL

    @property
    def rows(self) -> int:
        """Cells down."""
        return self.height // CELL

    @property
    def cell_mm(self) -> float:
        """Millimetres along one side of a cell."""
        return self.width_mm * CELL / self.width
