# SPDX-License-Identifier: Apache-2.0
"""A conversation on the line for the tests: real frames, by the shipped dictionary, at times of the test's choice."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

from phosphene.line import frame, schema, segments
from phosphene.line.dictionary import Dictionary
from phosphene.line.tap import Direction, TapRecord
from phosphene.line.wire import CALL_HEAD, EVENT_HEAD, FrameType
from phosphene_tools import places
from phosphene_tools.firmware_image import build_dictionary
from phosphene_tools.monitor.entry import Entry, Names
from phosphene_tools.monitor.trace import Trace

OUT, IN = Direction.TO_BOARD, Direction.TO_HOST
SESSION = 77
MS = 1_000_000


@cache
def dictionary() -> Dictionary:
    """The dictionary of the firmware in this tree."""
    return Dictionary.parse(build_dictionary(places.coprocessor())[0])


class Spoken:
    """What was said so far, as rows. Every frame takes `step_ns`, unless said otherwise."""

    def __init__(self, *, session: int = SESSION) -> None:
        self.names = Names(dictionary())
        self.trace = Trace(self.names)
        self.session = session
        self.now_ns = 1_000 * MS
        self.step_ns = MS
        self.rows: list[Entry] = []

    def put(
        self,
        direction: Direction,
        type_: int,
        request: int,
        payload: bytes = b"",
        *,
        segment: int = 0,
        session: int | None = None,
        spoil: Callable[[bytes], bytes] = bytes,
    ) -> Entry:
        """Say one frame, its wire bytes changed by `spoil`; return its row."""
        self.now_ns += self.step_ns
        session = self.session if session is None else session
        raw = spoil(frame.encode(type_, session, request, segment, payload))
        record = TapRecord(self.now_ns, direction, raw, frame.decode(raw.removesuffix(b"\0")))
        self.rows.append(self.trace.row(record))
        return self.rows[-1]

    def message(self, direction: Direction, type_: int, request: int, message: bytes) -> list[Entry]:
        """Say a message, in segments if it is long."""
        return [self.put(direction, type_, request, part, segment=segment) for segment, part in segments.split(message)]

    def call(self, request: int, name: str, /, **values: object) -> list[Entry]:
        """The host calls a task."""
        task = dictionary().task(name)
        head = CALL_HEAD.pack(0, task.number, 0)
        return self.message(OUT, FrameType.CALL, request, head + schema.encode(task.args, values, name))

    def result(self, request: int, name: str, /, **values: object) -> list[Entry]:
        """The board answers."""
        task = dictionary().task(name)
        return self.message(IN, FrameType.RESULT, request, schema.encode(task.results, values, name))

    def event(self, sequence: int, name: str, what: int, rest: bytes = b"", *, dropped: int = 0) -> Entry:
        """The board tells something."""
        number = dictionary().task(name).number if name else 0xFFFF
        return self.put(IN, FrameType.EVENT, sequence, EVENT_HEAD.pack(dropped, number, 5_000, what) + rest)


def counted(text: str) -> bytes:
    """A text as the protocol lays it out."""
    raw = text.encode()
    return len(raw).to_bytes(2, "little") + raw
