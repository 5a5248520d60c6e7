# SPDX-License-Identifier: Apache-2.0
"""Between real numbers and a tensor's integers."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from phosphene.accelerators import TensorSpec

PIXELS = TensorSpec("pixels", (1, 2), 1 / 255, -128)


def test_pixels_from_0_to_1_fill_the_range() -> None:
    np.testing.assert_array_equal(PIXELS.quantise([0, 1]), np.array([-128, 127], np.int8))
    np.testing.assert_allclose(PIXELS.dequantise(np.array([-128, 127], np.int8)), [0, 1], atol=1e-6)


def test_what_is_beyond_the_range_saturates() -> None:
    np.testing.assert_array_equal(PIXELS.quantise([-np.inf, -5, 5, np.inf]), np.array([-128, -128, 127, 127], np.int8))


def test_halves_go_to_the_even_neighbour() -> None:
    spec = TensorSpec("x", (4,), 1.0, 0)
    np.testing.assert_array_equal(spec.quantise([0.5, 1.5, -0.5, -2.5]), np.array([0, 2, 0, -2], np.int8))


def test_nan_has_no_nearest_integer() -> None:
    with pytest.raises(ValueError, match="tensor pixels: NaN"):
        PIXELS.quantise([0.1, np.nan])


@given(st.floats(1e-4, 10), st.integers(-128, 127), st.integers(-128, 127))
def test_integers_survive_the_way_there_and_back(scale: float, zero_point: int, value: int) -> None:
    spec = TensorSpec("x", (1,), scale, zero_point)
    integers = np.array([value], np.int8)
    np.testing.assert_array_equal(spec.quantise(spec.dequantise(integers)), integers)


@given(st.floats(-1, 2))
def test_a_real_number_comes_back_within_half_a_step(value: float) -> None:
    back = float(PIXELS.dequantise(PIXELS.quantise([value]))[0])
    assert abs(back - min(max(value, 0), 1)) <= 0.5 / 255 + 1e-6
