# SPDX-License-Identifier: Apache-2.0
"""What the painter returns: a frame that passed the gate, what it says, and how it came about."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Self

import numpy as np
from numpy.typing import NDArray

from phosphene.errors import PhospheneError
from phosphene.painter.compose import Composed
from phosphene.painter.finding import Finding
from phosphene.painter.grid import Grid
from phosphene.painter.placement import Arrangement
from phosphene.painter.scene import Scene
from phosphene.painter.text_tree import Node


class PaintError(PhospheneError):
    """No frame of a scene passed the gate; nothing of it may be shown."""

    @classmethod
    def unshowable(cls, found: Sequence[Finding]) -> Self:
        """Return the error that names what stood in the way to the last."""
        said = "; ".join(f"{finding.kind} at {finding.key or 'the page'}: {finding.said}" for finding in found[:3])
        return cls(
            f"no frame of this scene passed the gate ({said})",
            place="painter",
            cure="show it with `phosphene paint --scene`; if all fail: phosphene models check",
        )


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the gate made of a frame: how often it was painted, and the keys whose text was overlaid at last.

    `found` holds what the first look found, also where a second try cured it. `plain` says that the fixed layout
    stands in for the composer's; where it does because nothing else passed, `found` goes on with what was left of the
    layout before. Critical facts are always overlaid and not counted in `overlaid`.
    """

    tries: int = 1
    overlaid: tuple[str, ...] = ()
    plain: bool = False
    found: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Painted:
    """One checked frame: uint8 RGB [height, width, 3], read-only; what it says, and the milliseconds of each stage.

    `field_seed` is the seed that its ground was drawn from: the scene's own, or the next after a second try.
    """

    frame: NDArray[np.uint8]
    tree: tuple[Node, ...]
    outcome: Outcome
    scene: Scene
    composed: Composed
    grid: Grid
    field_seed: int
    ms: dict[str, float] = field(default_factory=dict[str, float])

    @property
    def arrangement(self) -> Arrangement:
        """What stands where."""
        return self.composed.arrangement
