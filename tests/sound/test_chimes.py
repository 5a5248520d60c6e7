# SPDX-License-Identifier: Apache-2.0
"""Chimes, as they come out: each has a rhythm of its own, and none is too loud."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from phosphene.sound.chimes import ALARM_PEAK, PEAK, Chime, wave
from phosphene.sound.samples import FULL_SCALE, RATE_HZ

_STEP = RATE_HZ // 100


def envelope(chime: Chime) -> np.ndarray:
    """Return how loud each 10 ms of it is, 0 … 1, padded to one second."""
    samples = wave(chime).astype(float) / FULL_SCALE
    steps = samples[: samples.size // _STEP * _STEP].reshape(-1, _STEP)
    loud = np.sqrt((steps**2).mean(axis=1))
    return np.pad(loud / loud.max(), (0, 100 - loud.size))


@pytest.mark.parametrize("chime", Chime)
def test_it_is_short_bounded_and_the_same_every_time(chime: Chime) -> None:
    samples = wave(chime)
    assert samples.dtype == np.int16
    assert 0.05 * RATE_HZ < samples.size < RATE_HZ
    peak = np.abs(samples.astype(int)).max() / FULL_SCALE
    assert peak == pytest.approx(ALARM_PEAK if chime is Chime.ALARM else PEAK, abs=0.001)
    # The loudest tenth of a second, in dB of full scale.
    squares = np.convolve((samples / FULL_SCALE) ** 2, np.ones(RATE_HZ // 10) / (RATE_HZ // 10))
    loudness_db = 10 * np.log10(squares.max())
    assert -17 < loudness_db < (-5 if chime is Chime.ALARM else -11)
    # No click at either end.
    assert abs(int(samples[0])) < 400
    assert abs(int(samples[-1])) < 400
    wave.cache_clear()
    assert np.array_equal(wave(chime), samples)
    assert not samples.flags.writeable


def test_rhythm_alone_tells_them_apart() -> None:
    """The curves of loudness, which know no pitch, differ for each pair, also when one is played faster or slower."""
    for one, other in itertools.combinations(Chime, 2):
        for speed in (0.8, 0.9, 1.0, 1.1, 1.25):
            steps = np.arange(100) * speed
            likeness = np.corrcoef(envelope(one), np.interp(steps, np.arange(100), envelope(other), right=0.0))[0, 1]
            assert likeness < 0.9, (one, other, speed, likeness)
