# SPDX-License-Identifier: Apache-2.0
"""What the console needs of the painter: a frame, its text tree, and how the gate found it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol, TypeVar

import numpy as np
import numpy.typing as npt

from phosphene.painter.panel import Panel
from phosphene.painter.scene import Scene
from phosphene.painter.text_tree import Node

Frame = npt.NDArray[np.uint8]
"""Shape [height, width, 3], sRGB."""


class Outcome(Protocol):
    """What the gate made of the frame."""

    @property
    def tries(self) -> int: ...
    @property
    def overlaid(self) -> Sequence[str]: ...
    @property
    def plain(self) -> bool: ...


class Layout(Protocol):
    """What of an arrangement the console needs: which page of how many it is."""

    @property
    def page(self) -> int: ...
    @property
    def pages(self) -> int: ...


class Painted(Protocol):
    """A checked frame with its text tree; `ms` are times by stage."""

    @property
    def frame(self) -> Frame: ...
    @property
    def tree(self) -> Sequence[Node]: ...
    @property
    def outcome(self) -> Outcome: ...
    @property
    def ms(self) -> Mapping[str, float]: ...
    @property
    def arrangement(self) -> Layout: ...


P = TypeVar("P", bound=Painted)


class Paints(Protocol[P]):
    """A painter of one panel; used by one thread only."""

    def pages(self, scene: Scene) -> int:
        """Return how many pages the scene takes. Raises SceneError."""
        ...

    def paint(self, scene: Scene, *, page: int = 0) -> P:
        """Return one page of the scene painted. Raises SceneError, PaintError, or IndexError for no such page."""
        ...

    def update(self, before: P, scene: Scene) -> P:
        """Return the same page of `scene`, which differs from that of `before` in its values only. Raises the same."""
        ...


MakePainter = Callable[[Panel], Paints[Any]]
