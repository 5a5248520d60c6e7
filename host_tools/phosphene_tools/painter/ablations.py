# SPDX-License-Identifier: Apache-2.0
"""`phosphene models report painter --ablations`: each part left out, or given something wrong."""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from phosphene.painter import gate
from phosphene.painter.composite import frame as exact_frame
from phosphene.painter.field import Field
from phosphene.painter.likeness import distinct
from phosphene.painter.plain import plain
from phosphene_tools.painter import field_figures, int8_figures, widget_mask
from phosphene_tools.painter.case import Case, cases, usual
from phosphene_tools.painter.composer_figures import LOOKS
from phosphene_tools.painter.demo import SCENES
from phosphene_tools.painter.gate_curves import curves
from phosphene_tools.painter.grid_changes import changes
from phosphene_tools.painter.pictures import write_pictures
from phosphene_tools.painter.tally import Tally, rounded
from phosphene_tools.painter.variance import attributed

Frame = NDArray[np.uint8]

_FIELD_STEPS: Final = (1, 2, 4, 8, 16, 32)
_LOOKS: Final = 12
_CURVES: Final = 60
_SEARCHED: Final = 200


def ablations(seed: int, count: int, pictures: Path | None = None) -> dict[str, Any]:
    """Return all of them, over `count` held-out frames; write pictures of them into the folder `pictures`."""
    painted = [case for case in cases(seed, range(count)) if not case.painted.outcome.plain]
    if pictures is not None:
        write_pictures(pictures, painted, seed, _SEARCHED)
    return _rounded(
        {
            "frames": len(painted),
            "renderer_inputs": _inputs(painted, seed),
            "beside": _beside(painted),
            "diversity": _diversity(),
            "variance": attributed(usual(), SCENES[2], _LOOKS),
            "field_steps": {str(steps): field_figures.figures(flow=Field.load(steps=steps)) for steps in _FIELD_STEPS},
            "int8_loss": int8_figures.int8_loss(seed, min(count, 100)),
            "gate_curves": curves(seed, min(count, _CURVES)),
        }
    )


def _inputs(painted: list[Case], seed: int) -> dict[str, Any]:
    """Paint each grid with its glyphs as they are, blanked, wrong, shuffled, without a field, and the field alone.

    `right`: share of frames in which every string reads as it should; `psnr`: against the exact picture of the grid
    that the renderer was given. A renderer that follows its glyphs loses the first and keeps the second.
    """
    found: dict[str, Any] = {}
    for name, change in changes(seed).items():
        tally = Tally()
        for case in painted:
            grid = change(case)
            shown = case.painter.renderer.frame(grid, case.painter.atlas)
            problems = gate.check(shown, case.arrangement, case.colours, grid, case.painter.atlas)
            tally.look("right", not any(finding.run is not None for finding in problems))
            error, size = widget_mask.squared_error(
                shown, exact_frame(grid, case.painter.atlas), np.ones(shown.shape[:2], np.bool_)
            )
            tally.sum("error", error)
            tally.counts["numbers"] += size
        found[name] = {
            "right": tally.share("right"),
            "psnr": widget_mask.psnr(tally.sums["error"], tally.counts["numbers"]),
        }
    return found


def _beside(painted: list[Case]) -> dict[str, Any]:
    """Compare the renderer with a plain blitter of the same grids: exactness, cost, and `steps`, the mean difference
    between neighbouring pixels, which is sharpness.
    """
    ways: Mapping[str, Callable[[Case], Frame]] = {
        "renderer": lambda case: case.raw(),
        "blitter": lambda case: exact_frame(case.painted.grid, case.painter.atlas),
    }
    found: dict[str, Any] = {}
    for name, way in ways.items():
        tally, seconds = Tally(), 0.0
        for case in painted:
            began = time.perf_counter()
            shown = way(case)
            seconds += time.perf_counter() - began
            problems = gate.check(shown, case.arrangement, case.colours, case.painted.grid, case.painter.atlas)
            tally.look("right", not problems)
            tally.sum("steps", float(np.abs(np.diff(shown.astype(np.int16), axis=1)).mean()))
        found[name] = {
            "right": tally.share("right"),
            "ms": 1000 * seconds / len(painted),
            "steps": tally.sums["steps"] / len(painted),
        }
    return found


def _diversity() -> dict[str, Any]:
    """Count layouts that differ among 64 looks of each demo scene: the composer, and a template that only restyles."""
    painter = usual()
    ours: list[int] = []
    templates: list[int] = []
    for scene in SCENES:
        composed = [painter.composer.compose(scene, painter.panel, seed=look) for look in range(LOOKS)]
        ours.append(distinct([one.arrangement for one in composed]))
        template = plain(composed[0].page, painter.panel)
        templates.append(distinct([dataclasses.replace(template, style=one.arrangement.style) for one in composed]))
    return {
        "composer_distinct_of_64": float(np.mean(ours)),
        "template_distinct_of_64": float(np.mean(templates)),
        "scenes": len(SCENES),
    }


def _rounded(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _rounded(part) for key, part in value.items()}  # pyright: ignore[reportUnknownVariableType]
    return rounded(value, 4)
