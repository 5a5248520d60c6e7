# SPDX-License-Identifier: Apache-2.0
"""Runs in the Pi's own Python, where picamera2 lives, and writes its pictures to standard output.

A program by itself: that Python doesn't have Phosphene. The records are those of `worker_records.py`, which lies beside
it: FORMAT has name, width, height and rate_hz; a BLOCK is a picture's pixels, RGB, rows top to bottom without padding,
and its figures are width and height.

    python3 picamera_worker.py '{"camera": 0, "width": 640, "height": 480, "rate_hz": 30}'
    python3 picamera_worker.py --list      prints JSON [{"number": 0, "model": "imx708", "id": "…"}]
"""

from __future__ import annotations

import contextlib
import importlib
import importlib.util
import json
import sys
import time
from pathlib import Path
from typing import Any

_NEAR_S = 2.0
# libcamera's buffers: fewer delay less, and more than two are needed for full rate.
_BUFFERS = 4
_PATIENCE_S = 5.0
_BOOTTIME = getattr(time, "CLOCK_BOOTTIME", None)


def main() -> int:
    """Run until nobody reads any more; 0 is fine, 1 is that an ERROR was written."""
    records = _records()
    out = records.take_output()
    try:
        if sys.argv[1:] == ["--list"]:
            out.write(json.dumps(_cameras()).encode() + b"\n")
        else:
            _run(json.loads(sys.argv[1]), records, out)
    except BrokenPipeError:
        return 0
    except ImportError as error:
        message = f"picamera2 is not installed for {sys.executable}: {error}"
        return records.fail(out, message, "sudo apt install python3-picamera2")
    except IndexError:
        message = "there is no such camera on the Pi's connectors"
        return records.fail(out, message, "look at its ribbon cable; rpicam-hello --list-cameras")
    # picamera2 raises RuntimeError and whatever libcamera gave it; all of it ends this process, with its reason told.
    except Exception as error:
        reason = f"{error}; {error.__cause__}" if error.__cause__ else f"{error}"
        message = f"the Pi's camera failed: {reason or type(error).__name__}"
        return records.fail(out, message, "see if rpicam-hello works; one program at a time can use a camera")
    return 0


def _records() -> Any:
    spec = importlib.util.spec_from_file_location("worker_records", Path(__file__).with_name("worker_records.py"))
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _picamera2() -> Any:
    return importlib.import_module("picamera2").Picamera2


def _cameras() -> list[dict[str, Any]]:
    return [
        {"number": number, "model": str(told.get("Model", "camera")), "id": str(told.get("Id", ""))}
        for number, told in enumerate(_picamera2().global_camera_info())
    ]


def _run(wanted: dict[str, Any], records: Any, out: Any) -> None:
    model = _cameras()[wanted["camera"]]["model"]
    camera: Any = _picamera2()(wanted["camera"])
    try:
        frame_us = round(1e6 / wanted["rate_hz"])
        # What libcamera calls BGR888 has R first in memory.
        config = camera.create_video_configuration(
            main={"format": "BGR888", "size": (wanted["width"], wanted["height"])},
            buffer_count=_BUFFERS,
            controls={"FrameDurationLimits": (frame_us, frame_us)},
        )
        camera.configure(config)
        # The sizes that the hardware can't do were rounded.
        width, height = camera.camera_configuration()["main"]["size"]
        camera.start()
        records.tell(out, name=model, width=width, height=height, rate_hz=wanted["rate_hz"])
        _pass_on(camera, records, out, 1.0 / wanted["rate_hz"])
    finally:
        with contextlib.suppress(Exception):
            camera.close()


def _pass_on(camera: Any, records: Any, out: Any, frame_s: float) -> None:
    number = -1
    last_s = 0.0
    while True:
        request = camera.capture_request(wait=_PATIENCE_S)
        try:
            pixels = request.make_array("main")
            metadata = request.get_metadata()
        finally:
            request.release()
        taken_s = _on_monotonic_clock(metadata.get("SensorTimestamp"))
        # The sensor's own duration: in the dark it takes longer, and that is no loss.
        usual_s = metadata.get("FrameDuration", frame_s * 1e6) / 1e6
        number += 1 if number < 0 else max(1, round((taken_s - last_s) / usual_s))
        last_s = taken_s
        height, width = pixels.shape[:2]
        records.send(out, records.BLOCK, pixels, number=number, time_s=taken_s, figures=(width, height))


def _on_monotonic_clock(stamp_ns: int | None) -> float:
    """Return the time of a picture whose stamp counts by the monotonic or the boot clock; else now."""
    now = time.monotonic()
    if stamp_ns is None:
        return now
    stamp = stamp_ns / 1e9
    if 0 <= now - stamp < _NEAR_S:
        return stamp
    if _BOOTTIME is not None:
        stamp -= time.clock_gettime(_BOOTTIME) - now
    return stamp if 0 <= now - stamp < _NEAR_S else now


if __name__ == "__main__":
    sys.exit(main())
