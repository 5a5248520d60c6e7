# SPDX-License-Identifier: Apache-2.0
"""Sound brought to 16 kHz: the right wave, no aliases, and no seam between blocks."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from phosphene.sensors.blocks import RATE_HZ
from phosphene.sensors.errors import SensorError
from phosphene.sensors.resample import Resampler

RATES = (8_000, 11_025, 22_050, 44_100, 48_000, 96_000)
EDGE = 1_000


def tone(frequency: float, rate_hz: int) -> NDArray[np.float32]:
    return np.sin(2 * np.pi * frequency * np.arange(rate_hz) / rate_hz).astype(np.float32)


def whole(resampler: Resampler, samples: NDArray[np.float32]) -> NDArray[np.float32]:
    return np.concatenate((resampler.push(samples), resampler.flush()))


@pytest.mark.parametrize("rate_hz", RATES)
def test_a_tone_comes_out_where_and_when_it_was(rate_hz: int) -> None:
    frequency = 0.4 * min(rate_hz, RATE_HZ)
    made = whole(Resampler(rate_hz), tone(frequency, rate_hz))
    assert made.size == RATE_HZ
    off = (made - tone(frequency, RATE_HZ))[EDGE:-EDGE]
    assert np.abs(off).max() < 1e-3


@pytest.mark.parametrize("rate_hz", [rate for rate in RATES if rate > RATE_HZ])
def test_what_16_khz_can_not_hold_is_gone_and_not_folded(rate_hz: int) -> None:
    made = whole(Resampler(rate_hz), tone(8_300, rate_hz))
    assert np.abs(made[EDGE:-EDGE]).max() < 1e-3


@settings(max_examples=30)
@given(rate_hz=st.sampled_from(RATES), cuts=st.lists(st.integers(1, 1500), min_size=1, max_size=40))
def test_blocks_of_any_size_give_the_same_samples(rate_hz: int, cuts: list[int]) -> None:
    samples = np.random.default_rng(5).standard_normal(8_000).astype(np.float32)
    together = whole(Resampler(rate_hz), samples)
    streaming = Resampler(rate_hz)
    parts = [streaming.push(part) for part in np.split(samples, np.cumsum(cuts))]
    assert np.array_equal(np.concatenate((*parts, streaming.flush())), together)


def test_16_khz_passes_untouched() -> None:
    samples = np.random.default_rng(6).standard_normal(1_000).astype(np.float32)
    assert np.array_equal(Resampler(RATE_HZ).push(samples), samples)


@pytest.mark.parametrize("rate_hz", RATES)
def test_a_steady_level_stays(rate_hz: int) -> None:
    made = whole(Resampler(rate_hz), np.full(rate_hz, 0.5, np.float32))
    assert np.abs(made[EDGE:-EDGE] - 0.5).max() < 1e-6


def test_after_a_gap_nothing_rings_on() -> None:
    resampler = Resampler(48_000)
    resampler.push(tone(1_000, 48_000))
    resampler.reset()
    assert not resampler.push(np.zeros(4_800, np.float32)).any()


@pytest.mark.parametrize("rate_hz", [0, -16_000, 3_999, 1_000_000])
def test_a_rate_that_no_microphone_has_is_refused(rate_hz: int) -> None:
    with pytest.raises(SensorError, match="samples per second"):
        Resampler(rate_hz)
