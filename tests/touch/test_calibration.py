# SPDX-License-Identifier: Apache-2.0
"""The panel's numbers become places on the glass, however it was glued on."""

from __future__ import annotations

import pytest

from phosphene.touch.calibration import Calibration

RANGE = (0, 99)


@pytest.mark.parametrize(
    ("calibration", "corner"),
    [
        (Calibration(), (0, 0)),
        (Calibration(mirror_x=True), (1, 0)),
        (Calibration(mirror_y=True), (0, 1)),
        (Calibration(turn=1), (1, 0)),
        (Calibration(turn=2), (1, 1)),
        (Calibration(turn=3), (0, 1)),
        (Calibration(swap=True, mirror_x=True), (1, 0)),
    ],
)
def test_the_first_corner(calibration: Calibration, corner: tuple[int, int]) -> None:
    x, y = calibration.on_glass(0, 0, RANGE, RANGE)
    assert (round(x), round(y)) == corner
    assert (abs(x - corner[0]), abs(y - corner[1])) == pytest.approx((0.005, 0.005))


def test_swapped_x_goes_down() -> None:
    assert Calibration(swap=True).on_glass(99, 0, RANGE, RANGE) == pytest.approx((0.005, 0.995))


def test_a_quarter_turn_four_times_is_none() -> None:
    at = (0.125, 0.815)
    for _ in range(4):
        at = Calibration(turn=1).on_glass(round(at[0] * 1000 - 0.5), round(at[1] * 1000 - 0.5), (0, 999), (0, 999))
    assert at == pytest.approx((0.125, 0.815), abs=0.005)


def test_measured_edges_come_before_what_the_device_tells() -> None:
    calibration = Calibration(range_x=(200, 3899), range_y=(-50, 49))
    assert calibration.on_glass(2050, 0, (0, 4095), (0, 4095)) == pytest.approx((0.5, 0.5), abs=0.01)
    # Beyond the edge is the edge.
    assert calibration.on_glass(0, 4095, (0, 4095), (0, 4095)) == (0.0, 1.0)
