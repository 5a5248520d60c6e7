# SPDX-License-Identifier: Apache-2.0
"""A stranger at the line: sends any frame it likes to the real firmware and reads what comes back.

It is no session: nothing is repeated, ordered or waited for but by the test.
"""

from __future__ import annotations

import asyncio
import json
import os
import select
import struct
import time
from collections.abc import Callable, Coroutine
from typing import Any

from phosphene.line.frame import Frame, FrameReader, encode
from phosphene.line.wire import CALL_HEAD, PAYLOAD_MAX, FrameType
from phosphene_tools.bench.board import simulated_board
from phosphene_tools.firmware_image import build_dictionary
from phosphene_tools.places import coprocessor
from phosphene_tools.sim.board import SimBoard

_LINES = build_dictionary(coprocessor())[0].decode().splitlines()
TASKS = {json.loads(line)["name"]: number for number, line in enumerate(_LINES)}


def text(value: str | bytes) -> bytes:
    """An argument of kind text, bytes, int or decimal."""
    raw = value.encode() if isinstance(value, str) else value
    return struct.pack("<H", len(raw)) + raw


class Stranger:
    """One open line without a protocol."""

    def __init__(self, port: str) -> None:
        self._fd = os.open(port, os.O_RDWR | os.O_NOCTTY)
        self._reader = FrameReader()
        self._frames: list[Frame] = []
        self.session = 0
        self.boot_id = 0
        self.challenge = 0
        self.now_ms = 0

    def close(self) -> None:
        os.close(self._fd)

    def raw(self, data: bytes) -> None:
        """Write bytes as they are."""
        while data:
            data = data[os.write(self._fd, data) :]

    def send(
        self, kind: int, request: int, payload: bytes = b"", *, session: int | None = None, segment: int = 0
    ) -> None:
        """Write one frame of the open session, or of another."""
        self.raw(encode(kind, self.session if session is None else session, request, 0, payload))

    def frames(self, quiet_s: float = 0.15) -> list[Frame]:
        """All frames until nothing more came for `quiet_s` seconds."""
        ends = time.monotonic() + quiet_s
        while (left := ends - time.monotonic()) > 0:
            if select.select([self._fd], [], [], left)[0]:
                for found in self._reader.feed(os.read(self._fd, 65536)):
                    assert isinstance(found, Frame), found
                    self._frames.append(found)
                ends = time.monotonic() + quiet_s
        frames, self._frames = self._frames, []
        return frames

    def one(self, kind: int | None = None, timeout_s: float = 3.0) -> Frame:
        """The next frame (of `kind`); others before it are dropped."""
        ends = time.monotonic() + timeout_s
        while True:
            while self._frames:
                frame = self._frames.pop(0)
                if kind is None or frame.type == kind:
                    return frame
            assert select.select([self._fd], [], [], max(0.0, ends - time.monotonic()))[0], "nothing came"
            for found in self._reader.feed(os.read(self._fd, 65536)):
                assert isinstance(found, Frame), found
                self._frames.append(found)

    def hello(self) -> Frame:
        """Say HELLO and note what the board is."""
        self.send(FrameType.HELLO, 77, b"\x01\x00", session=0)
        welcome = self.one(FrameType.WELCOME)
        while welcome.request != 77:  # the board's own, from its boot
            welcome = self.one(FrameType.WELCOME)
        self.boot_id, self.challenge = struct.unpack_from("<II", welcome.payload, 4)
        self.now_ms = struct.unpack_from("<Q", welcome.payload, 24)[0] // 1000
        return welcome

    def open(self, nonce: int = 5) -> None:
        """Open a session with the newest challenge."""
        self.hello()
        self.send(FrameType.OPEN, nonce, struct.pack("<I", self.challenge), session=0)
        self.session = self.one(FrameType.OPENED).session

    def call(self, request: int, task: str | int, args: bytes = b"", *, back: int = 0, deadline: int = 0) -> None:
        """Write the frames of one CALL."""
        number = TASKS[task] if isinstance(task, str) else task
        message = CALL_HEAD.pack(back, number, deadline) + args
        for frame in self.segments(request, message):
            self.raw(frame)

    def segments(self, request: int, message: bytes) -> list[bytes]:
        """The wire frames of a CALL message."""
        pieces = [message[i : i + PAYLOAD_MAX] for i in range(0, len(message), PAYLOAD_MAX)]
        last = len(pieces) - 1
        return [
            encode(FrameType.CALL, self.session, request, i | (0x80 if i < last else 0), piece)
            for i, piece in enumerate(pieces)
        ]

    def result(self, request: int) -> bytes:
        """The whole RESULT of `request`; another answer fails."""
        parts: list[bytes] = []
        while True:
            frame = self.one()
            if frame.type in {FrameType.EVENT, FrameType.GAP}:
                continue
            assert (frame.type, frame.request) == (FrameType.RESULT, request), frame
            parts.append(frame.payload)
            if not frame.segment & 0x80:
                return b"".join(parts)

    def refusal(self, request: int) -> tuple[int, str]:
        """Code and text of the REFUSAL of `request`."""
        frame = self.one(FrameType.REFUSAL)
        assert frame.request == request
        return frame.payload[0], frame.payload[1:].decode()


def at_a_board(test: Callable[[SimBoard, Stranger], None]) -> None:
    """Run `test` with a stranger at a fresh simulated board, which has opened a session."""

    async def run() -> None:
        async with simulated_board(seed=3) as board:
            stranger = Stranger(board.port)
            try:
                await asyncio.to_thread(stranger.open)
                await asyncio.to_thread(test, board, stranger)
            finally:
                stranger.close()

    work: Coroutine[Any, Any, None] = run()
    asyncio.run(work)


def words(board: SimBoard) -> list[int]:
    """What the shift register latched, once the records are in."""
    time.sleep(0.1)
    return [word.value & 0xFFFFFF for word in board.shift_register.words]
