# SPDX-License-Identifier: Apache-2.0
"""How generously a plain layout is spaced: as tightly as may be, or with the room that composing needs."""

from __future__ import annotations

from dataclasses import dataclass

from phosphene.painter.panel import LATTICE, Panel


@dataclass(frozen=True, slots=True)
class Ease:
    """How generously to lay out: cells free at the sides and between things, what heights are rounded up to, the share
    of the facts' height that stays free, and whether an icon has room beside the title."""

    margin: int = 0
    gap: int = 1
    step: int = 1
    air: float = 0.0
    icon: bool = False

    def up(self, height: int) -> int:
        """Return `height` in whole steps."""
        return -(-height // self.step) * self.step


# So much of the facts' height stays free where it can, so that there is something to compose.
AIR = 0.12
TIGHT = Ease()


def ease_of(panel: Panel) -> Ease:
    """Return the room that layouts on the lattice need: steps and gaps of a lattice cell, and a margin."""
    step = -(-max(panel.columns, panel.rows * LATTICE[0] // LATTICE[1]) // LATTICE[0])
    return Ease(max(0, step - 1), step, step, AIR, icon=True)
