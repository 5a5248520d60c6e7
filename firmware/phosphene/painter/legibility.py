# SPDX-License-Identifier: Apache-2.0
"""What eye and finger need: the smallest glyph that can be read from a distance, the smallest thing to touch."""

from __future__ import annotations

import math
from typing import Final

from phosphene.painter.fit import SIZES, value_lines
from phosphene.painter.panel import Panel
from phosphene.painter.scene import Fact

# Height of a capital as a share of its glyph's height.
CAPITAL: Final = 0.7
# Visual angles, in minutes of arc. 5' is what 20/20 vision just reads; a value gets more than twice of that.
VALUE_ARC: Final = 12.0
TEXT_ARC: Final = 6.0
# Nobody touches from farther away than an arm is long, so the text of a button need not carry farther.
ARM_CM: Final = 70.0
TOUCH_MM: Final = 9.0


def smallest_size(panel: Panel, distance_cm: float, arc_minutes: float) -> int:
    """Return the smallest glyph size whose capitals span `arc_minutes` at `distance_cm`, or the largest there is."""
    capital_mm = distance_cm * 10.0 * math.tan(math.radians(arc_minutes / 60.0))
    for size in SIZES:
        if CAPITAL * 2 * size * panel.cell_mm >= capital_mm:
            return size
    return SIZES[-1]


def value_size(fact: Fact, panel: Panel, distance_cm: float) -> int:
    """Return the smallest size for the value at this distance: less only where the panel can't hold more of it.

    Returns 0 when the value doesn't fit the panel at size 1.
    """
    wanted = smallest_size(panel, distance_cm, VALUE_ARC)
    for size in reversed(SIZES):
        if size > wanted:
            continue
        lines = value_lines(fact.shown, panel.columns // size)
        if lines is not None and 2 * size * len(lines) <= panel.rows:
            return size
    return 0


def text_size(panel: Panel, distance_cm: float) -> int:
    """Return the smallest size for labels and titles; eight characters must fit across."""
    wanted = smallest_size(panel, distance_cm, TEXT_ARC)
    return max(size for size in SIZES if size == 1 or (size <= wanted and size * 8 <= panel.columns))


def choice_size(panel: Panel, distance_cm: float) -> int:
    """Return the smallest size for the text of a button."""
    return text_size(panel, min(distance_cm, ARM_CM))


def touch_cells(panel: Panel) -> tuple[int, int]:
    """Return the least width and height of a button in cells: 9 mm, or half of a panel that is too small for that."""
    cells = math.ceil(TOUCH_MM / panel.cell_mm)
    return min(cells, panel.columns // 2), min(cells, panel.rows // 2)
