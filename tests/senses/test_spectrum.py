# SPDX-License-Identifier: Apache-2.0
"""The spectrum that a person looks at: the right band, the right time, whatever the blocks' length."""

from __future__ import annotations

import numpy as np
import pytest

from phosphene.senses.spectrum import BANDS, STEP_S, Spectrum, level_db
from phosphene.sensors.blocks import RATE_HZ, Sound


def tone(hertz: float, seconds: float, loudness: float = 0.5) -> np.ndarray[tuple[int], np.dtype[np.int16]]:
    at = np.arange(round(seconds * RATE_HZ)) / RATE_HZ
    return (32_767 * loudness * np.sin(2 * np.pi * hertz * at)).astype(np.int16)


def test_a_higher_tone_lies_in_a_higher_band() -> None:
    bands: list[int] = []
    for hertz in (100, 300, 1000, 3000, 7000):
        columns, _ = Spectrum().columns(Sound(tone(hertz, 0.5), 0.0))
        bands.append(int(columns[-1].argmax()))
    assert bands == sorted(set(bands))
    assert 0 <= bands[0] < 5
    assert BANDS - 8 < bands[-1] < BANDS


def test_silence_is_nothing_and_louder_is_brighter() -> None:
    silence, _ = Spectrum().columns(Sound(np.zeros(RATE_HZ, np.int16), 0.0))
    assert silence.max() == 0
    brightness = [Spectrum().columns(Sound(tone(1000, 0.5, loud), 0.0))[0][-1].max() for loud in (0.001, 0.03, 0.9)]
    assert brightness == sorted(set(brightness))


@pytest.mark.parametrize("block", [100, 320, 333, 5000])
def test_blocks_of_any_length_make_the_same_columns_at_the_same_times(block: int) -> None:
    samples = tone(440, 1.0)
    whole, whole_s = Spectrum().columns(Sound(samples, 7.0))
    spectrum = Spectrum()
    pieces = []
    for at in range(0, samples.size, block):
        columns, first_s = spectrum.columns(Sound(samples[at : at + block], 7.0 + at / RATE_HZ))
        if len(columns):
            assert first_s == pytest.approx(7.0 + STEP_S * sum(map(len, pieces)))
        pieces.append(columns)
    assert whole_s == pytest.approx(7.0)
    assert np.array_equal(np.concatenate(pieces), whole)
    assert len(whole) == round(1.0 / STEP_S)


def test_after_a_gap_the_columns_are_where_the_sound_is() -> None:
    spectrum = Spectrum()
    spectrum.columns(Sound(tone(440, 0.1), 0.0))
    _, first_s = spectrum.columns(Sound(tone(440, 0.1), 5.0, missed=78_400))
    assert first_s == pytest.approx(5.0)


def test_the_level_is_in_decibels_of_full_scale() -> None:
    assert level_db(Sound(np.zeros(320, np.int16), 0.0)) == -96
    assert level_db(Sound(np.zeros(0, np.int16), 0.0)) == -96
    assert level_db(Sound(tone(1000, 0.1, 1.0), 0.0)) == pytest.approx(-3.01, abs=0.05)
    assert level_db(Sound(np.full(320, -32_768, np.int16), 0.0)) == pytest.approx(0.0, abs=1e-6)
