# SPDX-License-Identifier: Apache-2.0
"""Paint one scene: compose, mix, render, read, and only then show. The whole flow is `Painter.paint`."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path

import numpy as np

from phosphene.accelerators import Accelerator
from phosphene.models import folder
from phosphene.painter import gate, overlay, text_tree
from phosphene.painter.arrange import arrange
from phosphene.painter.atlas import Atlas
from phosphene.painter.compose import Composed, Composer
from phosphene.painter.field import Field, family_of
from phosphene.painter.grid import Grid, build, rebuild
from phosphene.painter.paging import paginate
from phosphene.painter.painted import Outcome, Painted, PaintError
from phosphene.painter.palette import Palette, palette
from phosphene.painter.panel import Panel
from phosphene.painter.placement import Arrangement
from phosphene.painter.plain import plain
from phosphene.painter.problems import found as problems
from phosphene.painter.read import Reader, shipped
from phosphene.painter.render import Frame, Renderer
from phosphene.painter.same_page import same_ground, same_page
from phosphene.painter.scene import Scene


class Painter:
    """Paints scenes for one panel. The same scene gives the same frame, bit for bit, on the same back-end."""

    def __init__(
        self, panel: Panel, composer: Composer, field: Field, renderer: Renderer, reader: Reader, atlas: Atlas
    ) -> None:
        self.panel = panel
        self.composer, self.field, self.renderer, self.reader, self.atlas = composer, field, renderer, reader, atlas

    @classmethod
    def load(cls, panel: Panel, models: Path | None = None, accelerator: Accelerator | None = None) -> Painter:
        """Return a painter of the graphs in `models`, by default the shipped ones, run by `accelerator` (the CPU).

        Raises ModelError when a graph fails, AcceleratorError when the accelerator isn't there.
        """
        models = models or folder()
        return cls(
            panel,
            Composer.load(models, accelerator),
            Field.load(models / "field", accelerator=accelerator),
            Renderer(panel, folder=models / "renderer", accelerator=accelerator),
            Reader.load(models / "reader", accelerator) if accelerator else shipped(),
            Atlas.load(models / "painter" / "atlas.npz"),
        )

    def pages(self, scene: Scene) -> int:
        """Return how many pages the scene takes; raises SceneError when it can't be shown on this panel at all."""
        return len(paginate(scene, self.panel))

    def paint(self, scene: Scene, *, page: int = 0, avoid: Sequence[Arrangement] = ()) -> Painted:
        """Return a checked frame of one page of `scene`, laid out unlike the arrangements in `avoid` where possible.

        Raises:
            SceneError: the scene can't be shown on this panel at all.
            IndexError: the scene has no such page; see `pages`.
            PaintError: not even the plain layout, written from the glyph table, passed the gate.
            OverlayError: a pixel in the frame buffer isn't what was written there.
            AcceleratorError: a graph failed while it ran.
        """
        began = time.perf_counter()
        composed = self.composer.compose(scene, self.panel, page=page, avoid=avoid)
        ms = {"compose": 1000 * (time.perf_counter() - began)}
        first = self._attempt(scene, composed, scene.seed, None, ms)
        if not first.found:
            return self._painted(first, Outcome(1, (), composed.plain), scene, ms)
        # Another layout has other type sizes and other edges, beside another field.
        other = self.composer.compose(scene, self.panel, seed=scene.seed + 1, page=page, avoid=avoid)
        return self._again(scene, other, scene.seed + 1, first.found, ms)

    def update(self, before: Painted, scene: Scene) -> Painted:
        """Return a checked frame of a scene of which only the facts' values changed; its layout stays where it can.

        Only cells that changed are painted and read; the frame is the same as when all of it had been. `before`, which
        this painter painted, stays as it is.

        Raises:
            SceneError: the scene can't be shown on this panel any more.
            IndexError: the scene hasn't got that page any more; see `pages`.
            PaintError, OverlayError, AcceleratorError: as `paint` does.
        """
        began = time.perf_counter()
        page = same_page(before.composed.page, scene) or paginate(scene, self.panel)[before.composed.page.number]
        tokens = before.composed.tokens
        if tokens is None:
            again = plain(page, self.panel)
        else:
            again = arrange(page, np.array(tokens, np.int64), self.panel)
        if next(problems(again, page), None) is not None:
            return self.paint(scene, page=before.composed.page.number)
        composed = replace(before.composed, page=page, arrangement=again)
        ms = {"compose": 1000 * (time.perf_counter() - began)}
        first = self._attempt(scene, composed, before.field_seed, before, ms)
        if not first.found:
            return self._painted(first, Outcome(1, (), composed.plain), scene, ms)
        # A screen that is looked at keeps its layout.
        return self._again(scene, composed, before.field_seed + 1, first.found, ms)

    def _again(
        self,
        scene: Scene,
        composed: Composed,
        seed: int,
        found: tuple[gate.Finding, ...],
        ms: dict[str, float],
        tries: int = 2,
    ) -> Painted:
        """Paint once more, then write what is still wrong from the table, then fall back on the plain layout.

        `found` is what stood in the way before, `tries` counts this one.
        """
        second = self._attempt(scene, composed, seed, None, ms)
        if not second.found:
            return self._painted(second, Outcome(tries, (), composed.plain, found), scene, ms)
        last, overlaid = self._written(second)
        if not last.found:
            return self._painted(last, Outcome(tries, overlaid, composed.plain, found), scene, ms)
        if composed.plain:
            raise PaintError.unshowable(last.found)
        fixed = replace(composed, arrangement=plain(composed.page, self.panel), tokens=None, plain=True)
        return self._again(scene, fixed, seed, (*found, *last.found), ms, tries + 1)

    def _attempt(
        self, scene: Scene, composed: Composed, seed: int, before: Painted | None, ms: dict[str, float]
    ) -> _Attempt:
        """Paint with the field of `seed` and read what came of it; times are added to `ms`."""
        arrangement = composed.arrangement
        marks = [time.perf_counter()]
        colours = palette(arrangement.style, scene.context, scene.urgency)
        passed: gate.Passed | None = None
        if before is not None and same_ground(before, arrangement, scene):
            held = palette(before.arrangement.style, before.scene.context, before.scene.urgency)
            passed = gate.Passed(before.frame, before.arrangement, held, before.grid)
            grid = rebuild(before.grid, before.arrangement, arrangement, colours, self.atlas)
            marks.append(time.perf_counter())
            frame = before.frame.copy()
            self.renderer.update(frame, before.grid, grid, self.atlas)
        else:
            weights = self.field.draw(seed, family_of(seed), arrangement.style.vivid)
            grid = build(arrangement, colours, weights, self.atlas)
            marks.append(time.perf_counter())
            frame = self.renderer.frame(grid, self.atlas)
        marks.append(time.perf_counter())
        overlay.overlay(frame, arrangement, colours, grid, self.atlas, overlay.critical(arrangement))
        found = gate.check(frame, arrangement, colours, grid, self.atlas, reader=self.reader, passed=passed)
        marks.append(time.perf_counter())
        for stage, (start, end) in zip(("grid", "render", "read"), pairwise(marks), strict=True):
            ms[stage] = ms.get(stage, 0.0) + 1000 * (end - start)
        return _Attempt(frame, grid, colours, composed, seed, tuple(found))

    def _written(self, attempt: _Attempt) -> tuple[_Attempt, tuple[str, ...]]:
        """Write what was found wrong from the glyph table, in place, and read again; the keys come sorted."""
        arrangement, frame, grid = attempt.composed.arrangement, attempt.frame, attempt.grid
        for finding in attempt.found:
            overlay.restore(frame, grid, self.atlas, finding.where)
        # A restored box may hold part of a critical run, whose ink is mixed in whole numbers.
        runs = {finding.run for finding in attempt.found if finding.run is not None}
        runs.update(overlay.critical(arrangement))
        overlay.overlay(frame, arrangement, attempt.colours, grid, self.atlas, sorted(runs))
        found = gate.check(frame, arrangement, attempt.colours, grid, self.atlas, reader=self.reader)
        return replace(attempt, found=tuple(found)), tuple(sorted({finding.key for finding in attempt.found}))

    def _painted(self, attempt: _Attempt, outcome: Outcome, scene: Scene, ms: dict[str, float]) -> Painted:
        nodes = text_tree.tree(scene, attempt.composed.arrangement)
        # The next frame is held against this one.
        attempt.frame.flags.writeable = False
        return Painted(attempt.frame, nodes, outcome, scene, attempt.composed, attempt.grid, attempt.seed, ms)


@dataclass(frozen=True, slots=True, eq=False)
class _Attempt:
    """One try at a frame, and what the gate found wrong with it."""

    frame: Frame
    grid: Grid
    colours: Palette
    composed: Composed
    seed: int
    found: tuple[gate.Finding, ...]
