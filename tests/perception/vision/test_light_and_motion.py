# SPDX-License-Identifier: Apache-2.0
"""Light and motion, from generated pictures."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from phosphene.perception.vision import light
from phosphene.perception.vision.picture import Picture

RNG = np.random.default_rng(3)
TEXTURE = RNG.integers(40, 160, (480, 640, 1), np.uint8).repeat(3, axis=2)


def grid(pixels: NDArray[np.uint8]) -> light.Grid:
    return light.grid(Picture(pixels))


def test_light_rises_from_dark_to_bright() -> None:
    levels = [light.light(grid(np.full((480, 640, 3), value, np.uint8))) for value in (0, 30, 90, 255)]
    assert levels[0] == 0
    assert levels[-1] == 1
    assert levels == sorted(levels)


def test_a_still_picture_does_not_move() -> None:
    noisy = (TEXTURE + RNG.normal(0, 5, TEXTURE.shape)).clip(0, 255).astype(np.uint8)
    assert light.motion(grid(TEXTURE), grid(noisy)) == 0


def test_a_change_of_exposure_is_no_motion() -> None:
    ramp = np.broadcast_to(np.linspace(30, 170, 640)[None, :, None], (480, 640, 3)).astype(np.uint8)
    darker = (ramp * 0.75).astype(np.uint8)
    assert light.motion(grid(ramp), grid(darker)) < 0.01


@pytest.mark.parametrize("share", [0.1, 0.25])
def test_the_share_that_moved_is_measured(share: float) -> None:
    after = TEXTURE.copy()
    after[:, : int(640 * share)] = 255
    assert light.motion(grid(TEXTURE), grid(after)) == pytest.approx(share, abs=0.04)


def test_the_first_picture_has_not_moved() -> None:
    assert light.motion(None, grid(TEXTURE)) == 0
