# SPDX-License-Identifier: Apache-2.0
"""A transport with faults: cuts both directions into wire frames and lets an injector have its way with them."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable

from phosphene.line.faults import FaultInjector
from phosphene.line.tap import Direction
from phosphene.line.transport import OnData, OnLost, Transport


class _Pipe:
    """One direction: frames in order, each at its time."""

    def __init__(self, direction: Direction, injector: FaultInjector, deliver: Callable[[bytes], None]) -> None:
        self._direction = direction
        self._injector = injector
        self._deliver = deliver
        self._loop = asyncio.get_running_loop()
        self._rest = b""
        self._queue: deque[tuple[float, bytes]] = deque()
        self._timer: asyncio.TimerHandle | None = None
        self._stragglers: set[asyncio.TimerHandle] = set()

    def put(self, data: bytes) -> None:
        """Take bytes of the stream."""
        *frames, self._rest = (self._rest + data).split(b"\0")
        for frame in frames:
            pieces = self._injector.apply(self._direction, frame + b"\0") if frame else [(0.0, b"\0")]
            for index, (delay, piece) in enumerate(pieces):
                if delay and (index or self._injector.plan.reorder):
                    self._send_aside(delay, piece)
                else:
                    self._queue.append((self._loop.time() + delay, piece))
        if self._timer is None:
            self._drain()

    def cut(self) -> None:
        """Drop what was not delivered yet."""
        self._rest = b""
        self._queue.clear()
        for timer in self._stragglers:
            timer.cancel()
        self._stragglers.clear()
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _drain(self) -> None:
        """Deliver what is due; whatever is behind a delayed frame waits with it."""
        self._timer = None
        due: list[bytes] = []
        while self._queue and self._queue[0][0] <= self._loop.time():
            due.append(self._queue.popleft()[1])
        if self._queue:
            self._timer = self._loop.call_at(self._queue[0][0], self._drain)
        if due:
            self._deliver(b"".join(due))

    def _send_aside(self, delay: float, piece: bytes) -> None:
        """Deliver a late copy, or a frame of a reordering plan, whatever overtakes it."""

        def deliver() -> None:
            self._stragglers.discard(timer)
            self._deliver(piece)

        timer = self._loop.call_later(delay, deliver)
        self._stragglers.add(timer)


class FaultyTransport:
    """Wraps a Transport. The line's ends see what a bad cable would do to them."""

    def __init__(self, inner: Transport, injector: FaultInjector) -> None:
        self.seconds_per_byte = inner.seconds_per_byte
        self._inner = inner
        self._injector = injector
        self._to_board = _Pipe(Direction.TO_BOARD, injector, inner.write)
        self._to_host: _Pipe | None = None

    def start(self, on_data: OnData, on_lost: OnLost) -> None:
        """See Transport."""
        self._to_host = _Pipe(Direction.TO_HOST, self._injector, on_data)
        self._inner.start(self._to_host.put, on_lost)

    def write(self, data: bytes) -> None:
        """See Transport."""
        self._to_board.put(data)

    def cut(self) -> None:
        """See Transport."""
        self._to_board.cut()
        self._inner.cut()

    @property
    def backlog(self) -> int:
        """See Transport."""
        return self._inner.backlog

    def close(self) -> None:
        """See Transport."""
        self._to_board.cut()
        if self._to_host is not None:
            self._to_host.cut()
        self._inner.close()
