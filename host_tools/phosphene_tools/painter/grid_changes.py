# SPDX-License-Identifier: Apache-2.0
"""The renderer's input with one part blanked, wrong or shuffled: what the ablations feed it."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray

from phosphene.painter.grid import Grid, build
from phosphene_tools.painter.case import Case
from phosphene_tools.painter.variance import flat_field

Change = Callable[[Case], Grid]
Glyphs = NDArray[np.uint16]


def changes(seed: int) -> Mapping[str, Change]:
    """Return the changes by name, the unchanged grid first; what is random in them is drawn from `seed`."""
    rng = np.random.default_rng(seed)
    return {
        "as_they_are": lambda case: case.painted.grid,
        "glyphs_blanked": lambda case: _with_glyphs(case, np.zeros_like),
        "glyphs_wrong": lambda case: _with_glyphs(case, lambda glyphs: _others(glyphs, case, rng)),
        "glyphs_shuffled": lambda case: _with_glyphs(case, lambda glyphs: _shuffled(glyphs, rng)),
        "tokens_without_field": _without_field,
        "field_without_tokens": _without_tokens,
    }


def _with_glyphs(case: Case, change: Callable[[Glyphs], Glyphs]) -> Grid:
    return dataclasses.replace(case.painted.grid, glyph=change(case.painted.grid.glyph))


def _others(glyphs: Glyphs, case: Case, rng: np.random.Generator) -> Glyphs:
    parts = len(case.painter.atlas.parts(case.painted.grid.font))
    return np.where(glyphs > 0, rng.integers(1, parts, glyphs.shape), 0).astype(np.uint16)


def _shuffled(glyphs: Glyphs, rng: np.random.Generator) -> Glyphs:
    mixed, there = glyphs.copy(), glyphs > 0
    mixed[there] = rng.permutation(glyphs[there])
    return mixed


def _without_field(case: Case) -> Grid:
    return build(case.arrangement, case.colours, flat_field(), case.painter.atlas)


def _without_tokens(case: Case) -> Grid:
    grid = case.painted.grid
    return dataclasses.replace(grid, glyph=np.zeros_like(grid.glyph), cells=grid.base.copy())
