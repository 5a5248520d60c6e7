# SPDX-License-Identifier: Apache-2.0
"""The overlay: critical cells are written from the glyph table and compared, pixel by pixel."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from phosphene.painter.gate import check
from phosphene.painter.overlay import OverlayError, critical, ground, overlay, restore, written
from phosphene.painter.placement import Box
from tests.painter.pages import arrangement, subject


def test_critical_runs_are_those_graded_so() -> None:
    assert critical(arrangement()) == (4,)


def test_what_was_damaged_is_exact_after_the_overlay() -> None:
    right = subject()
    frame = right.frame.copy()
    box = right.arrangement.runs[4].box
    area = np.s_[box.y * 8 : (box.y + box.h) * 8, box.x * 8 : (box.x + box.w) * 8]
    frame[area] = np.random.default_rng(0).integers(0, 256, frame[area].shape)
    proof = overlay(frame, right.arrangement, right.palette, right.grid, right.atlas, critical(right.arrangement))
    assert proof.runs == (4,)
    assert proof.pixels == box.w * box.h * 64
    assert check(frame, right.arrangement, right.palette, right.grid, right.atlas) == []
    outside = np.ones(frame.shape[:2], bool)
    outside[area] = False
    assert np.array_equal(frame[outside], right.frame[outside])


@pytest.mark.parametrize("font", range(4))
def test_every_run_can_be_overlaid_and_read(font: int) -> None:
    page = arrangement(font=font)
    runs = list(page.runs)
    runs[1] = replace(runs[1], struck=True)
    right = subject(replace(page, runs=tuple(runs)))
    frame = right.frame.copy()
    overlay(frame, right.arrangement, right.palette, right.grid, right.atlas, range(len(runs)))
    assert check(frame, right.arrangement, right.palette, right.grid, right.atlas) == []


@pytest.mark.parametrize("struck", [False, True])
def test_no_patch_shows_around_what_was_written(struck: bool) -> None:
    page = arrangement()
    runs = tuple(replace(run, struck=struck) if index == 4 else run for index, run in enumerate(page.runs))
    right = subject(replace(page, runs=runs))
    frame = right.frame.copy()
    overlay(frame, right.arrangement, right.palette, right.grid, right.atlas, (4,))
    assert len(np.unique(ground(runs[4].box, right.grid, right.atlas).reshape(-1, 3), axis=0)) > 8, "no flat ground"
    # Mixed in whole numbers here, in float32 there: apart from rounding it is the exact picture.
    assert np.abs(frame.astype(int) - right.frame).max() <= 1


def test_a_frame_buffer_that_keeps_other_pixels_is_noticed() -> None:
    class Stuck(np.ndarray[Any, Any]):
        """Memory whose red lowest bit is stuck."""

        def __setitem__(self, key: Any, value: Any) -> None:
            super().__setitem__(key, np.asarray(value) | np.array([1, 0, 0], np.uint8))

    right = subject()
    frame = right.frame.copy().view(Stuck)
    run = right.arrangement.runs[4]
    below = ground(run.box, right.grid, right.atlas)
    assert (written(run, right.palette, right.grid.font, right.atlas, below)[..., 0] % 2 == 0).any()
    with pytest.raises(OverlayError, match="differ from the glyph table"):
        overlay(frame, right.arrangement, right.palette, right.grid, right.atlas, (4,))


def test_widgets_and_ground_can_be_restored_exactly() -> None:
    right = subject()
    frame = np.zeros_like(right.frame)
    assert restore(frame, right.grid, right.atlas, Box(0, 0, 40, 30)) == frame.shape[0] * frame.shape[1]
    assert np.array_equal(frame, right.frame)
