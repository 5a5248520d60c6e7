# SPDX-License-Identifier: Apache-2.0
"""One held-out scene, painted: what the report looks at."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from phosphene.models import folder
from phosphene.painter.charset import SceneError
from phosphene.painter.composite import frame as exact_frame
from phosphene.painter.overlay import critical, overlay
from phosphene.painter.painted import Painted, PaintError
from phosphene.painter.painter import Painter
from phosphene.painter.palette import Palette, palette
from phosphene.painter.placement import Arrangement
from phosphene_tools.painter import held_out

Frame = NDArray[np.uint8]


@dataclass(frozen=True, slots=True, eq=False)
class Case:
    """A sample, what was painted of it, and by which painter."""

    sample: held_out.Sample
    painted: Painted
    painter: Painter

    @property
    def arrangement(self) -> Arrangement:
        """What stands where."""
        return self.painted.arrangement

    @property
    def colours(self) -> Palette:
        """The palette that it was painted with."""
        scene = self.painted.scene
        return palette(self.arrangement.style, scene.context, scene.urgency)

    @property
    def unseen(self) -> tuple[str, ...]:
        """What of it no training saw, besides its strings."""
        fonts = ("font",) if self.painter.atlas is held_out.atlas() else ()
        return (*self.sample.unseen, *fonts)

    def raw(self) -> Frame:
        """Return the frame as the renderer painted it, without a thing written over it."""
        return self.painter.renderer.frame(self.painted.grid, self.painter.atlas)

    def exact(self) -> Frame:
        """Return the exact picture of the same grid, critical values written over it as the painter does."""
        picture = exact_frame(self.painted.grid, self.painter.atlas)
        arrangement, grid = self.arrangement, self.painted.grid
        overlay(picture, arrangement, self.colours, grid, self.painter.atlas, critical(arrangement))
        return picture


def paint(sample: held_out.Sample) -> Case:
    """Paint the page in fonts that no training saw, or in the device's where those don't exist in a size it needs.

    Raises what `Painter.paint` raises.
    """
    page, scene = sample.page.number, sample.scene
    painter = usual()
    layout = painter.composer.compose(scene, held_out.PANEL, page=page).arrangement
    if all(run.size in held_out.atlas().sizes for run in layout.runs):
        # The plain layout that may stand in for this one can need a larger size after all.
        with contextlib.suppress(KeyError):
            return Case(sample, _unusual().paint(scene, page=page), _unusual())
    return Case(sample, painter.paint(scene, page=page), painter)


def cases(seed: int, numbers: Iterable[int]) -> Iterator[Case]:
    """Yield the held-out scenes of these numbers, painted; those that can't be shown are passed over."""
    for number in numbers:
        with contextlib.suppress(SceneError, PaintError):
            yield paint(held_out.sample(seed, number))


@cache
def usual() -> Painter:
    """Return the painter as it ships."""
    return Painter.load(held_out.PANEL, folder())


@cache
def _unusual() -> Painter:
    """Return the same in fonts that no training saw."""
    one = usual()
    return Painter(held_out.PANEL, one.composer, one.field, one.renderer, one.reader, held_out.atlas())
