# SPDX-License-Identifier: Apache-2.0
"""One client as the broker sees it: what it may, what it waits for, and how much it is behind with reading."""

from __future__ import annotations

import asyncio
import logging
import math
import os
import socket
import struct
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, cast

from phosphene.errors import Busy, Forbidden, LineError
from phosphene.line.broker import failure
from phosphene.line.broker.journal import SentJournal
from phosphene.line.broker.messages import (
    CALL,
    CANCEL,
    COUNT,
    EVENT,
    FAILED,
    LEASED,
    NOT_LEASED,
    RENEW,
    RESULT,
    SLOTS,
    TAP,
    VERSION,
    Attach,
    Attached,
    Bye,
    ClientStatus,
    Kind,
    Malformed,
    Reader,
    Role,
    pack,
    split,
)
from phosphene.line.call import Call
from phosphene.line.lease import Renewal
from phosphene.line.tap import Direction, TapRecord
from phosphene.line.wire import Event, Leased

if TYPE_CHECKING:
    from phosphene.line.broker.server import Broker

_log = logging.getLogger(__name__)

BEHIND = 256 << 10
"""Bytes that may wait for a client; beyond, its events and taps are dropped and counted."""
DEAD = 4 << 20
"""Bytes that wait for a client that asks and never reads; it is cut off."""
ATTACH_S = 5.0
_BYE_S = 1.0
_RENEWAL_S = 0.5
_IDEMPOTENT = 1


class Attachment(asyncio.Protocol):
    """One connection. Nothing here waits: a slow client costs a counter, never another client's time."""

    def __init__(self, broker: Broker, number: int) -> None:
        self.role: Role | None = None
        self.name = ""
        self.pid = 0
        self.number = number
        self._broker = broker
        self._reader = Reader()
        self._calls: dict[int, tuple[int, Call]] = {}  # by slot: serial, call
        self._subscribed = False
        self._untap: Callable[[], None] | None = None
        self._behind = False
        self._events_lost = self._taps_lost = 0  # not told yet
        self._events_dropped = self._taps_dropped = self._called = 0
        self._ended = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Look who it is."""
        self._transport = cast("asyncio.Transport", transport)
        self._transport.set_write_buffer_limits(high=BEHIND, low=BEHIND // 4)
        uid = _peer_uid(self._transport.get_extra_info("socket"))
        if uid is not None and uid not in (os.getuid(), 0):
            self.end(f"this broker serves user {os.getuid()}, not {uid}")
            return
        self._hurry = asyncio.get_running_loop().call_later(ATTACH_S, self.end, f"nothing was said for {ATTACH_S:g} s")

    def data_received(self, data: bytes) -> None:
        """Take what the client says. What is not a message ends this connection and no other."""
        try:
            for kind, payload in self._reader.feed(data):
                if self._ended:
                    return
                handler = _HANDLERS.get(kind)
                if handler is None or (self.role is None) is not (kind == Kind.ATTACH):
                    raise Malformed(f"message kind {kind} is not expected here")
                handler(self, payload)
        except Malformed as error:
            self.end(f"that is not a message: {error}")
        self._broker.link.flush()

    def connection_lost(self, _error: Exception | None) -> None:
        """Drop what it asked for and was not sent yet. What was sent goes its way; nobody hears the answer."""
        self._ended = True
        self._hurry.cancel()
        for _, call in self._calls.values():
            self._broker.link.withdraw(call)
        self._calls.clear()
        if self._untap is not None:
            self._untap()
        if self.role is not None:
            self._journal.close()
            self._broker.left(self)

    def pause_writing(self) -> None:
        """The client is behind."""
        self._behind = True

    def resume_writing(self) -> None:
        """The client has caught up: tell it what it missed."""
        self._behind = False
        self._tell_losses()

    def tell(self, message: bytes) -> None:
        """Send something that must arrive."""
        if self._ended:
            return
        self._transport.write(message)
        if self._transport.get_write_buffer_size() > DEAD:
            _log.warning("client %s (%d) does not read its answers: cut off", self.name, self.pid)
            self._ended = True
            self._transport.abort()

    def offer(self, message: bytes) -> None:
        """Send something that a later message makes up for, if the client keeps up."""
        if not self._behind:
            self.tell(message)

    def offer_event(self, event: Event) -> None:
        """Send an event, if the client listens and keeps up."""
        if not self._subscribed:
            return
        if self._behind:
            self._events_lost += 1
            self._events_dropped += 1
            return
        head = EVENT.pack(event.seq, event.dropped, event.task, event.time_us, event.what)
        self.tell(pack(Kind.EVENT, head, event.payload))

    def offer_gap(self, missed: int) -> None:
        """Tell of events that the line lost."""
        if self._subscribed:
            self._events_lost += missed
            if not self._behind:
                self._tell_losses()

    def end(self, reason: str, *, again: bool = False) -> None:
        """Say why, and close. `again` invites the client to attach anew by itself."""
        if self._ended:
            return
        _log.info("client %s (%d): %s", self.name or "not attached", self.pid, reason)
        self.tell(pack(Kind.BYE, Bye(reason=reason, again=again).dump()))
        self._ended = True
        self._transport.close()
        # A client that does not read would keep the connection open for ever.
        asyncio.get_running_loop().call_later(_BYE_S, self._transport.abort)

    def status(self) -> ClientStatus:
        """Return what `phosphene broker status` shows."""
        return ClientStatus(
            name=self.name,
            pid=self.pid,
            role=self.role or Role.OBSERVE,
            calls=self._called,
            waiting=len(self._calls),
            events_dropped=self._events_dropped,
            taps_dropped=self._taps_dropped,
            holds_lease=self._broker.holds_lease(self),
        )

    def _on_attach(self, payload: bytes) -> None:
        asked = Attach.load(payload)
        if asked.version != VERSION:
            self.end(f"this broker speaks version {VERSION}, you {asked.version}; stop the broker to start your own")
            return
        self._hurry.cancel()
        path = self._broker.rendezvous.journal(self.number)
        self._journal = SentJournal.create(path)
        self.role, self.name, self.pid = asked.role, asked.name, asked.pid
        answer = Attached(
            version=VERSION,
            pid=os.getpid(),
            port=self._broker.rendezvous.port,
            journal=str(path),
            line=self._broker.line(),
        )
        self.tell(pack(Kind.ATTACHED, answer.dump()))
        self._broker.entered(self)

    def _on_call(self, payload: bytes) -> None:
        (slot, serial, task, flags, longest_ms, deadline, hash_), args = split(CALL, payload)
        if slot >= SLOTS or slot in self._calls or not serial or not math.isfinite(deadline):
            raise Malformed(f"a call with slot {slot}, serial {serial}, deadline {deadline}")
        try:
            assert self.role is not None
            self._broker.admit(self.role, task, cast("bytes", hash_))
        except LineError as error:
            self.tell(pack(Kind.FAILED, FAILED.pack(slot, serial), failure.pack(error)))
            return
        call = Call(
            task,
            args,
            settle=partial(self._settle, slot),
            expires=deadline,
            idempotent=bool(flags & _IDEMPOTENT),
            longest=longest_ms / 1000,
            on_sent=partial(self._journal.note, slot, serial),
        )
        self._calls[slot] = serial, call
        self._called += 1
        self._broker.link.submit(call)

    def _settle(self, slot: int, outcome: bytes | LineError) -> None:
        serial, call = self._calls.pop(slot)
        if isinstance(outcome, LineError):
            self.tell(pack(Kind.FAILED, FAILED.pack(slot, serial), failure.pack(outcome)))
        else:
            self.tell(pack(Kind.RESULT, RESULT.pack(slot, serial, call.boot_id, call.session, call.id), outcome))

    def _on_cancel(self, payload: bytes) -> None:
        (slot, serial), _ = split(CANCEL, payload)
        # The answer may have crossed the cancellation; the slot is then free already.
        if self._calls.get(slot, (0, None))[0] == serial:
            self._broker.link.withdraw(self._calls.pop(slot)[1])

    def _on_renew(self, payload: bytes) -> None:
        (number, tick, capture_ms, inferences), _ = split(RENEW, payload)
        assert self.role is not None
        if not self.role.may("operate"):
            what = "renewing the lease needs the role operate"
            self._not_leased(number, Forbidden(what, place=f"client {self.name}", cure="attach with role operate"))
        elif (holder := self._broker.claim_lease(self)) is not self:
            who = f"{holder.name} (process {holder.pid})"
            cure = "one supervisor at a time: wait until it leaves"
            self._not_leased(number, Busy(f"the lease is held by {who}", place=f"client {self.name}", cure=cure))
        else:
            now = asyncio.get_running_loop().time()
            settle = partial(self._leased, number)
            self._broker.link.renew_by(Renewal(tick, capture_ms, inferences, settle, now + _RENEWAL_S))

    def _leased(self, number: int, answer: Leased | LineError) -> None:
        if isinstance(answer, LineError):
            self._not_leased(number, answer)
        else:
            self._broker.lease_renewed(self, answer)
            self.tell(pack(Kind.LEASED, LEASED.pack(number, answer.verdict, answer.left_ms, answer.time_us)))

    def _not_leased(self, number: int, error: LineError) -> None:
        self.tell(pack(Kind.NOT_LEASED, NOT_LEASED.pack(number), failure.pack(error)))

    def _on_subscribe(self, _payload: bytes) -> None:
        self._subscribed = True

    def _on_tap_on(self, _payload: bytes) -> None:
        if self._untap is None:
            self._untap = self._broker.link.tap(self._on_tapped)

    def _on_tap_off(self, _payload: bytes) -> None:
        if self._untap is not None:
            self._untap()
            self._untap = None

    def _on_tapped(self, record: TapRecord) -> None:
        if self._behind:
            self._taps_lost += 1
            self._taps_dropped += 1
        else:
            to_board = record.direction is Direction.TO_BOARD
            self.tell(pack(Kind.TAPPED, TAP.pack(record.at_ns, to_board), record.raw))

    def _on_status(self, _payload: bytes) -> None:
        self.tell(pack(Kind.STATUS_IS, self._broker.status().dump()))

    def _on_stop(self, _payload: bytes) -> None:
        if self.role is not Role.MAINTAIN:
            self.end("stopping the broker needs the role maintain")
        else:
            self._broker.stop(f"it was stopped by {self.name} (process {self.pid})")

    def _tell_losses(self) -> None:
        if self._events_lost:
            lost, self._events_lost = self._events_lost, 0
            self.tell(pack(Kind.GAP, COUNT.pack(lost)))
        if self._taps_lost:
            lost, self._taps_lost = self._taps_lost, 0
            self.tell(pack(Kind.TAPS_LOST, COUNT.pack(lost)))


_HANDLERS: dict[int, Callable[[Attachment, bytes], None]] = {
    Kind.ATTACH: Attachment._on_attach,
    Kind.CALL: Attachment._on_call,
    Kind.CANCEL: Attachment._on_cancel,
    Kind.RENEW: Attachment._on_renew,
    Kind.SUBSCRIBE: Attachment._on_subscribe,
    Kind.TAP_ON: Attachment._on_tap_on,
    Kind.TAP_OFF: Attachment._on_tap_off,
    Kind.STATUS: Attachment._on_status,
    Kind.STOP: Attachment._on_stop,
}


def _peer_uid(connection: socket.socket) -> int | None:
    """Return the user at the other end, where the system tells it; the socket's mode guards it anyhow."""
    if not hasattr(socket, "SO_PEERCRED"):
        return None
    credentials = connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize("3i"))
    return struct.unpack("3i", credentials)[1]
