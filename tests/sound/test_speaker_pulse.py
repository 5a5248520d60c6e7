# SPDX-License-Identifier: Apache-2.0
"""PyAudio for real, through a PulseAudio server whose speaker is a pipe: what the player played is what came out."""

from __future__ import annotations

import os
import select
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from phosphene.sensors.resample import Resampler
from phosphene.sound.chimes import Chime, wave
from phosphene.sound.errors import SoundError
from phosphene.sound.events import Happening
from phosphene.sound.pyaudio_speaker import PyAudioSpeaker, list_speakers
from phosphene.sound.samples import RATE_HZ, Samples
from phosphene.sound.voice import Voice
from phosphene_hil.senses.pulse import Pulse
from tests.sensors.sounds import babble
from tests.sensors.waiting import until
from tests.sound.deck import Diary

pytest.importorskip("pyaudio", reason="PyAudio is not installed: apt install portaudio19-dev, pip install PyAudio")
pytestmark = pytest.mark.skipif(
    not shutil.which("pulseaudio") or not list(Path("/usr/lib").glob("*/alsa-lib/libasound_module_pcm_pulse.so")),
    reason="PulseAudio is not installed: apt install pulseaudio libasound2-plugins",
)


class Ear:
    """Reads what comes out of the server's speaker, a pipe, at `rate_hz`."""

    def __init__(self, pipe: Path, rate_hz: int) -> None:
        self._rate_hz = rate_hz
        self._heard = bytearray()
        self._stop = threading.Event()
        self._fd = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()

    @property
    def heard(self) -> Samples:
        """All of it so far."""
        data = bytes(self._heard)
        return np.frombuffer(data[: len(data) // 2 * 2], "<i2")

    def close(self) -> None:
        """Stop listening."""
        self._stop.set()
        self._thread.join()
        os.close(self._fd)

    def _read(self) -> None:
        while not self._stop.is_set():
            if select.select([self._fd], [], [], 0.1)[0] and (data := os.read(self._fd, 65_536)):
                self._heard += data


@pytest.fixture
def pulse(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[int], tuple[Pulse, Ear]]]:
    servers: list[Pulse] = []
    ears: list[Ear] = []

    def start(rate_hz: int) -> tuple[Pulse, Ear]:
        out = tmp_path / "out"
        sink = f"sink_name=out format=s16le channels=1 rate={rate_hz} file={out} use_system_clock_for_timing=yes"
        server = Pulse(tmp_path, 16_000, (f"module-pipe-sink {sink}",))
        for name, value in server.environment.items():
            # What a microphone wants is too little for a speaker: ALSA's plug-in for PulseAudio runs dry, and may stop.
            if name != "PULSE_LATENCY_MSEC":
                monkeypatch.setenv(name, value)
        server.start()
        servers.append(server)
        until(out.exists)
        ears.append(Ear(out, rate_hz))
        return server, ears[-1]

    yield start
    for server in servers:
        server.kill()
    for ear in ears:
        ear.close()


def likeness(heard: Samples, played: Samples) -> float:
    """Return the highest correlation of `played`, at one scale and in one piece, with a stretch of `heard`."""
    size = 1 << (heard.size + played.size).bit_length()
    spectrum = np.fft.rfft(heard, size) * np.conj(np.fft.rfft(played, size))
    place = int(np.argmax(np.fft.irfft(spectrum, size)[: heard.size]))
    stretch = heard[place : place + played.size].astype(float)
    assert stretch.size == played.size, "cut short"
    return float(np.corrcoef(stretch, played.astype(float))[0, 1])


def loud(samples: Samples) -> NDArray[np.intp]:
    """Return where it is loud."""
    return np.flatnonzero(np.abs(samples.astype(int)) > 200)


def at_rate(samples: Samples, rate_hz: int) -> Samples:
    """Return the samples at another rate."""
    if rate_hz == RATE_HZ:
        return samples
    resampler = Resampler(RATE_HZ, rate_hz)
    made = np.concatenate((resampler.push(samples.astype(np.float32)), resampler.flush()))
    return np.rint(made).astype(np.int16)


# On a computer that is busy beyond measure the sound server or PortAudio is late for a block, and the player can't do
# anything about that; so it has three tries.
_TRIES = 3


@pytest.mark.parametrize(("sink_hz", "played_hz"), [(RATE_HZ, None), (48_000, 48_000)])
def test_what_the_player_played_is_what_came_out(
    pulse: Callable[[int], tuple[Pulse, Ear]], sink_hz: int, played_hz: int | None
) -> None:
    _, ear = pulse(sink_hz)
    diary = Diary()
    voice = Voice(PyAudioSpeaker("pulse", rate_hz=played_hz), None, diary)
    wanted = at_rate(wave(Chime.REFUSED), sink_hz)
    since = 0

    def came_out() -> Samples:
        return ear.heard[since:]

    def heard_right() -> bool:
        nonlocal since
        since = ear.heard.size
        before = len(diary.of(Happening.ENDED))
        voice.chime(Chime.REFUSED)
        diary.wait(Happening.ENDED, before + 1)
        until(lambda: loud(came_out()).size > 0.9 * loud(wanted).size)
        until(lambda: came_out().size > loud(came_out())[0] + wanted.size + sink_hz // 5)
        return likeness(came_out(), wanted) >= 0.99

    voice.start()
    try:
        until(lambda: not voice.status().speaker_text)
        assert any(heard_right() for _ in range(_TRIES))
    finally:
        assert voice.stop()


def test_two_seconds_come_out_without_a_gap(pulse: Callable[[int], tuple[Pulse, Ear]]) -> None:
    _, ear = pulse(RATE_HZ)
    speaker = PyAudioSpeaker("pulse")
    samples = babble(RATE_HZ, 2.0)

    def heard_right() -> bool:
        since = ear.heard.size
        speaker.play(samples)
        assert speaker.ahead_s > 1.0
        while speaker.ahead_s > 0.0:
            speaker.check()
            time.sleep(0.02)
        until(lambda: np.count_nonzero(ear.heard[since:]) >= 0.99 * np.count_nonzero(samples))
        until(lambda: ear.heard.size > since + loud(ear.heard[since:])[0] + samples.size + RATE_HZ // 5)
        return likeness(ear.heard[since:], samples) >= 0.99

    speaker.open()
    try:
        assert any(heard_right() for _ in range(_TRIES))
    finally:
        speaker.close()


def test_the_server_dies_and_comes_again(pulse: Callable[[int], tuple[Pulse, Ear]]) -> None:
    server, _ = pulse(RATE_HZ)
    diary = Diary()
    voice = Voice(PyAudioSpeaker("pulse"), None, diary)
    voice.start()
    try:
        until(lambda: not voice.status().speaker_text)
        voice.chime(Chime.DONE)
        diary.wait(Happening.ENDED)
        server.kill()
        assert "plug" in diary.wait(Happening.GONE).text
        assert voice.status().speaker_text
        voice.chime(Chime.BLIND)
        server.start()
        diary.wait(Happening.BACK)
        assert voice.status().speaker_text == ""
        # A state that lasts was worth waiting for.
        until(lambda: any(event.chime is Chime.BLIND for event in diary.of(Happening.ENDED)))
    finally:
        assert voice.stop(), "the driver hangs"


def test_a_speaker_that_is_not_there_names_those_that_are(pulse: Callable[[int], tuple[Pulse, Ear]]) -> None:
    pulse(RATE_HZ)
    with pytest.raises(SoundError, match="no speaker 'studio'") as caught:
        PyAudioSpeaker("studio").open()
    assert "pulse" in str(caught.value)
    assert "pulse" in [told["name"] for told in list_speakers()]
