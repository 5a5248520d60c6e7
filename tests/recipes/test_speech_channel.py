# SPDX-License-Identifier: Apache-2.0
"""Samples: the rate, the channel, noise and splices, on tones and bursts made here."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import numpy as np
import pytest

from phosphene.errors import PhospheneError
from recipes.speech.channel import Lottery, at_snr, stretch, through
from recipes.speech.noise import Pool, TrainingNoise, clicks, coloured, fan, hum, tones
from recipes.speech.sound import RATE, Samples, from_int16, level_db, resample, speech_span, to_int16, trim
from recipes.speech.splice import Splicer, join
from recipes.speech.store import Clip
from recipes.speech.unheard_noise import rain

PLAIN = Lottery((1.0, 1.0), 0, 0, 0, 0, 0, 0)


def tone(frequency: float, seconds: float = 0.5, rate: int = RATE) -> Samples:
    return (0.3 * np.sin(2 * np.pi * frequency * np.arange(int(seconds * rate)) / rate)).astype(np.float32)


def burst(frequency: float = 440, before: float = 0.4, seconds: float = 0.3, after: float = 0.3) -> Samples:
    quiet = 1e-4 * np.random.default_rng(0).standard_normal(int((before + seconds + after) * RATE))
    quiet[int(before * RATE) : int((before + seconds) * RATE)] += tone(frequency, seconds)
    return quiet.astype(np.float32)


def strongest(samples: Samples) -> float:
    spectrum = np.abs(np.fft.rfft(samples * np.hanning(len(samples))))
    return float(np.argmax(spectrum)) * RATE / len(samples)


@pytest.mark.parametrize("rate", [8000, 11025, 22050, 24000, 44100])
def test_a_tone_stays_itself_at_another_rate(rate: int) -> None:
    made = resample(tone(1000, rate=rate), rate)
    assert len(made) == pytest.approx(RATE / 2, abs=1)
    middle = slice(1000, 7000)
    assert np.abs(made[middle] - tone(1000)[: len(made)][middle]).max() < 5e-3


def test_what_16_khz_can_not_hold_is_gone() -> None:
    assert level_db(resample(tone(9500, rate=44100), 44100)[1000:7000]) < -50


def test_speech_is_found_and_the_rest_cut() -> None:
    begin, end = speech_span(burst())
    assert (begin / RATE, end / RATE) == (pytest.approx(0.4, abs=0.011), pytest.approx(0.7, abs=0.011))
    cut, front = trim(burst(), 0.05)
    assert len(cut) / RATE == pytest.approx(0.4, abs=0.03)
    assert front / RATE == pytest.approx(0.35, abs=0.02)


def test_16_bits_and_back() -> None:
    assert np.abs(from_int16(to_int16(tone(300))) - tone(300)).max() < 2e-5
    assert to_int16(np.array([2.0, -2.0], np.float32)).tolist() == [32767, -32768]


def test_pace_moves_pitch_and_length() -> None:
    quick = stretch(tone(1000), 1.1)
    assert len(quick) == pytest.approx(RATE / 2 / 1.1, abs=2)
    assert strongest(quick) == pytest.approx(1100, abs=5)


@pytest.mark.parametrize("snr", [0.0, 10.0, 25.0])
def test_the_snr_is_that_of_the_speech_not_of_the_pauses(snr: float) -> None:
    noise = coloured(RATE, np.random.default_rng(1))
    added = at_snr(burst(), noise, snr) - burst()
    begin, end = speech_span(burst())
    assert level_db(burst()[begin:end]) - level_db(added) == pytest.approx(snr, abs=0.1)


def test_the_same_seed_gives_the_same_channel_and_it_stays_in_range() -> None:
    noise = TrainingNoise([burst(), burst(800)], [burst()])
    for seed in range(40):
        made = through(burst(), np.random.default_rng(seed), noise)
        assert np.isfinite(made).all()
        assert np.abs(made).max() <= 1
        assert len(made) == pytest.approx(len(burst()), rel=0.12)
        assert np.array_equal(made, through(burst(), np.random.default_rng(seed), noise))


def test_an_empty_and_a_silent_clip_pass() -> None:
    rng = np.random.default_rng(2)
    assert len(through(np.zeros(0, np.float32), rng)) == 0
    assert np.isfinite(through(np.zeros(RATE, np.float32), rng, TrainingNoise())).all()


def test_a_narrow_channel_has_nothing_above_4_2_khz() -> None:
    rng, narrow = np.random.default_rng(3), Lottery((1.0, 1.0), 0, 1, 0, 0, 0, 0)
    noise = rng.standard_normal(RATE).astype(np.float32) * 0.1
    for _ in range(10):
        spectrum = np.abs(np.fft.rfft(through(noise, rng, None, narrow))) ** 2
        assert spectrum[4300:].sum() < 1e-2 * spectrum[:3000].sum()


def test_a_channel_with_nothing_in_it_only_sets_the_level() -> None:
    rng = np.random.default_rng(4)
    quiet = [through(burst(), rng, None, PLAIN) for _ in range(8)]
    begin, end = speech_span(burst())
    assert all(PLAIN.level_db[0] - 1 < level_db(made[begin:end]) < PLAIN.level_db[1] + 1 for made in quiet)


@pytest.mark.parametrize("source", [coloured, hum, fan, tones, clicks, rain])
def test_noise_is_noise(source: Callable[[int, np.random.Generator], Samples]) -> None:
    made = source(RATE, np.random.default_rng(5))
    assert made.shape == (RATE,)
    assert made.dtype == np.float32
    assert np.isfinite(made).all()
    assert made.std() > 0


def test_a_pool_gives_noise_of_one_level_and_any_length() -> None:
    rng = np.random.default_rng(6)
    pool = Pool(TrainingNoise(), rng, pieces=4, seconds=0.5)
    for length in (100, RATE, 3 * RATE):
        assert level_db(pool.draw(length, rng)) == pytest.approx(0, abs=0.1)


def test_joined_words_lie_where_their_times_say() -> None:
    clips = [burst(frequency) for frequency in (300, 900, 2000)]
    samples, times = join(clips, np.random.default_rng(7), (0.05, 0.1))
    for (begin, end), frequency in zip(times, (300, 900, 2000), strict=True):
        assert strongest(samples[int(begin * RATE) : int(end * RATE)]) == pytest.approx(frequency, abs=12)
    gaps = [b - a for (_, a), (b, _) in pairwise(times)]
    assert all(0.04 < gap < 0.11 for gap in gaps)
    assert level_db(samples[: RATE // 5]) < -60  # a pause is not louder than the recordings' own


WORDS = {
    "speech-commands": ("yes", "no", "up", "left"),
    "open-close": ("open", "close"),
    "spoken-digits": ("one", "two", "six"),
}


def splicer() -> Splicer:
    entries = [
        Clip(f"{source}{who}{word}", "word", word, (word,), None, source, f"{source}/{who}", "fold0")
        for source, words in WORDS.items()
        for who in range(3)
        for word in words
    ]
    return Splicer(entries, lambda _: burst())


def test_a_command_is_one_persons_and_mixed_ones_are_two_peoples() -> None:
    rng = np.random.default_rng(8)
    digits = splicer()
    mixed = [digits.draw("mixed", rng, length=3) for _ in range(30)]
    assert {word for made in mixed for word in made.words} > {"open", "close"}
    assert all(made.speaker.count("+") == 1 for made in mixed)
    spoken = digits.draw("digits", rng, length=3)
    assert len(spoken.times) == len(spoken.words) == 3
    assert set(spoken.words) <= set(WORDS["spoken-digits"])


def test_a_group_that_nobody_recorded_is_refused() -> None:
    with pytest.raises(PhospheneError, match="no speaker"):
        Splicer([], lambda _: burst()).draw("digits", np.random.default_rng(0))
    with pytest.raises(PhospheneError, match="no group"):
        splicer().draw("colours", np.random.default_rng(0))


def test_a_noisy_recording_is_not_speech_from_end_to_end() -> None:
    hiss = 0.02 * np.random.default_rng(9).standard_normal(len(burst()))
    noisy = (burst() + hiss).astype(np.float32)
    assert speech_span(noisy, 30.0)[0] == 0
    begin, end = speech_span(noisy, 30.0, over_floor_db=9.0)
    assert (begin / RATE, end / RATE) == (pytest.approx(0.4, abs=0.02), pytest.approx(0.7, abs=0.02))
