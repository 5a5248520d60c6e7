# SPDX-License-Identifier: Apache-2.0
"""Runs PyAudio in a process of its own, and plays what comes by standard input.

Why a process: see `microphone_worker.py` among the sensors. What comes are orders, ORDER and a body: PLAY with int16,
little-endian, channels interleaved, behind what still waits; or CUT, which lets what waits fade. While nothing waits,
silence is played, so that a speaker that goes away is missed at once.

The records are those of `worker_records.py`, beside it: FORMAT has name, rate_hz, channels and latency_s; a BLOCK has
no body, its number counts the samples of each channel that wait no more, since the device took them or they were cut;
its time is when.

    python3 speaker_worker.py '{"device": "", "rate_hz": null, "best_hz": 22050}'
    python3 speaker_worker.py --list    prints JSON [{"name": "pulse", "channels": 2, "rate_hz": 44100}]
"""

from __future__ import annotations

import array
import importlib
import importlib.util
import json
import math
import os
import struct
import sys
import threading
import time
from pathlib import Path
from typing import Any

ORDER = struct.Struct("<cI")
"""Kind, and how many bytes follow."""
PLAY, CUT = b"P", b"C"

# Long ones: this interpreter must be in time for each, on a busy computer.
_BLOCKS_PER_S = 25
# How often it tells what was done, and whether the stream still runs.
_LOOK_S = 0.02
_TELL_S = 0.5
# The device has asked for nothing for so long.
_STOPPED_S = 2.0


class _CannotPlay(Exception):
    """With message and cure."""


class Waiting:
    """What came and was not played yet; the device takes from it in its own thread. `done` counts the frames that were
    taken or cut; `asked_s` is when the device asked last.
    """

    def __init__(self, channels: int, rate_hz: int) -> None:
        self._lock = threading.Lock()
        self._data = bytearray()
        self._frame = 2 * channels
        self._fade = rate_hz // 100
        self.done = 0
        self.asked_s = time.monotonic()

    def put(self, data: bytes) -> None:
        """Have it played behind what waits."""
        with self._lock:
            self._data += data

    def take(self, frames: int) -> bytes:
        """Return so many frames: what waits, then silence."""
        with self._lock:
            data = bytes(self._data[: frames * self._frame])
            del self._data[: len(data)]
            self.done += len(data) // self._frame
            self.asked_s = time.monotonic()
        return data + bytes(frames * self._frame - len(data))

    def cut(self) -> None:
        """Leave 10 ms of what waits, under a raised cosine from full to nothing."""
        with self._lock:
            samples = array.array("h", self._data)
            channels = self._frame // 2
            left = min(self._fade, len(samples) // channels)
            self.done += len(samples) // channels - left
            del samples[left * channels :]
            for place in range(len(samples)):
                fade = 0.5 + 0.5 * math.cos(math.pi * (place // channels + 1) / self._fade)
                samples[place] = round(samples[place] * fade)
            self._data = bytearray(samples.tobytes())


def main() -> int:
    """Run until standard input ends; 0 is fine, 1 is that an ERROR was written."""
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
        message = "PyAudio, which plays through speakers, is not installed"
        return records.fail(out, message, "sudo apt install portaudio19-dev, then pip install phosphene[audio]")
    except _CannotPlay as error:
        return records.fail(out, *error.args)
    return 0


def _run(wanted: dict[str, Any], module: Any, host: Any, records: Any, out: Any) -> None:
    device = _pick(wanted["device"], _devices(host))
    rate, channels = _form(wanted, module, host, device)
    waiting = Waiting(channels, rate)
    ended = threading.Event()

    def due(_data: None, frames: int, _times: object, _flags: int) -> tuple[bytes, int]:
        return waiting.take(frames), module.paContinue

    def read() -> None:
        orders = sys.stdin.buffer
        while len(head := orders.read(ORDER.size)) == ORDER.size:
            kind, size = ORDER.unpack(head)
            if kind == CUT:
                waiting.cut()
            else:
                waiting.put(orders.read(size))
        ended.set()

    try:
        stream = host.open(
            rate=rate,
            channels=channels,
            format=module.paInt16,
            output=True,
            output_device_index=device["index"],
            frames_per_buffer=rate // _BLOCKS_PER_S,
            stream_callback=due,
        )
    except (OSError, ValueError) as error:
        raise _CannotPlay(
            f"{device['name']} can't play at {rate} Hz: {error}", "close the program that uses it, or choose another"
        ) from error
    waiting.asked_s = time.monotonic()
    latency_s = float(stream.get_output_latency())
    records.tell(out, name=device["name"], rate_hz=rate, channels=channels, latency_s=latency_s)
    threading.Thread(target=read, daemon=True).start()
    told, told_s = 0, 0.0
    while not ended.wait(_LOOK_S):
        now = time.monotonic()
        if not stream.is_active() or now - waiting.asked_s > _STOPPED_S:
            raise _CannotPlay("the speaker stopped: unplugged, or its sound server ended", "plug it in again")
        done = waiting.done
        if done > told or now - told_s > _TELL_S:
            records.send(out, records.BLOCK, b"", number=done, time_s=now)
            told, told_s = done, now


def _devices(host: Any) -> list[dict[str, Any]]:
    told = [host.get_device_info_by_index(index) for index in range(host.get_device_count())]
    return [
        {
            "index": index,
            "name": str(one["name"]),
            "channels": int(one["maxOutputChannels"]),
            "rate_hz": round(one["defaultSampleRate"]),
        }
        for index, one in enumerate(told)
        if one["maxOutputChannels"] > 0
    ]


def _pick(wanted: str, devices: list[dict[str, Any]]) -> dict[str, Any]:
    if not devices:
        raise _CannotPlay("there is no speaker", "plug one in")
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
    raise _CannotPlay(f"there is no speaker {wanted!r}", f"there are: {there}")


def _form(wanted: dict[str, Any], module: Any, host: Any, device: dict[str, Any]) -> tuple[int, int]:
    """Rate and channels: one channel at our rate where the device offers it."""
    rates = [wanted["rate_hz"]] if wanted["rate_hz"] else [wanted["best_hz"], device["rate_hz"]]
    for rate in rates:
        for channels in (1, 2):
            try:
                host.is_format_supported(
                    rate, output_device=device["index"], output_channels=channels, output_format=module.paInt16
                )
            except ValueError:
                continue
            return rate, channels
    return rates[-1], 1


def _records() -> Any:
    file = Path(__file__).parent.with_name("sensors") / "worker_records.py"
    spec = importlib.util.spec_from_file_location("worker_records", file)
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
