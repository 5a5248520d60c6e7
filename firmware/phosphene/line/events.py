# SPDX-License-Identifier: Apache-2.0
"""What a link tells its listeners: events of the board, holes between them, and changes of the line."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto

from phosphene.line.frame import Frame
from phosphene.line.statistics import LinkStatistics
from phosphene.line.wire import Event, Hello


class LinkState(Enum):
    """What a call would find."""

    CONNECTING = auto()
    """The port is open, and nobody answered yet, or no longer."""
    UP = auto()
    PAUSED = auto()
    """The board writes its flash; calls wait."""
    DOWN = auto()
    """The port is gone."""
    MISMATCH = auto()
    """The board speaks another major of the protocol."""


@dataclass(frozen=True, slots=True)
class Gap:
    """`missed` events were lost here: dropped by the firmware, on the line, or by a slow listener."""

    missed: int


@dataclass(frozen=True, slots=True)
class StateChange:
    """The line changed. `hello` is the board's newest, None until it first answered; `reason` says why."""

    state: LinkState
    hello: Hello | None
    reason: str


LineEvent = Event | Gap | StateChange


class EventSequence:
    """Finds the holes in a session's events."""

    def __init__(self, statistics: LinkStatistics) -> None:
        self._statistics = statistics
        self.open()

    def open(self) -> None:
        """A new session: sequence and drop counter begin anew."""
        self._seq = self._dropped = 0

    def take(self, frame: Frame) -> list[LineEvent]:
        """Return what an EVENT tells: nothing, if it is a copy. Raises MalformedMessage."""
        event = Event.decode(frame.request, frame.payload)
        if event.seq <= self._seq:
            self._statistics.duplicates += 1
            return []
        missed = event.seq - self._seq - 1 + (event.dropped - self._dropped & 0xFFFF)
        self._seq, self._dropped = event.seq, event.dropped
        self._statistics.events += 1
        self._statistics.events_missed += missed
        return [Gap(missed), event] if missed else [event]
