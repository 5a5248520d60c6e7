# SPDX-License-Identifier: Apache-2.0
"""What goes to one client: answers always, events and taps while it keeps up. A slow reader costs a counter only."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable

from phosphene.line.broker.documents import Bye
from phosphene.line.broker.messages import COUNT, EVENT, TAP, Kind, pack
from phosphene.line.tap import Direction, TapRecord
from phosphene.line.wire import Event

_log = logging.getLogger(__name__)

BEHIND = 256 << 10
"""Bytes that may wait for a client; beyond, its events and taps are dropped and counted."""
DEAD = 4 << 20
"""Bytes that wait for a client that asks and never reads; it is cut off."""
_BYE_S = 1.0


class Outgoing:
    """Messages to one client. `ended` is true once nothing more will be sent."""

    def __init__(self, transport: asyncio.Transport, cut_off: Callable[[], None]) -> None:
        self.ended = False
        self.events_dropped = self.taps_dropped = 0
        self._transport = transport
        self._cut_off = cut_off
        self._transport.set_write_buffer_limits(high=BEHIND, low=BEHIND // 4)
        self._behind = False
        self._events_lost = self._taps_lost = 0  # not told yet

    def behind(self) -> None:
        """The client reads too slowly."""
        self._behind = True

    def caught_up(self) -> None:
        """The client reads again: tell it what it missed."""
        self._behind = False
        self._tell_losses()

    def tell(self, message: bytes) -> None:
        """Send something that must arrive."""
        if self.ended:
            return
        self._transport.write(message)
        if self._transport.get_write_buffer_size() > DEAD:
            _log.warning("a client does not read its answers: cut off")
            self.ended = True
            self._cut_off()
            self._transport.abort()

    def offer(self, message: bytes) -> None:
        """Send something that a later message makes up for, if the client keeps up."""
        if not self._behind:
            self.tell(message)

    def offer_event(self, event: Event) -> None:
        """Send an event, if the client keeps up."""
        if self._behind:
            self._events_lost += 1
            self.events_dropped += 1
            return
        head = EVENT.pack(event.seq, event.dropped, event.task, event.time_us, event.what)
        self.tell(pack(Kind.EVENT, head, event.payload))

    def tell_gap(self, missed: int) -> None:
        """Tell of events that the line lost."""
        self._events_lost += missed
        if not self._behind:
            self._tell_losses()

    def offer_tap(self, record: TapRecord) -> None:
        """Send a frame to look at, if the client keeps up."""
        if self._behind:
            self._taps_lost += 1
            self.taps_dropped += 1
        else:
            head = TAP.pack(record.at_ns, record.direction is Direction.TO_BOARD)
            self.tell(pack(Kind.TAPPED, head, record.raw))

    def end(self, reason: str, *, again: bool) -> None:
        """Say why, and close. `again` invites the client to attach anew by itself."""
        if self.ended:
            return
        self.tell(pack(Kind.BYE, Bye(reason=reason, again=again).dump()))
        self.ended = True
        self._transport.close()
        # A client that does not read would keep the connection open for ever.
        asyncio.get_running_loop().call_later(_BYE_S, self._transport.abort)

    def _tell_losses(self) -> None:
        if self._events_lost:
            lost, self._events_lost = self._events_lost, 0
            self.tell(pack(Kind.GAP, COUNT.pack(lost)))
        if self._taps_lost:
            lost, self._taps_lost = self._taps_lost, 0
            self.tell(pack(Kind.TAPS_LOST, COUNT.pack(lost)))
