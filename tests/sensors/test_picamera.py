# SPDX-License-Identifier: Apache-2.0
"""The Pi's camera: the real worker process and its pipe, with picamera2 itself replaced at its edge."""

from __future__ import annotations

import ast
import itertools
import shutil
import sys
import time
from pathlib import Path

import pytest

from phosphene.sensors import picamera_worker
from phosphene.sensors.camera_watch import CameraWatch
from phosphene.sensors.errors import SensorError
from phosphene.sensors.picamera import PiCamera, list_cameras
from phosphene.sensors.protocol import CameraFormat, SensorEvent, Trouble
from phosphene.sensors.worker_records import BLOCK, HEADER, MAGIC
from tests.sensors.waiting import until

WORKER = Path(picamera_worker.__file__)
FAKE = Path(__file__).with_name("fake_picamera2.py")


@pytest.fixture
def command(tmp_path: Path) -> tuple[str, ...]:
    """The worker in a Python that finds the stand-in for picamera2, and nothing of Phosphene."""
    shutil.copy(FAKE, tmp_path / "picamera2.py")
    start = (
        "import sys, runpy; "
        f"sys.path.insert(0, {str(tmp_path)!r}); sys.modules['phosphene'] = None; "
        f"sys.argv[0] = {str(WORKER)!r}; runpy.run_path({str(WORKER)!r}, run_name='__main__')"
    )
    return (sys.executable, "-c", start)


def camera(command: tuple[str, ...]) -> PiCamera:
    return PiCamera(0, 161, 120, rate_hz=50, command=command)


def test_pictures_come_through_the_pipe(command: tuple[str, ...]) -> None:
    source = camera(command)
    assert source.open() == CameraFormat(160, 120, 50)
    frames = [frame for _ in range(6) if (frame := source.read(5.0))]
    source.close()
    assert [int(frame.pixels[0, 0, 2]) for frame in frames] == [1, 2, 3, 4, 5, 6]
    for frame in frames:
        assert frame.pixels.shape == (120, 160, 3)
        assert tuple(frame.pixels[5, 5]) == (200, 0, 0)
        assert abs(time.monotonic() - frame.time_s) < 30
    assert all(after.number > before.number for before, after in itertools.pairwise(frames))
    with pytest.raises(SensorError, match="not open"):
        source.read(0.1)


def test_it_can_be_opened_again(command: tuple[str, ...]) -> None:
    source = camera(command)
    for _ in range(2):
        source.open()
        assert source.read(5.0)
        source.close()


@pytest.mark.parametrize(
    ("how", "message"),
    [("none", "no such camera"), ("busy", "resource busy")],
)
def test_what_picamera2_can_not_do_is_told(
    command: tuple[str, ...], monkeypatch: pytest.MonkeyPatch, how: str, message: str
) -> None:
    monkeypatch.setenv("FAKE_PI", how)
    with pytest.raises(SensorError, match=message) as caught:
        camera(command).open()
    assert caught.value.cure


@pytest.mark.parametrize("how", ["crash", "fail"])
def test_a_worker_that_ends_is_gone_and_comes_back(
    command: tuple[str, ...], monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    monkeypatch.setenv("FAKE_PI", how)
    events: list[SensorEvent] = []
    watch = CameraWatch(camera(command), events.append)
    watch.start()
    until(lambda: any(event.trouble is Trouble.GONE for event in events))
    monkeypatch.setenv("FAKE_PI", "")
    until(lambda: any(event.trouble is Trouble.BACK for event in events))
    assert watch.stop()
    text = next(event.text for event in events if event.trouble is Trouble.GONE)
    assert ("worker" if how == "crash" else "TimeoutError") in text


def test_a_driver_that_hangs_is_seen_and_ended(command: tuple[str, ...], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FAKE_PI", "hang")
    events: list[SensorEvent] = []
    watch = CameraWatch(camera(command), events.append)
    watch.start()
    until(lambda: any(event.trouble is Trouble.STALLED for event in events))
    assert watch.stop(patience_s=10)


def test_list(command: tuple[str, ...]) -> None:
    assert list_cameras(command) == [{"number": 0, "model": "imx708", "id": "/base/i2c/imx708@1a"}]


def test_a_python_without_picamera2_says_what_to_install() -> None:
    command = (sys.executable, "-I", str(WORKER))
    for ask in (lambda: list_cameras(command), PiCamera(command=command).open):
        with pytest.raises(SensorError, match="picamera2 is not installed") as caught:
            ask()
        assert "apt install python3-picamera2" in str(caught.value)


def test_no_python_at_all(tmp_path: Path) -> None:
    with pytest.raises(SensorError, match="can't be started"):
        PiCamera(command=(str(tmp_path / "python3"),)).open()


@pytest.mark.parametrize(
    "sent",
    [
        b"hello" * 100,
        HEADER.pack(MAGIC, BLOCK, 0, 0.0, 4, 4, 48) + bytes(48),
        HEADER.pack(b"XXXX", BLOCK, 0, 0.0, 4, 4, 48) + bytes(48),
        HEADER.pack(MAGIC, BLOCK, 0, 0.0, 4, 4, 2**32 - 1),
        HEADER.pack(MAGIC, BLOCK, 0, 0.0, 4, 4, 48)[:10],
    ],
)
def test_nonsense_from_the_worker_is_an_error(sent: bytes) -> None:
    source = PiCamera(command=(sys.executable, "-c", f"import sys; sys.stdout.buffer.write({sent!r})"))
    with pytest.raises(SensorError):
        source.open()


@pytest.mark.parametrize("name", ["picamera_worker.py", "worker_records.py", "microphone_worker.py"])
def test_a_worker_needs_only_what_the_pis_python_has(name: str) -> None:
    tree = ast.parse(WORKER.with_name(name).read_text(encoding="utf-8"), feature_version=(3, 9))
    imported: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            imported |= {name.name.split(".")[0] for name in node.names}
        elif isinstance(node, ast.ImportFrom):
            imported.add((node.module or "").split(".")[0])
    assert imported <= sys.stdlib_module_names
