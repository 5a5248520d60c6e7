# SPDX-License-Identifier: Apache-2.0
"""Reads a trace."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from mcap.exceptions import McapError
from mcap.reader import make_reader

from phosphene.line.dictionary import Dictionary
from phosphene.trace.records import FrameRecord, MomentRecord, NoteRecord, TraceError, decode
from phosphene.trace.writer import ABOUT, DICTIONARY, FRAMES, MOMENTS, NOTES


class Trace:
    """A file that `phosphene run --record` wrote. Raises TraceError when it is none, or broken."""

    def __init__(self, path: Path) -> None:
        self.path = path
        if not path.is_file():
            raise TraceError("there is no such file", place=str(path), cure="phosphene run --record FILE makes one")
        about = next((entry.metadata for entry in self._each("metadata") if entry.name == ABOUT), None)
        if about is None:
            raise TraceError("it was not written by Phosphene", place=str(path), cure="name a trace of ours")
        self.about: dict[str, str] = about
        raw = next((one.data for one in self._each("attachments") if one.name == DICTIONARY), None)
        if raw is None:
            raise TraceError("it has no dictionary of tasks", place=str(path), cure="record it anew")
        self.dictionary = Dictionary.parse(raw, place=f"{path}, {DICTIONARY}")

    def moments(self) -> Iterator[MomentRecord]:
        """Yield the moments in their order."""
        for place, data in self._messages(MOMENTS):
            yield decode(data, MomentRecord, place)

    def frames(self) -> Iterator[FrameRecord]:
        """Yield the frames in their order."""
        for place, data in self._messages(FRAMES):
            yield decode(data, FrameRecord, place)

    def notes(self) -> Iterator[NoteRecord]:
        """Yield the lines between the moments in their order."""
        for place, data in self._messages(NOTES):
            yield decode(data, NoteRecord, place)

    def _messages(self, topic: str) -> Iterator[tuple[str, bytes]]:
        for number, (_, _, message) in enumerate(self._each("messages", topics=[topic])):
            yield f"{self.path}, {topic} {number + 1}", message.data

    def _each(self, what: str, **options: Any) -> Iterator[Any]:
        try:
            with self.path.open("rb") as file:
                yield from getattr(make_reader(file), f"iter_{what}")(**options)
        except (McapError, OSError, ValueError, struct.error) as error:
            text = str(error) or type(error).__name__
            raise TraceError(
                f"the file is broken: {text}", place=str(self.path), cure="it may have been cut off"
            ) from None
