# SPDX-License-Identifier: Apache-2.0
"""Runs eSpeak NG in a process of its own: sentences come by standard input, their sound goes to standard output.

The engine is under the GPL and written in C: here it stays a program apart, and can be killed when it hangs. It is the
one that the package espeakng-loader brings, else the system's library.

A sentence is its length in bytes (u32, little-endian), then UTF-8. The records are those of `worker_records.py` among
the sensors: FORMAT has name and rate_hz; a BLOCK is one sentence, int16 mono, its number counts sentences from 0.

    python3 speech_worker.py '{"voice": "en-us", "words_per_minute": 160}'
"""

from __future__ import annotations

import ctypes
import ctypes.util
import importlib
import importlib.util
import json
import struct
import sys
from pathlib import Path
from typing import Any

# Of speak_lib.h, which documents all calls.
_RETRIEVAL_SYNCHRONOUS = 2
_DONT_EXIT = 0x8000
_UTF8 = 1
_RATE = 1
_LENGTH = struct.Struct("<I")
_CURE = "pip install phosphene[speech], or install your system's espeak-ng"


class _CannotSpeak(Exception):
    """With message and cure."""


class _Engine:
    """eSpeak NG, initialised. `rate_hz` is the rate of its samples."""

    def __init__(self, voice: str, words_per_minute: int) -> None:
        self._library, data = _library()
        self.rate_hz: int = self._library.espeak_Initialize(_RETRIEVAL_SYNCHRONOUS, 0, data, _DONT_EXIT)
        if self.rate_hz <= 0:
            raise _CannotSpeak("eSpeak NG doesn't find its data", _CURE)
        if self._library.espeak_SetVoiceByName(voice.encode()) != 0:
            raise _CannotSpeak(f"eSpeak NG has no voice {voice!r}", "see `espeak-ng --voices`")
        self._library.espeak_SetParameter(_RATE, words_per_minute, 0)
        self._library.espeak_Info.restype = ctypes.c_char_p
        version = self._library.espeak_Info(None)
        self.name = f"eSpeak NG {version.decode().split()[0] if version else ''}".strip()
        self._said = bytearray()
        # Kept: the library has its address only.
        self._callback = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_int, ctypes.c_void_p)(self._take)
        self._library.espeak_SetSynthCallback(self._callback)

    def say(self, text: bytes) -> bytes:
        """Return the sound of `text`, int16 mono."""
        self._said.clear()
        # Size with the final zero; from its beginning to its end; the two results aren't wanted.
        size = ctypes.c_size_t(len(text) + 1)
        if self._library.espeak_Synth(text, size, 0, 0, 0, ctypes.c_uint(_UTF8), None, None) != 0:
            raise _CannotSpeak("eSpeak NG refused a sentence", "see that its data is of the same version")
        return bytes(self._said)

    def _take(self, samples: int | None, count: int, _events: int | None) -> int:
        if samples and count > 0:
            self._said += ctypes.string_at(samples, 2 * count)
        return 0


def main() -> int:
    """Speak until standard input ends; 0 is fine, 1 is that an ERROR was written."""
    records = _records()
    out = records.take_output()
    try:
        engine = _Engine(**json.loads(sys.argv[1]))
        records.tell(out, name=engine.name, rate_hz=engine.rate_hz)
        number = 0
        while len(head := sys.stdin.buffer.read(_LENGTH.size)) == _LENGTH.size:
            text = sys.stdin.buffer.read(_LENGTH.unpack(head)[0])
            records.send(out, records.BLOCK, engine.say(text), number=number)
            number += 1
    except BrokenPipeError:
        return 0
    except _CannotSpeak as error:
        return records.fail(out, *error.args)
    return 0


def _library() -> tuple[Any, bytes | None]:
    """The library, and where its data lies; None for where it looks itself."""
    try:
        loader = importlib.import_module("espeakng_loader")
        path, data = loader.get_library_path(), loader.get_data_path().encode()
    except ImportError:
        path, data = ctypes.util.find_library("espeak-ng"), None
    if path is None:
        raise _CannotSpeak("eSpeak NG, which speaks, is not installed", _CURE)
    try:
        return ctypes.CDLL(path), data
    except OSError as error:
        raise _CannotSpeak(f"eSpeak NG can't be loaded: {error}", _CURE) from error


def _records() -> Any:
    file = Path(__file__).parent.with_name("sensors") / "worker_records.py"
    spec = importlib.util.spec_from_file_location("worker_records", file)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


if __name__ == "__main__":
    sys.exit(main())
