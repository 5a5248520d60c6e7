# SPDX-License-Identifier: Apache-2.0
"""PyAudio for real, through a PulseAudio server whose microphone is a pipe: what was played is what was heard."""

from __future__ import annotations

import itertools
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from phosphene.sensors.blocks import RATE_HZ, Sound
from phosphene.sensors.errors import SensorError
from phosphene.sensors.listing import list_sensors
from phosphene.sensors.microphone import Microphone, list_microphones
from phosphene.sensors.microphone_watch import MicrophoneWatch
from phosphene.sensors.protocol import SensorEvent, Trouble
from phosphene_hil.senses.pulse import Pulse
from tests.sensors.sounds import babble
from tests.sensors.waiting import until

pytest.importorskip("pyaudio", reason="PyAudio is not installed: apt install portaudio19-dev, pip install PyAudio")
pytestmark = pytest.mark.skipif(
    not shutil.which("pulseaudio") or not list(Path("/usr/lib").glob("*/alsa-lib/libasound_module_pcm_pulse.so")),
    reason="PulseAudio is not installed: apt install pulseaudio libasound2-plugins",
)


@pytest.fixture
def pulse(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[int], Pulse]]:
    servers: list[Pulse] = []

    def start(rate_hz: int) -> Pulse:
        server = Pulse(tmp_path, rate_hz)
        for name, value in server.environment.items():
            monkeypatch.setenv(name, value)
        servers.append(server)
        server.start()
        return server

    yield start
    for server in servers:
        server.kill()


def listen(microphone: Microphone, server: Pulse, samples: NDArray[np.int16], rate_hz: int) -> list[Sound]:
    """Return what a watch heard while samples were played."""
    watch = MicrophoneWatch(microphone)
    watch.start()
    heard: list[Sound] = []
    wanted = round(samples.size * RATE_HZ / rate_hz)
    try:
        until(lambda: watch.status().format)
        # The pipe delivers only while something is written: what follows pushes the end through.
        server.play(np.concatenate((samples, np.zeros(rate_hz, np.int16))))

        def enough() -> bool:
            while (sound := watch.next()) is not None:
                heard.append(sound)
            loud = [index for index, sound in enumerate(heard) if np.abs(sound.samples.astype(int)).max() > 100]
            return bool(loud) and sum(sound.samples.size for sound in heard[loud[0] :]) >= wanted + RATE_HZ // 10

        until(enough)
    finally:
        assert watch.stop()
    return heard


def best_match(heard: NDArray[np.int16], played: NDArray[np.int16]) -> tuple[float, int]:
    """Return the highest correlation of `played` with a stretch of `heard`, and where that stretch begins."""
    size = 1 << (heard.size + played.size).bit_length()
    spectrum = np.fft.rfft(heard, size) * np.conj(np.fft.rfft(played, size))
    place = int(np.argmax(np.fft.irfft(spectrum, size)[: heard.size]))
    stretch = heard[place : place + played.size].astype(float)
    return float(np.corrcoef(stretch, played[: stretch.size].astype(float))[0, 1]), place


@pytest.mark.parametrize(("source_hz", "recorded_hz"), [(16_000, None), (48_000, 48_000), (44_100, 44_100)])
def test_what_was_played_is_what_was_heard(
    pulse: Callable[[int], Pulse], source_hz: int, recorded_hz: int | None
) -> None:
    server = pulse(source_hz)
    microphone = Microphone("pulse", rate_hz=recorded_hz)
    heard = listen(microphone, server, babble(source_hz, 2.0), source_hz)
    whole = np.concatenate([sound.samples for sound in heard])
    likeness, place = best_match(whole, babble(RATE_HZ, 2.0))
    assert place + 2 * RATE_HZ <= whole.size
    assert likeness >= 0.99
    assert all(sound.missed == 0 for sound in heard)
    # Times go on with the samples: the clock of the stream, not the jitter of its blocks.
    for before, after in itertools.pairwise(heard):
        assert abs(after.time_s - before.end_s) < 0.05


def test_its_format_is_told(pulse: Callable[[int], Pulse]) -> None:
    pulse(16_000)
    microphone = Microphone("pulse", rate_hz=44_100)
    assert microphone.open().rate_hz == 44_100
    microphone.close()


def test_the_server_dies_and_comes_again(pulse: Callable[[int], Pulse]) -> None:
    server = pulse(16_000)
    long = np.tile(babble(16_000, 1.0), 30)
    events: list[SensorEvent] = []
    watch = MicrophoneWatch(Microphone("pulse"), events.append)
    watch.start()
    try:
        until(lambda: watch.status().format)
        server.play(long)
        before = watch.next(10.0)
        assert before
        server.kill()
        until(lambda: any(event.trouble is Trouble.GONE for event in events))
        server.start()
        server.play(long)
        until(lambda: any(event.trouble is Trouble.BACK for event in events))
        while watch.next() is not None:
            pass
        after = watch.next(10.0)
        assert after
        assert after.time_s > before.end_s
    finally:
        assert watch.stop(patience_s=10)
    told = [event.trouble for event in events if event.trouble in (Trouble.GONE, Trouble.BACK)]
    assert told == [Trouble.GONE, Trouble.BACK]


def test_a_microphone_that_is_not_there_names_those_that_are(pulse: Callable[[int], Pulse]) -> None:
    pulse(16_000)
    with pytest.raises(SensorError, match="no microphone 'studio'") as caught:
        Microphone("studio").open()
    assert "pulse" in str(caught.value)


def test_it_is_listed(pulse: Callable[[int], Pulse]) -> None:
    pulse(16_000)
    assert "pyaudio:pulse" in [sensor.spec for sensor in list_sensors()]


def test_what_libraries_chatter_stays_in_the_worker(
    pulse: Callable[[int], Pulse], capfd: pytest.CaptureFixture[str]
) -> None:
    pulse(16_000)
    assert list_microphones()
    microphone = Microphone("pulse")
    microphone.open()
    microphone.close()
    told = capfd.readouterr()
    assert told.out == ""
    assert told.err == ""
