# SPDX-License-Identifier: Apache-2.0
"""Where the variety of a scene's looks comes from: tokens, field, or anything else."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from phosphene.painter.field import Field, Float, family_of
from phosphene.painter.grid import build
from phosphene.painter.painter import Painter
from phosphene.painter.palette import palette
from phosphene.painter.placement import Arrangement
from phosphene.painter.scene import Scene

Frame = NDArray[np.uint8]


def attributed(painter: Painter, scene: Scene, looks: int) -> dict[str, Any]:
    """Return the shares of the pixels' variance over `looks` token seeds, each with `looks` fields.

    A two-way analysis of variance without replication, summed over all numbers of the frame. `noise` is measured, not
    assumed: each frame is painted twice, and the renderer takes no noise, so that nothing may differ.
    """
    arrangements = [painter.composer.compose(scene, painter.panel, seed=seed).arrangement for seed in range(looks)]
    fields = [painter.field.draw(seed, family_of(seed), 2) for seed in range(looks)]
    frames = np.stack([[painted(painter, scene, one, field) for field in fields] for one in arrangements]).astype(
        np.float32
    )
    again = painted(painter, scene, arrangements[0], fields[0])
    total = float(((frames - frames.mean(axis=(0, 1))) ** 2).mean())
    by_tokens = float(frames.mean(axis=1).var(axis=0).mean())
    by_field = float(frames.mean(axis=0).var(axis=0).mean())
    return {
        "tokens": by_tokens / total,
        "field": by_field / total,
        "both_together": (total - by_tokens - by_field) / total,
        "noise": float(((frames[0, 0] - again) ** 2).mean()) / total,
        "rmse_of_two_looks": (2 * total) ** 0.5 / 255,
    }


def painted(painter: Painter, scene: Scene, arrangement: Arrangement, field: Float) -> Frame:
    """Return the raw frame of an arrangement over a field."""
    colours = palette(arrangement.style, scene.context, scene.urgency)
    return painter.renderer.frame(build(arrangement, colours, field, painter.atlas), painter.atlas)


def flat_field() -> Float:
    """Return a field without the second and third colour."""
    return np.zeros_like(Field.load().draw(0, family_of(0), 0))
