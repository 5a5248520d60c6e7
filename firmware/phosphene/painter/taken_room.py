# SPDX-License-Identifier: Apache-2.0
"""Which cells of the lattice other elements take: their boxes, the distance they keep, the band and the card."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from phosphene.painter import tokens as words
from phosphene.painter.arrange import padding
from phosphene.painter.form import Surface
from phosphene.painter.panel import Panel
from phosphene.painter.spot import COLUMNS, ROWS


def blocked_for(tokens: NDArray[np.int64], element: int, panel: Panel) -> NDArray[np.int16]:
    """Return which cells the element must leave alone: int16 [15, 20], 1 for taken."""
    blocked = np.zeros((ROWS, COLUMNS), np.int16)
    surface = int(tokens[words.PAGE["surface"]])
    fact = words.FIRST_FACT <= element < words.FIRST_CHOICE
    card = surface in {Surface.CARD, Surface.OUTLINE}
    pad, (wide, high) = padding(panel) + 1, _per_lattice_cell(panel)
    if surface == Surface.BAND and element in {words.TITLE, words.ICON}:
        # Text keeps its moat inside the band, which ends at the edge of the panel.
        blocked[[0, -1]] = 1
        blocked[:, [0, -1]] = 1
    if fact and card:
        blocked[[0, -1]] = 1
        blocked[:, [0, -1]] = 1
    for other, first in enumerate(words.BOX_AT):
        left, right, top, bottom = (int(token) for token in tokens[first : first + 4])
        if other == element or bottom < 0:
            continue
        across = down = 1
        beside_card = card and fact != (words.FIRST_FACT <= other < words.FIRST_CHOICE)
        if beside_card:
            across, down = math.ceil(pad / wide), math.ceil(pad / high)
        elif fact and words.FIRST_FACT <= other < words.FIRST_CHOICE:
            # Two cells: a value's own label is one cell away, and must be nearer than its neighbour's.
            across = math.ceil(2 / wide)
        blocked[max(0, top - down) : bottom + 1 + down, max(0, left - across) : right + 1 + across] = 1
        if surface == Surface.BAND and words.TITLE in {element, other} and words.ICON not in {element, other}:
            # The band takes whole rows, and those between it and the edge.
            down = math.ceil(pad / high)
            blocked[max(0, top - down) : bottom + 1 + down] = 1
            low = top + bottom + 1 > ROWS
            if other == words.TITLE:
                blocked[max(0, top - down) if low else 0 : ROWS if low else bottom + 1 + down] = 1
            else:
                # Then the title's band must lie at the other edge.
                blocked[ROWS // 2 if low else 0 : ROWS if low else ROWS // 2 + 1] = 1
    return blocked


def card_clear(tokens: NDArray[np.int64], panel: Panel) -> bool:
    """Return whether a card around all facts so far would leave the other boxes alone."""
    if int(tokens[words.PAGE["surface"]]) not in {Surface.CARD, Surface.OUTLINE}:
        return True
    boxes = np.array([tokens[first : first + 4] for first in words.BOX_AT])
    facts = boxes[words.FIRST_FACT : words.FIRST_CHOICE]
    facts = facts[facts[:, 3] >= 0]
    others = np.delete(boxes, np.s_[words.FIRST_FACT : words.FIRST_CHOICE], axis=0)
    others = others[others[:, 3] >= 0]
    if not len(facts) or not len(others):
        return True
    pad, (wide, high) = padding(panel) + 1, _per_lattice_cell(panel)
    across, down = math.ceil(pad / wide), math.ceil(pad / high)
    left, right = facts[:, 0].min() - across, facts[:, 1].max() + across
    top, bottom = facts[:, 2].min() - down, facts[:, 3].max() + down
    over = (others[:, 0] <= right) & (others[:, 1] >= left) & (others[:, 2] <= bottom) & (others[:, 3] >= top)
    return not bool(over.any())


def _per_lattice_cell(panel: Panel) -> tuple[float, float]:
    """Return how many cells of the panel a cell of the lattice is wide and high."""
    return panel.columns / COLUMNS, panel.rows / ROWS
