# SPDX-License-Identifier: Apache-2.0
"""A picture on a display of another size: whole factors, turned, and found again under a finger."""

from __future__ import annotations

import numpy as np
import pytest

from phosphene.screens.errors import ScreenTooSmall
from phosphene.screens.letterbox import place
from tests.screens.scripted import picture


@pytest.mark.parametrize("turn", [0, 1, 2, 3])
@pytest.mark.parametrize("display", [(6, 6), (13, 13), (20, 31), (18, 24)])
def test_each_pixel_of_the_display_is_the_one_that_a_finger_finds(display: tuple[int, int], turn: int) -> None:
    frame = picture(1, 4, 6)
    where = place((4, 6), display, turn)
    canvas = np.zeros((display[1], display[0], 3), np.uint8)
    where.lay(frame, canvas)
    for y in range(display[1]):
        for x in range(display[0]):
            at = where.to_picture(x + 0.5, y + 0.5)
            assert np.array_equal(canvas[y, x], frame[at[1], at[0]] if at else [0, 0, 0])
    assert np.count_nonzero(canvas.any(axis=2)) == 4 * 6 * where.factor**2


@pytest.mark.parametrize(
    ("turn", "corner"), [(0, (0, 0)), (1, (0, -1)), (2, (-1, -1)), (3, (-1, 0))], ids=["0", "90", "180", "270"]
)
def test_turned_clockwise_the_first_pixel_goes_round(turn: int, corner: tuple[int, int]) -> None:
    frame = picture(2, 4, 6)
    where = place((4, 6), (6, 4) if turn % 2 else (4, 6), turn)
    canvas = np.zeros((where.size[1], where.size[0], 3), np.uint8)
    where.lay(frame, canvas)
    assert np.array_equal(canvas[corner], frame[0, 0])


def test_the_largest_whole_factor_in_the_middle() -> None:
    where = place((320, 240), (800, 480))
    assert (where.factor, where.left, where.top) == (2, 80, 0)
    assert place((320, 240), (799, 479)).factor == 1


def test_beside_the_picture_there_is_nothing_but_its_edge_is_near() -> None:
    where = place((320, 240), (800, 480))
    assert where.to_picture(79.9, 100) is None
    assert where.to_picture(0, 479, clamp=True) == (0, 239)
    assert where.to_picture(799, -3, clamp=True) == (319, 0)


def test_too_small_names_both_sizes() -> None:
    with pytest.raises(ScreenTooSmall, match=r"320×240 doesn't fit its 128×128 pixels — luma:ssd1351"):
        place((320, 240), (128, 128), name="luma:ssd1351")
    with pytest.raises(ScreenTooSmall, match="turned 90°"):
        place((320, 240), (320, 240), 1)
