# SPDX-License-Identifier: Apache-2.0
"""Whether two arrangements are one layout to the eye: the same sizes, nothing moved by more than two lattice cells."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from phosphene.painter.form import around
from phosphene.painter.panel import LATTICE
from phosphene.painter.placement import Arrangement, Box, Role, WidgetKind

# Colours, type faces, decoration and what lies under the text don't count, nor does the page mark.
SHIFT: Final = 2.0
_DRAWN: Final = (
    WidgetKind.BUTTON,
    WidgetKind.BAR,
    WidgetKind.RING,
    WidgetKind.TOGGLE,
    WidgetKind.SPARKLINE,
    WidgetKind.ICON,
)

# Of each thing its kind, key and glyph size (0 for what is drawn).
Outline = dict[tuple[str, str, int], NDArray[np.float64]]


def outline(arrangement: Arrangement) -> Outline:
    """Return the edges of each text, button and drawn thing in lattice cells: left, top, right, bottom."""
    groups: dict[tuple[str, str, int], list[Box]] = {}
    for run in arrangement.runs:
        if run.role not in {Role.CHOICE, Role.PAGE}:
            groups.setdefault((run.role.value, run.key, run.size), []).append(run.box)
    for widget in arrangement.widgets:
        if widget.kind in _DRAWN:
            groups.setdefault((widget.kind.name, widget.key, 0), []).append(widget.box)
    wide = arrangement.panel.columns / LATTICE[0]
    high = arrangement.panel.rows / LATTICE[1]
    scale = np.array((wide, high, wide, high))
    return {
        key: np.array((box.x, box.y, box.x + box.w, box.y + box.h)) / scale
        for key, box in ((key, around(boxes)) for key, boxes in groups.items())
    }


def alike(one: Outline, other: Outline) -> bool:
    """Return whether both hold the same things and no edge of any is more than `SHIFT` lattice cells apart."""
    return one.keys() == other.keys() and all(
        float(np.abs(edges - other[key]).max()) <= SHIFT for key, edges in one.items()
    )


def distinct(arrangements: Sequence[Arrangement]) -> int:
    """Return how many different layouts there are: each counts that is like none counted before it."""
    leaders: list[Outline] = []
    for arrangement in arrangements:
        edges = outline(arrangement)
        if not any(alike(edges, leader) for leader in leaders):
            leaders.append(edges)
    return len(leaders)
