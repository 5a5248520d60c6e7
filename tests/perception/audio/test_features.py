# SPDX-License-Identifier: Apache-2.0
"""Features of a stream are those of the whole, and of the sound alone."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from phosphene.perception.audio.features import BANDS, LOW, STEP, WINDOW, FrontEnd, log_mel, mel_weights

RNG = np.random.default_rng(3)
SOUND = (RNG.standard_normal(16_000) * 0.05).astype(np.float32)


@given(st.lists(st.integers(1, 12), min_size=1, max_size=8))
def test_a_stream_gives_the_frames_of_the_whole(pieces: list[int]) -> None:
    front, at = FrontEnd(), 0
    frames = []
    for steps in pieces:
        frames.append(front.add(SOUND[at : at + steps * STEP]))
        at += steps * STEP
    whole = log_mel(np.concatenate([np.zeros(WINDOW - STEP, np.float32), SOUND[:at]]))
    # Sums of another number of rows round another way in their last bit.
    assert np.concatenate(frames) == pytest.approx(whole, abs=1e-5)


def test_a_frame_does_not_depend_on_what_follows() -> None:
    loud = SOUND.copy()
    loud[8000:] *= 20
    early = (8000 - WINDOW) // STEP
    assert np.array_equal(log_mel(loud)[:early], log_mel(SOUND)[:early])


def test_an_offset_changes_nothing() -> None:
    assert log_mel(SOUND + np.float32(0.25)) == pytest.approx(log_mel(SOUND), abs=0.02)


def test_ten_times_the_power_is_one_bel() -> None:
    assert log_mel(SOUND * np.float32(10**0.5)) == pytest.approx(log_mel(SOUND) + 1, abs=1e-3)


def test_silence_is_the_floor() -> None:
    assert np.all(log_mel(np.zeros(1600, np.float32)) == LOW)


def test_too_little_sound_has_no_frame() -> None:
    assert log_mel(np.zeros(WINDOW - 1, np.float32)).shape == (0, BANDS)


def test_a_tone_lands_in_its_band() -> None:
    at = np.arange(WINDOW) / 16_000
    weights = mel_weights()
    for hertz in (300.0, 1000.0, 3000.0):
        band = int(log_mel(np.sin(2 * np.pi * hertz * at).astype(np.float32))[0].argmax())
        assert weights[round(hertz / 31.25), band] > 0
