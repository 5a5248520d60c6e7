# SPDX-License-Identifier: Apache-2.0
"""Looks at what a wired pair puts on its wire, and hurts single frames of a test's choice."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from phosphene.line.frame import Frame, decode
from phosphene.line.wire import FrameType
from tests.line.wired import Wired

Verdict = Callable[[Frame], float | None]
"""What becomes of a frame: None, it is lost; else its delay in seconds."""


class WireLog:
    """A wired pair whose frames are written down with their time; `to_board` and `to_host` may lose or delay them."""

    def __init__(self, **keywords: object) -> None:
        self.frames: list[tuple[float, bool, Frame]] = []
        self.raw_to_board = bytearray()
        self.to_board: Verdict = lambda _: 0.0
        self.to_host: Verdict = lambda _: 0.0
        self.wired = Wired(to_board=lambda f: self._bend(True, f), to_host=lambda f: self._bend(False, f), **keywords)  # type: ignore[arg-type]

    def _bend(self, to_board: bool, raw: bytes) -> list[tuple[float, bytes]]:
        frame = decode(raw[:-1])
        assert isinstance(frame, Frame)
        self.frames.append((self.wired.now, to_board, frame))
        if to_board:
            self.raw_to_board += raw
        delay = (self.to_board if to_board else self.to_host)(frame)
        return [] if delay is None else [(delay, raw)]

    def of(self, kind: FrameType) -> list[Frame]:
        """All frames of one type so far."""
        return [frame for _, _, frame in self.frames if frame.type == kind]

    def times(self, kind: FrameType) -> list[float]:
        """When frames of one type were sent."""
        return [at for at, _, frame in self.frames if frame.type == kind]

    def clear(self) -> None:
        """Forget what was written down."""
        self.frames.clear()


def lose(kind: FrameType, count: int = 1, *, skip: int = 0) -> Verdict:
    """Lose `count` frames of `kind` after `skip` of them."""

    def numbers() -> Iterator[bool]:
        yield from (False for _ in range(skip))
        yield from (True for _ in range(count))
        while True:
            yield False

    hits = numbers()
    return lambda frame: None if frame.type == kind and next(hits) else 0.0
