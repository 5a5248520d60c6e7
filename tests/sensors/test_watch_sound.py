# SPDX-License-Identifier: Apache-2.0
"""A microphone that runs: every block of its sound in order, and what was lost counted."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from phosphene.sensors.blocks import RATE_HZ, Sound
from phosphene.sensors.microphone_watch import MicrophoneWatch
from phosphene.sensors.protocol import SensorEvent, Trouble
from phosphene.sensors.sound_file import SoundFile
from tests.sensors.sounds import babble, write_wav
from tests.sensors.waiting import until
from tests.sensors.watched import BLOCK, Ear


def test_silence_and_clipping() -> None:
    ear = Ear()
    ear.watch.start()
    until(lambda: ear.watch.status().blocks > 60)
    assert set(ear.told) <= {Trouble.DROPPED}  # nobody listens here
    # The newest block's loudness; between two of the babble's syllables it is low.
    until(lambda: -60 < (ear.watch.status().level or 0) < -3)
    ear.samples = np.zeros(RATE_HZ, np.int16)
    until(lambda: Trouble.SILENT in ear.watch.status().troubles)
    assert ear.watch.status().level == -96
    ear.samples = babble(RATE_HZ, 1.0)
    until(lambda: Trouble.SILENT not in ear.watch.status().troubles)
    ear.clipped = 20
    until(lambda: Trouble.CLIPPED in ear.watch.status().troubles)
    ear.clipped = 0
    until(lambda: Trouble.CLIPPED not in ear.watch.status().troubles)
    ear.watch.stop()
    told = [trouble for trouble in ear.told if trouble is not Trouble.DROPPED]
    assert told == [Trouble.SILENT, Trouble.BACK, Trouble.CLIPPED, Trouble.BACK]


def test_silence_in_a_file_is_no_trouble(tmp_path: Path) -> None:
    events: list[SensorEvent] = []
    path = write_wav(tmp_path / "quiet.wav", np.zeros(3 * RATE_HZ, np.int16), RATE_HZ)
    watch = MicrophoneWatch(SoundFile(path, real_time=False), events.append)
    watch.start()
    until(lambda: watch.ended)
    watch.stop()
    assert Trouble.SILENT not in [event.trouble for event in events]


def test_sound_that_nobody_takes_gives_way_and_is_counted() -> None:
    ear = Ear()
    ear.watch.start()
    until(lambda: ear.watch.status().dropped >= 5 * BLOCK)
    until(lambda: ear.told == [Trouble.DROPPED])
    ear.watch.stop()
    dropped = ear.watch.status().dropped
    first = ear.watch.next()
    assert first
    assert first.missed == dropped
    kept = first.samples.size
    end_s = first.end_s
    while (sound := ear.watch.next()) is not None:
        assert sound.missed == 0
        assert sound.time_s == pytest.approx(end_s)
        end_s = sound.end_s
        kept += sound.samples.size
    assert kept == 2 * RATE_HZ


def test_a_file_comes_whole_and_ends(tmp_path: Path) -> None:
    talk = babble(RATE_HZ, 1.0)
    events: list[SensorEvent] = []
    watch = MicrophoneWatch(SoundFile(write_wav(tmp_path / "a.wav", talk, RATE_HZ), real_time=False), events.append)
    watch.start()
    until(lambda: watch.ended)
    heard: list[Sound] = []
    while (sound := watch.next(1.0)) is not None:
        heard.append(sound)
    assert watch.stop()
    assert np.array_equal(np.concatenate([sound.samples for sound in heard]), talk)
    assert [event.trouble for event in events] == [Trouble.ENDED]


def test_a_file_that_is_not_there_is_told_and_not_tried_again(tmp_path: Path) -> None:
    events: list[SensorEvent] = []
    watch = MicrophoneWatch(SoundFile(tmp_path / "a.wav"), events.append)
    watch.start()
    until(lambda: watch.ended)
    assert [event.trouble for event in events] == [Trouble.GONE]
    assert watch.next(1.0) is None
    assert watch.stop()
