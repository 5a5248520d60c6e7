# SPDX-License-Identifier: Apache-2.0
"""Paints scenes in several looks, and says of each what the gate had to do."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from phosphene.models import folder
from phosphene.painter.painted import Outcome
from phosphene.painter.painter import Painter
from phosphene.painter.panel import Panel
from phosphene.painter.scene import Scene


def looks(
    scenes: Sequence[Scene], panel: Panel, seeds: Iterable[int]
) -> tuple[list[list[NDArray[np.uint8]]], list[str]]:
    """Return a row of frames for each scene, one frame for each seed, and a line for each frame that was not painted
    right at once.
    """
    painter, rows, told = Painter.load(panel, folder()), list[list[NDArray[np.uint8]]](), list[str]()
    wanted = list(seeds)
    for number, scene in enumerate(scenes):
        row: list[NDArray[np.uint8]] = []
        for seed in wanted:
            painted = painter.paint(dataclasses.replace(scene, seed=seed))
            row.append(painted.frame)
            if line := outcome_line(painted.outcome):
                told.append(f"scene {number + 1}, seed {seed}: {line}")
        rows.append(row)
    return rows, told


def outcome_line(outcome: Outcome) -> str:
    """Return what was done about a frame beyond painting it once, or nothing."""
    parts = [f"painted {outcome.tries} times"] if outcome.tries > 1 else []
    parts += [f"overlaid {', '.join(outcome.overlaid)}"] if outcome.overlaid else []
    parts += ["plain layout"] if outcome.plain else []
    return "; ".join(parts)
