# SPDX-License-Identifier: Apache-2.0
"""What the gate can find wrong with a frame, and the cure for it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from phosphene.painter.placement import Box


class Kind(StrEnum):
    """What is wrong. The fault injector makes faults of the same names."""

    GLYPH = "glyph"
    STROKE = "stroke"
    SIGN = "sign"
    STRAY = "stray"
    LABEL = "label"
    FILL = "fill"
    TOGGLE = "toggle"
    CONTRAST = "contrast"
    STALE = "stale"


class Cure(StrEnum):
    """What to try first: another field or type size, or writing the cells from the glyph table."""

    REPAINT = "repaint"
    OVERLAY = "overlay"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong. `where` is in cells, `run` the text run's index in the arrangement, if it is one."""

    kind: Kind
    key: str
    where: Box
    cure: Cure
    said: str
    run: int | None = None
