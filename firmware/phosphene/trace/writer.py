# SPDX-License-Identifier: Apache-2.0
"""Writes a trace while the device runs. Percepts only: no picture and no sound ever goes into it."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import queue
import threading
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from mcap.writer import CompressionType, Writer

from phosphene.console.screen import Screen, Shown
from phosphene.moment import Moment
from phosphene.painter.scene import Scene
from phosphene.trace.records import FrameRecord, MomentRecord, NoteRecord, TraceError, encode

MOMENTS: Final = "/moments"
FRAMES: Final = "/frames"
NOTES: Final = "/notes"
ABOUT: Final = "phosphene"
DICTIONARY: Final = "dictionary.jsonl"
_MOST_WAITING: Final = 4096
_CHUNK: Final = 1 << 18
"""Bytes that are packed together: half a minute or so, which is what a host that is killed loses of its trace."""
_SCHEMA: Final = json.dumps({"type": "object"}).encode()


class TraceWriter:
    """One file. `about` goes in front: versions, hashes, settings. Raises TraceError when it can't be made.

    `most_bytes` is where it ends by itself: a device that records must not fill its disk. `dropped` counts records
    that a slow disk left no room for; `ended` says why nothing more is written, empty while it is.
    """

    def __init__(self, path: Path, about: Mapping[str, str], dictionary: bytes, most_bytes: int = 1 << 30) -> None:
        self.dropped = 0
        self.ended = ""
        self.path = path
        self._most_bytes = most_bytes
        try:
            # For nobody else to read; a new file, never one that a link leads to.
            flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
            self._file = os.fdopen(os.open(path, flags, 0o600), "wb")
        except OSError as error:
            cure = "name another file" if isinstance(error, FileExistsError) else "look at the folder"
            raise TraceError(f"can't be written: {error.strerror}", place=str(path), cure=cure) from None
        self._writer = Writer(self._file, _CHUNK, compression=CompressionType.ZSTD)
        self._writer.start(profile="phosphene", library="phosphene")
        schema = self._writer.register_schema("phosphene", "jsonschema", _SCHEMA)
        self._channels = {
            topic: self._writer.register_channel(topic, "json", schema) for topic in (MOMENTS, FRAMES, NOTES)
        }
        self._writer.add_metadata(ABOUT, dict(about))
        now = time.time_ns()
        self._writer.add_attachment(now, now, DICTIONARY, "application/jsonl", dictionary)
        # Monotonic times stand in the records; the file's own are the day's.
        self._day_ns = now - time.monotonic_ns()
        self._before: Scene | None = None
        self._waiting: queue.Queue[tuple[str, float, bytes] | None] = queue.Queue(_MOST_WAITING)
        self._thread = threading.Thread(target=self._write, name="trace", daemon=True)
        self._thread.start()

    def take(self, moment: Moment) -> None:
        """Keep a finished moment."""
        record = MomentRecord.of(moment, self._before)
        self._before = record.scene or self._before
        self._put(MOMENTS, moment.time_s, encode(record))

    def note(self, text: str) -> None:
        """Keep a line between the moments."""
        now = time.monotonic()
        self._put(NOTES, now, encode(NoteRecord(now, text)))

    async def follow(self, screen: Screen) -> None:
        """Keep each frame until cancelled."""
        with screen.looking() as fresh:
            while True:
                await fresh.wait()
                fresh.clear()
                if screen.newest is not None and screen.newest.painted is not None:
                    await asyncio.to_thread(self._frame, screen.newest)

    def close(self) -> None:
        """Write what waits, and end the file properly."""
        with contextlib.suppress(queue.Full):  # a disk that takes nothing for so long won't take the rest
            self._waiting.put(None, timeout=5)
        self._thread.join(5)

    def end(self, why: str) -> None:
        """End it now, for this reason."""
        self.ended = self.ended or why
        self.close()

    def _frame(self, shown: Shown) -> None:
        painted, scene = shown.painted, shown.wished
        if painted is None or scene is None:
            return
        record = FrameRecord(
            shown.number,
            shown.tick,
            shown.time_s,
            shown.panel,
            painted.arrangement.page,
            scene,
            shown.digest,
            tuple(painted.outcome.overlaid),
            painted.outcome.plain,
            shown.look,
        )
        self._put(FRAMES, shown.time_s, encode(record))

    def _put(self, topic: str, time_s: float, data: bytes) -> None:
        if self.ended:
            return
        try:
            self._waiting.put_nowait((topic, time_s, data))
        except queue.Full:
            self.dropped += 1

    def _write(self) -> None:
        number = 0
        try:
            while (item := self._waiting.get()) is not None:
                topic, time_s, data = item
                number += 1
                at = int(time_s * 1e9) + self._day_ns
                self._writer.add_message(
                    self._channels[topic], log_time=at, data=data, publish_time=at, sequence=number
                )
                if self._file.tell() > self._most_bytes:
                    self.ended = f"the trace has reached {self._most_bytes >> 20} MiB"
                    break
                if not os.fstat(self._file.fileno()).st_nlink:
                    self.ended = "the trace was removed"
                    break
            self._writer.finish()
        except OSError as error:
            self.ended = f"the trace can't be written: {error.strerror}"
        finally:
            self._file.close()
            # Nobody reads what still waits; who closes must not wait for room in the queue.
            with contextlib.suppress(queue.Empty):
                while True:
                    self._waiting.get_nowait()
