# SPDX-License-Identifier: Apache-2.0
"""Camera and microphone of the rig's computer: format, rate, drops, time stamps, unplugged and back.

What a picture shows, and what a sound says, depends on who is before the device: that is not asked here.
"""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable, Generator

import pytest

from phosphene.sensors.blocks import RATE_HZ, Frame, Sound
from phosphene.sensors.camera_watch import CameraWatch
from phosphene.sensors.microphone_watch import MicrophoneWatch
from phosphene.sensors.opening import open_camera, open_microphone
from phosphene.sensors.protocol import CameraFormat, MicrophoneFormat, SensorEvent, Trouble
from phosphene_hil.computer import BENCH
from phosphene_hil.report.measuring import Measure
from phosphene_hil.rig import Rig
from phosphene_hil.senses import bench_camera, bench_microphone
from phosphene_hil.senses.plug import UnderTest

PATIENCE_S = 30.0
"""Against hanging: a driver may take seconds to open its device."""
PICTURES = 15
RATE_OFF = 0.25
"""What a measured rate may be off, as a share."""
JITTER_S = 0.25
"""What a block's time may be off from where the one before ended, on a computer that is busy."""
ABSENT = (Trouble.GONE, Trouble.STALLED)
BAD = (Trouble.BLACK, Trouble.TORN, Trouble.FROZEN, Trouble.SILENT, Trouble.CLIPPED)


@pytest.fixture(scope="module")
def camera(rig: Rig) -> Generator[UnderTest]:
    """The camera under test."""
    if rig.computer.camera == BENCH:
        with bench_camera.camera() as found:
            yield found
    else:
        yield UnderTest(rig.computer.camera)


@pytest.fixture(scope="module")
def microphone(rig: Rig) -> Generator[UnderTest]:
    """The microphone under test."""
    if rig.computer.microphone == BENCH:
        with bench_microphone.microphone() as found:
            yield found
    else:
        yield UnderTest(rig.computer.microphone)


class Told:
    """What a watch told of its sensor."""

    def __init__(self) -> None:
        self.began_s = time.monotonic()
        self.events: list[SensorEvent] = []

    def __call__(self, event: SensorEvent) -> None:
        self.events.append(event)

    def of(self, *kinds: Trouble) -> list[Trouble]:
        """Return those of these kinds, in order."""
        return [event.trouble for event in self.events if event.trouble in kinds]


@pytest.fixture
def told() -> Told:
    """Gets the events of this test's watch."""
    return Told()


@pytest.fixture
def eye(rig: Rig, camera: UnderTest, told: Told) -> Generator[CameraWatch]:
    """The camera as the device watches it, with the size that the computer's file asks for."""
    declared = rig.wired.sbc.camera
    if declared is not None:
        source = open_camera(camera.spec, width=declared.width, height=declared.height)
    else:
        source = open_camera(camera.spec)
    assert source is not None
    watch = CameraWatch(source, told)
    watch.start()
    yield watch
    assert watch.stop(PATIENCE_S), "its driver hangs"


@pytest.fixture
def ear(microphone: UnderTest, told: Told) -> Generator[MicrophoneWatch]:
    """The microphone as the device watches it."""
    source = open_microphone(microphone.spec)
    assert source is not None
    watch = MicrophoneWatch(source, told)
    watch.start()
    yield watch
    assert watch.stop(PATIENCE_S), "its driver hangs"


def pictures(eye: CameraWatch, count: int, after: int = -1) -> list[Frame]:
    """Return the next pictures, as fast as this computer takes them."""
    found: list[Frame] = []
    for _ in range(count):
        frame = eye.newest(after, PATIENCE_S)
        assert frame is not None, f"no picture for {PATIENCE_S:g} s: {eye.status().text}"
        after = frame.number
        found.append(frame)
    return found


def sounds(ear: MicrophoneWatch, seconds: float) -> list[Sound]:
    """Return the next blocks of so much sound."""
    found: list[Sound] = []
    while sum(sound.samples.size for sound in found) < seconds * RATE_HZ:
        sound = ear.next(PATIENCE_S)
        assert sound is not None, f"no sound for {PATIENCE_S:g} s: {ear.status().text}"
        found.append(sound)
    return found


def until(holds: Callable[[], object], what: str) -> None:
    """Return when it does."""
    ends = time.monotonic() + PATIENCE_S
    while not holds():
        assert time.monotonic() < ends, what
        time.sleep(0.02)


def near(measured: float, wanted: float) -> bool:
    """Whether a measured rate is the wanted one."""
    return abs(measured - wanted) <= RATE_OFF * wanted


@pytest.mark.needs("camera")
def test_pictures_are_as_the_camera_says(rig: Rig, eye: CameraWatch, told: Told) -> None:
    found = pictures(eye, PICTURES)
    form = eye.status().format
    assert isinstance(form, CameraFormat)
    declared = rig.wired.sbc.camera
    for frame in found:
        height, width, channels = frame.pixels.shape
        assert (channels, frame.pixels.dtype) == (3, "uint8")
        assert form.width in (0, width), "0: each may be of another size"
        assert form.height in (0, height)
        if declared is not None:  # its lens was given for pictures of this size
            assert (width, height) == (declared.width, declared.height)
    assert not told.of(*BAD), told.events


@pytest.mark.needs("camera")
def test_pictures_come_at_the_cameras_rate(eye: CameraWatch, measure: Measure) -> None:
    pictures(eye, 1)
    form = eye.status().format
    assert isinstance(form, CameraFormat)
    until(lambda: near(eye.status().rate_hz, form.rate_hz), f"never {form.rate_hz:g} pictures a second: {eye.status()}")
    budget = ((1 - RATE_OFF) * form.rate_hz, (1 + RATE_OFF) * form.rate_hz)
    measure("pictures a second", eye.status().rate_hz, unit="Hz", budget=budget)


@pytest.mark.needs("camera")
def test_a_pictures_number_and_time_only_rise_and_losses_are_counted(eye: CameraWatch, told: Told) -> None:
    first, *rest = pictures(eye, PICTURES)
    for earlier, later in itertools.pairwise((first, *rest)):
        assert later.number > earlier.number
        assert later.time_s > earlier.time_s
    last = rest[-1]
    assert last.time_s <= time.monotonic(), "a picture of the future"
    assert first.time_s >= told.began_s, "a picture from before it was opened"
    status = eye.status()
    # All numbers up to the last were pictures that came, or were told to be lost.
    assert status.blocks + status.dropped >= last.number - first.number + 1


@pytest.mark.needs("camera", "camera_plug")
def test_a_camera_that_is_unplugged_is_told_and_comes_back_by_itself(
    camera: UnderTest, eye: CameraWatch, told: Told
) -> None:
    assert camera.plug is not None
    before = pictures(eye, 3)[-1]
    camera.plug.pull()
    try:
        until(lambda: told.of(*ABSENT), "nobody was told that it is gone")
    finally:
        camera.plug.put_back()
    until(lambda: told.of(Trouble.BACK), "it never came back")
    newest = eye.newest()
    assert newest is not None
    (after,) = pictures(eye, 1, after=newest.number)
    assert after.number > before.number
    assert after.time_s > before.time_s
    assert Trouble.BACK not in told.of(Trouble.BACK, *ABSENT)[:1], "it was told to be back before it was gone"


@pytest.mark.needs("microphone")
def test_sound_is_whole_and_its_times_go_on_with_its_samples(ear: MicrophoneWatch, told: Told) -> None:
    blocks = sounds(ear, 1.0)
    form = ear.status().format
    assert isinstance(form, MicrophoneFormat)
    assert form.rate_hz >= 8000
    assert form.channels >= 1
    for block in blocks:
        assert (block.samples.ndim, block.samples.dtype) == (1, "int16")
    for before, after in itertools.pairwise(blocks):
        assert abs(after.time_s - before.end_s - after.missed / RATE_HZ) < JITTER_S
    assert blocks[-1].end_s <= time.monotonic() + JITTER_S, "sound of the future"
    assert not told.of(*BAD), told.events


@pytest.mark.needs("microphone")
def test_sound_comes_at_its_rate(ear: MicrophoneWatch) -> None:
    """Whatever the microphone's own rate is, it is 16 kHz behind the driver."""

    def at_rate() -> bool:
        while ear.next() is not None:
            pass
        return near(ear.status().rate_hz, RATE_HZ)

    until(at_rate, f"never {RATE_HZ} samples a second: {ear.status()}")


@pytest.mark.needs("microphone")
def test_sound_that_nobody_took_is_told_to_be_missed(ear: MicrophoneWatch, told: Told) -> None:
    last = sounds(ear, 0.2)[-1]
    until(lambda: Trouble.DROPPED in told.of(Trouble.DROPPED), "two seconds of sound are kept, and it came for longer")
    first = ear.next()
    assert first is not None
    assert first.missed > 0
    assert abs(first.time_s - last.end_s - first.missed / RATE_HZ) < JITTER_S, "the gap is as long as what is missed"


@pytest.mark.needs("microphone", "microphone_plug")
def test_a_microphone_that_is_unplugged_is_told_and_comes_back_by_itself(
    microphone: UnderTest, ear: MicrophoneWatch, told: Told
) -> None:
    assert microphone.plug is not None
    before = sounds(ear, 0.2)[-1]
    microphone.plug.pull()
    try:
        until(lambda: told.of(*ABSENT), "nobody was told that it is gone")
    finally:
        microphone.plug.put_back()
    until(lambda: told.of(Trouble.BACK), "it never came back")
    while (block := ear.next()) is not None:  # what it had still delivered
        before = block
    after = sounds(ear, 0.1)[-1]
    assert after.time_s >= before.end_s
