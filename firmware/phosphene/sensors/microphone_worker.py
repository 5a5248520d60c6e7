# SPDX-License-Identifier: Apache-2.0
"""Runs PyAudio in a process of its own, and writes what the microphone hears to standard output.

When a device or a sound server goes away, PortAudio may spin in its thread for ever, and closing it then would stop the
whole program, since PyAudio closes holding the interpreter's lock. A process can be killed.

The records are those of `worker_records.py`, which lies beside it: FORMAT has name, rate_hz and channels; a BLOCK is
20 ms of int16, channels interleaved, its number counts every block that came, also those that didn't fit, its time is
when it came, and its figures are 1 where PortAudio lost samples before it, and the channels.

    python3 microphone_worker.py '{"device": "", "rate_hz": null}'
    python3 microphone_worker.py --list    prints JSON [{"name": "pulse", "channels": 2, "rate_hz": 44100}]
"""

from __future__ import annotations

import importlib
import importlib.util
import json
import os
import queue
import sys
import time
from itertools import count
from pathlib import Path
from typing import Any

_BEST_HZ = 16_000
_BLOCKS_PER_S = 50
_MOST_WAITING = 2 * _BLOCKS_PER_S
# How often it looks whether the stream still runs, and whether the one who started it lives.
_LOOK_S = 0.1


class _CannotRecord(Exception):
    """With message and cure."""


def main() -> int:
    """Run until nobody reads any more; 0 is fine, 1 is that an ERROR was written."""
    records = _records()
    out = records.take_output()
    try:
        module = importlib.import_module("pyaudio")
        host = module.PyAudio()
        if sys.argv[1:] == ["--list"]:
            out.write(json.dumps(_devices(host)).encode() + b"\n")
        else:
            _run(json.loads(sys.argv[1]), module, host, records, out)
    except BrokenPipeError:
        return 0
    except ImportError:
        message = "PyAudio, which records from microphones, is not installed"
        return records.fail(out, message, "sudo apt install portaudio19-dev, then pip install phosphene[audio]")
    except _CannotRecord as error:
        return records.fail(out, *error.args)
    return 0


def _run(wanted: dict[str, Any], module: Any, host: Any, records: Any, out: Any) -> None:
    device = _pick(wanted["device"], _devices(host))
    # A second channel may be the only one that is connected, so up to two are recorded.
    channels = 2 if device["channels"] == 2 else 1
    rate = wanted["rate_hz"] or _best_rate(module, host, device, channels)
    blocks: queue.SimpleQueue[tuple[bytes, float, int, int]] = queue.SimpleQueue()
    numbers = count()

    def arrived(data: bytes, _count: int, _times: object, flags: int) -> tuple[None, int]:
        # PortAudio's own times repeat under PulseAudio, and count by the wall clock: not used.
        number = next(numbers)
        if blocks.qsize() < _MOST_WAITING:
            blocks.put((data, time.monotonic(), number, int(bool(flags & module.paInputOverflow))))
        return None, module.paContinue

    try:
        stream = host.open(
            rate=rate,
            channels=channels,
            format=module.paInt16,
            input=True,
            input_device_index=device["index"],
            frames_per_buffer=rate // _BLOCKS_PER_S,
            stream_callback=arrived,
        )
    except (OSError, ValueError) as error:
        raise _CannotRecord(
            f"{device['name']} can't be recorded at {rate} Hz: {error}",
            "close the program that uses it, or choose another of `phosphene sensors list`",
        ) from error
    records.tell(out, name=device["name"], rate_hz=rate, channels=channels)
    parent = os.getppid()
    while os.getppid() == parent:
        try:
            data, came_s, number, lost = blocks.get(timeout=_LOOK_S)
        except queue.Empty:
            if not stream.is_active():
                raise _CannotRecord(
                    "the microphone stopped: unplugged, or its sound server ended", "plug it in again"
                ) from None
            continue
        records.send(out, records.BLOCK, data, number=number, time_s=came_s, figures=(lost, channels))


def _devices(host: Any) -> list[dict[str, Any]]:
    told = [host.get_device_info_by_index(index) for index in range(host.get_device_count())]
    return [
        {
            "index": index,
            "name": str(one["name"]),
            "channels": int(one["maxInputChannels"]),
            "rate_hz": round(one["defaultSampleRate"]),
        }
        for index, one in enumerate(told)
        if one["maxInputChannels"] > 0
    ]


def _pick(wanted: str, devices: list[dict[str, Any]]) -> dict[str, Any]:
    if not devices:
        raise _CannotRecord("there is no microphone", "plug one in; `phosphene sensors list` shows it")
    if not wanted:
        return next((device for device in devices if device["name"] == "default"), devices[0])
    name = wanted.casefold()
    for fits in (
        [device for device in devices if device["name"].casefold() == name],
        [device for device in devices if name in device["name"].casefold()],
    ):
        if fits:
            return fits[0]
    there = ", ".join(device["name"] for device in devices)
    raise _CannotRecord(f"there is no microphone {wanted!r}", f"there are: {there}")


def _best_rate(module: Any, host: Any, device: dict[str, Any], channels: int) -> int:
    try:
        host.is_format_supported(
            _BEST_HZ, input_device=device["index"], input_channels=channels, input_format=module.paInt16
        )
    except ValueError:
        return device["rate_hz"]
    return _BEST_HZ


def _records() -> Any:
    spec = importlib.util.spec_from_file_location("worker_records", Path(__file__).with_name("worker_records.py"))
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


if __name__ == "__main__":
    status = main()
    sys.stdout.flush()
    # Not the usual end, which would close PortAudio and might wait for ever.
    os._exit(status)
