# SPDX-License-Identifier: Apache-2.0
"""What can be named as a speaker, the WAV file, and what goes wrong with a speaker's worker."""

from __future__ import annotations

import wave as wav
from pathlib import Path

import numpy as np
import pytest

from phosphene.sound.chimes import Chime, wave
from phosphene.sound.errors import SoundError
from phosphene.sound.events import Happening
from phosphene.sound.opening import open_speaker
from phosphene.sound.pyaudio_speaker import PyAudioSpeaker
from phosphene.sound.samples import FADE, RATE_HZ, Samples, cut_off, silence
from phosphene.sound.speaker_worker import Waiting
from phosphene.sound.voice import Voice
from phosphene.sound.wav_speaker import WavSpeaker
from tests.sensors.waiting import until
from tests.sound.deck import Diary
from tests.sound.test_speech import worker


def read(path: Path) -> Samples:
    """Return what is in a WAV file of ours."""
    with wav.open(str(path)) as file:
        assert (file.getframerate(), file.getnchannels(), file.getsampwidth()) == (RATE_HZ, 1, 2)
        return np.frombuffer(file.readframes(file.getnframes()), "<i2")


def test_what_can_be_named(tmp_path: Path) -> None:
    assert open_speaker("none") is None
    assert isinstance(open_speaker("pyaudio"), PyAudioSpeaker)
    named = open_speaker("pyaudio:USB Audio@48000")
    assert named is not None
    assert named.name == "speaker USB Audio"
    assert isinstance(open_speaker(f"wav:{tmp_path / 'a.wav'}"), WavSpeaker)
    for wrong in ("", "wav", "wav:", "loudspeaker", "pyaudi"):
        with pytest.raises(SoundError, match="names no speaker"):
            open_speaker(wrong)
    with pytest.raises(SoundError, match="did you mean pyaudio"):
        open_speaker("pyadio")


def test_a_wav_file_has_every_sample_and_is_whole_at_any_time(tmp_path: Path) -> None:
    path = tmp_path / "said.wav"
    diary = Diary()
    voice = Voice(open_speaker(f"wav:{path}"), None, diary)
    voice.start()
    voice.chime(Chime.DONE)
    diary.wait(Happening.ENDED)
    # Before it is closed.
    assert np.array_equal(read(path)[: wave(Chime.DONE).size], wave(Chime.DONE))
    assert voice.stop()
    assert not np.any(read(path)[wave(Chime.DONE).size :])


def test_a_wav_file_that_cant_be_written_is_told_with_a_cure(tmp_path: Path) -> None:
    diary = Diary()
    voice = Voice(open_speaker(f"wav:{tmp_path / 'none' / 'a.wav'}"), None, diary)
    voice.start()
    told = diary.wait(Happening.GONE).text
    assert "No such file" in told
    assert "a folder that exists" in told
    voice.chime(Chime.DONE)
    diary.wait(Happening.DROPPED)
    assert voice.stop()


def deaf_worker() -> tuple[str, ...]:
    """Return the command of a worker that takes what is sent, but whose device asks for nothing."""
    return worker("while os.read(0, 65536): pass", name="odd", rate_hz=RATE_HZ, channels=1, latency_s=0.0)


def test_a_speaker_that_takes_nothing_more_is_an_error() -> None:
    speaker = PyAudioSpeaker(command=deaf_worker())
    speaker.open()
    try:
        speaker.play(silence(1.0))
        assert speaker.ahead_s > 0.5
        with pytest.raises(SoundError, match=r"takes no sound any more|worker hangs"):
            until(speaker.check)
    finally:
        speaker.close()


@pytest.mark.parametrize("channels", [1, 2])
def test_what_waits_in_its_worker_fades_when_it_is_cut(channels: int) -> None:
    waiting = Waiting(channels, RATE_HZ)
    samples = wave(Chime.STALLED)
    waiting.put(np.repeat(samples, channels).tobytes())
    begin = np.frombuffer(waiting.take(2000), np.int16).reshape(-1, channels)
    waiting.cut()
    end = np.frombuffer(waiting.take(2000), np.int16).reshape(-1, channels)
    for channel in range(channels):
        assert np.array_equal(begin[:, channel], samples[:2000])
        assert np.abs(end[:FADE, channel] - cut_off(samples[2000:])).max() <= 1
    assert not np.any(end[FADE:])
    assert waiting.done == samples.size


def test_a_worker_that_was_killed_is_an_error_also_while_nothing_is_played() -> None:
    speaker = PyAudioSpeaker(command=deaf_worker())
    speaker.open()
    speaker.check()
    process = speaker._worker._process
    assert process is not None
    process.kill()
    process.wait()
    with pytest.raises(SoundError, match="its worker ended"):
        speaker.check()
    speaker.close()
    with pytest.raises(SoundError, match="not open"):
        speaker.play(silence(0.01))
