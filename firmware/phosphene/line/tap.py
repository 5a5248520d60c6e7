# SPDX-License-Identifier: Apache-2.0
"""Watching a line: every frame of both directions, good or bad, with its time."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from functools import partial

from phosphene.line.frame import Frame, FrameError, decode

_KEPT_MAX = 4096


class Direction(Enum):
    """Which way bytes go."""

    TO_BOARD = "to_board"
    TO_HOST = "to_host"


@dataclass(frozen=True, slots=True)
class TapRecord:
    """One frame, or bytes that are none. `at_ns` is the host's monotonic clock, `raw` as on the wire."""

    at_ns: int
    direction: Direction
    raw: bytes
    frame: Frame | FrameError


TapCallback = Callable[[TapRecord], None]


class Tap:
    """Cuts copies of what is sent and received into records; made when somebody watches, and only then.

    `mid_frame` says that the first bytes received will be the tail of a frame, which is not shown.
    """

    def __init__(self, *, mid_frame: bool) -> None:
        self._callbacks: list[TapCallback] = []
        self._rests = {Direction.TO_BOARD: b"", Direction.TO_HOST: b""}
        self._skip = mid_frame

    def __bool__(self) -> bool:
        """Return whether anybody watches."""
        return bool(self._callbacks)

    def add(self, callback: TapCallback) -> Callable[[], None]:
        """Call `callback` with every record from now on; return what ends that."""
        self._callbacks.append(callback)
        return partial(self._remove, callback)

    def sent(self, data: bytes) -> None:
        """Take bytes that go to the board."""
        self._cut(Direction.TO_BOARD, data)

    def received(self, data: bytes) -> None:
        """Take bytes that came from the board."""
        if self._skip:
            _, delimiter, data = data.partition(b"\0")
            self._skip = not delimiter
        self._cut(Direction.TO_HOST, data)

    def _remove(self, callback: TapCallback) -> None:
        if callback in self._callbacks:
            self._callbacks.remove(callback)

    def _cut(self, direction: Direction, data: bytes) -> None:
        at_ns = time.monotonic_ns()
        *chunks, rest = (self._rests[direction] + data).split(b"\0")
        if len(rest) > _KEPT_MAX:  # noise without an end
            chunks.append(rest)
            rest = b""
        self._rests[direction] = rest
        for chunk in chunks:
            if chunk:
                record = TapRecord(at_ns, direction, chunk + b"\0", decode(chunk))
                for callback in tuple(self._callbacks):
                    callback(record)
