# SPDX-License-Identifier: Apache-2.0
"""Sound files in place of a microphone: every width, rate and channel; cut off, corrupt, clipped."""

from __future__ import annotations

import itertools
from pathlib import Path

import numpy as np
import pytest
import soundfile

from phosphene.sensors.blocks import RATE_HZ
from phosphene.sensors.errors import SensorError
from phosphene.sensors.inspect_sound import SoundInspector
from phosphene.sensors.protocol import MicrophoneFormat, Trouble
from phosphene.sensors.sound_file import SoundFile
from tests.sensors.sounds import babble, joined, likeness, read_all, write_wav

TALK = babble(RATE_HZ, 1.0)


def at_once(path: Path) -> SoundFile:
    return SoundFile(path, real_time=False)


def test_16_khz_16_bits_come_bit_for_bit(tmp_path: Path) -> None:
    blocks = read_all(at_once(write_wav(tmp_path / "talk.wav", TALK, RATE_HZ)))
    assert np.array_equal(joined(blocks), TALK)
    for before, after in itertools.pairwise(blocks):
        assert after.time_s == pytest.approx(before.end_s, abs=1e-6)
        assert after.missed == 0


@pytest.mark.parametrize(("width", "steps"), [(1, 129), (3, 1), (4, 1)])
def test_other_widths(tmp_path: Path, width: int, steps: int) -> None:
    read = joined(read_all(at_once(write_wav(tmp_path / "talk.wav", TALK, RATE_HZ, width=width))))
    assert read.size == TALK.size
    assert np.abs(read.astype(int) - TALK).max() <= steps * 2


@pytest.mark.parametrize("rate_hz", [8_000, 11_025, 22_050, 44_100, 48_000])
def test_other_rates(tmp_path: Path, rate_hz: int) -> None:
    source = at_once(write_wav(tmp_path / "talk.wav", babble(rate_hz, 1.0), rate_hz))
    assert source.open() == MicrophoneFormat(rate_hz, 1)
    blocks = read_all(source)
    read = joined(blocks)
    assert abs(read.size - RATE_HZ) <= 1
    wanted = babble(RATE_HZ, 1.0) if rate_hz > 12_500 else None
    if wanted is not None:
        assert likeness(read, wanted) > 0.999
    assert blocks[-1].end_s - blocks[0].time_s == pytest.approx(1.0, abs=0.001)


def test_stereo_is_mixed(tmp_path: Path) -> None:
    both = np.stack((TALK, np.zeros_like(TALK)), axis=1)
    read = joined(read_all(at_once(write_wav(tmp_path / "talk.wav", both, RATE_HZ, channels=2))))
    assert np.abs(read.astype(int) - TALK / 2).max() <= 1


@pytest.mark.parametrize(("ending", "least"), [("flac", 0.99999), ("ogg", 0.95)])
def test_flac_and_ogg(tmp_path: Path, ending: str, least: float) -> None:
    path = tmp_path / f"talk.{ending}"
    soundfile.write(path, babble(48_000, 1.0), 48_000)
    assert likeness(joined(read_all(at_once(path))), TALK) > least


def test_wav_of_floats_with_values_that_are_none(tmp_path: Path) -> None:
    samples = (TALK / 32768).astype(np.float32)
    samples[100] = np.nan
    samples[101] = np.inf
    path = tmp_path / "talk.wav"
    soundfile.write(path, samples, RATE_HZ, subtype="FLOAT")
    read = joined(read_all(at_once(path)))
    assert read[100] == 0
    assert read[101] == 32767
    assert np.array_equal(read[102:], TALK[102:])


def test_cut_off_is_told_after_what_there_is(tmp_path: Path) -> None:
    path = write_wav(tmp_path / "talk.wav", TALK, RATE_HZ)
    path.write_bytes(path.read_bytes()[: 44 + RATE_HZ])
    source = at_once(path)
    source.open()
    for _ in range(25):
        block = source.read(1.0)
        assert block
        assert block.samples.size == RATE_HZ // 50
    with pytest.raises(SensorError, match=r"cut off: 0\.50 s are missing"):
        source.read(1.0)


@pytest.mark.parametrize("content", [b"", b"RIFF", b"RIFF\xff\xff\xff\x7fWAVEfmt ", bytes(5000), b"\xff" * 5000])
def test_what_is_no_sound_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "talk.wav"
    path.write_bytes(content)
    with pytest.raises(SensorError, match=r"empty|no sound file"):
        at_once(path).open()


def test_any_damage_ends_in_an_error_or_in_sound(tmp_path: Path) -> None:
    good = write_wav(tmp_path / "good.wav", TALK[:2000], RATE_HZ).read_bytes()
    rng = np.random.default_rng(7)
    refused = 0
    for number in range(300):
        bad = bytearray(good)
        for place in rng.integers(0, 60, rng.integers(1, 6)):
            bad[place] = int(rng.integers(256))
        path = tmp_path / f"{number}.wav"
        path.write_bytes(bad)
        try:
            for block in read_all(at_once(path)):
                assert block.samples.dtype == np.int16
        except SensorError:
            refused += 1
    assert 0 < refused < 300


def test_missing_file_and_folder(tmp_path: Path) -> None:
    with pytest.raises(SensorError, match="no such sound file"):
        at_once(tmp_path / "talk.wav").open()
    with pytest.raises(SensorError, match="folder"):
        at_once(tmp_path).open()


@pytest.mark.parametrize("width", [1, 2, 3])
@pytest.mark.parametrize("rate_hz", [16_000, 48_000])
def test_clipped_sound_is_seen_at_any_width_and_rate(tmp_path: Path, width: int, rate_hz: int) -> None:
    loud = np.clip(babble(rate_hz, 1.0).astype(int) * 6, -32768, 32767).astype(np.int16)
    path = write_wav(tmp_path / "loud.wav", loud, rate_hz, width=width)
    seen = SoundInspector(live=False)
    assert any(Trouble.CLIPPED in seen.look(block)[0] for block in read_all(at_once(path)))
    soft = write_wav(tmp_path / "soft.wav", babble(rate_hz, 1.0), rate_hz, width=width)
    seen = SoundInspector(live=False)
    assert not any(Trouble.CLIPPED in seen.look(block)[0] for block in read_all(at_once(soft)))


def test_loop_begins_anew_without_a_seam(tmp_path: Path) -> None:
    source = SoundFile(write_wav(tmp_path / "talk.wav", TALK, RATE_HZ), loop=True, real_time=False)
    source.open()
    read = joined([block for _ in range(120) if (block := source.read(1.0))])
    source.close()
    assert np.array_equal(read, np.resize(TALK, read.size))
