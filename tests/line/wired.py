# SPDX-License-Identifier: Apache-2.0
"""A session and a model firmware on one simulated wire, in simulated time: a second costs no second."""

from __future__ import annotations

import heapq
from collections.abc import Callable
from dataclasses import dataclass
from math import inf
from random import Random

from phosphene.errors import LineError
from phosphene.line.call import Call
from phosphene.line.lease import Renewal
from phosphene.line.session import Session
from phosphene.line.wire import Leased
from tests.line.model_firmware import ModelFirmware, World

Bend = Callable[[bytes], list[tuple[float, bytes]]]


def straight(frame: bytes) -> list[tuple[float, bytes]]:
    """A wire without faults: what goes in comes out, at once."""
    return [(0.0, frame)]


@dataclass
class Asked:
    """What a caller got."""

    outcome: bytes | LineError | None = None
    outcomes: int = 0
    sent: list[tuple[int, int, int]] | None = None

    def settle(self, outcome: bytes | LineError) -> None:
        self.outcome = outcome
        self.outcomes += 1


class Wired:
    """`to_board` and `to_host` bend each wire frame; `trip` is the delay each way in seconds."""

    def __init__(
        self,
        model: ModelFirmware | None = None,
        *,
        seed: int = 0,
        trip: float = 0.0005,
        to_board: Bend = straight,
        to_host: Bend = straight,
    ) -> None:
        self.model = model or ModelFirmware(World(), seed=seed)
        self.world = self.model.world
        random = Random(f"host {seed}")
        self.session = Session(draw=lambda: random.randint(1, (1 << 30) - 1))
        self.trip = trip
        self.bends = {True: to_board, False: to_host}
        self.now = 0.0
        self.plugged = False
        self.frozen = False
        self._queue: list[tuple[float, int, Callable[[], None]]] = []
        self._count = 0
        self._busy_until = {True: 0.0, False: 0.0}
        self._rests = {True: b"", False: b""}
        self._generation = 0
        self.model.sent.clear()

    def plug(self) -> None:
        self.plugged = True
        self.session.connected(self.now)
        self._carry()

    def unplug(self) -> None:
        self.plugged = False
        self._generation += 1
        self._rests = {True: b"", False: b""}
        self.session.disconnected(self.now, "unplugged")
        self.model.sent.clear()

    def reset(self) -> None:
        self.model.reset(self.now)
        self._carry()

    def call(
        self, task: int, args: bytes, *, timeout: float = inf, idempotent: bool = False, longest: float = 0.01
    ) -> Asked:
        asked = Asked(sent=[])
        assert asked.sent is not None
        sent = asked.sent
        call = Call(task, args, asked.settle, self.now + timeout, idempotent, longest, lambda *name: sent.append(name))
        self.session.submit(call, self.now)
        self._carry()
        return asked

    def renew(self, tick: int, *, timeout: float = 0.5) -> list[Leased | LineError]:
        answers: list[Leased | LineError] = []
        self.session.renew(Renewal(tick, tick, tick, answers.append, self.now + timeout), self.now)
        self._carry()
        return answers

    def at(self, when: float, do: Callable[[], None]) -> None:
        self._count += 1
        heapq.heappush(self._queue, (when, self._count, do))

    def run(self, seconds: float = 0.1, until: Callable[[], bool] = lambda: False) -> bool:
        """Let time pass; end early and return True when `until` holds."""
        end = self.now + seconds
        self._carry()
        while not until():
            due = self._queue[0][0] if self._queue else inf
            wake = self.session.wake_at
            when = max(self.now, min(due, wake))
            if when > end:
                self.now = end
                return until()
            self.now = when
            if due <= wake:
                heapq.heappop(self._queue)[2]()
            else:
                self.session.tick(when)
            self._carry()
        return True

    def settle(self, seconds: float = 0.5) -> None:
        self.run(seconds)

    def _carry(self) -> None:
        """Put on the wire what either end wants to send."""
        out = self.session.out
        data = out.take()
        if out.cut:
            out.cut = False
        if self.plugged:
            self._travel(True, data)
            if not self.frozen:
                self._travel(False, bytes(self.model.sent))
                self.model.sent.clear()

    def _travel(self, to_board: bool, data: bytes) -> None:
        *frames, rest = (self._rests[to_board] + data).split(b"\0")
        self._rests[to_board] = rest
        for frame in frames:
            pieces = self.bends[to_board](frame + b"\0") if frame else [(0.0, b"\0")]
            for index, (delay, piece) in enumerate(pieces):
                due = self.now + self.trip + delay
                if not index:  # in order, but for late copies
                    due = self._busy_until[to_board] = max(due, self._busy_until[to_board])
                self.at(due, self._arrival(to_board, piece))

    def _arrival(self, to_board: bool, piece: bytes) -> Callable[[], None]:
        generation = self._generation

        def arrive() -> None:
            if generation != self._generation:
                return
            if not to_board:
                self.session.receive(piece, self.now)
            elif self.frozen:
                self.at(self.now + 0.01, arrive)
            else:
                self.model.receive(piece, self.now)

        return arrive
