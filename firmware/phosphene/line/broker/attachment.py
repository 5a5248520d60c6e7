# SPDX-License-Identifier: Apache-2.0
"""One client as the broker sees it: who it is, what it may, and what it says."""

from __future__ import annotations

import asyncio
import logging
import os
import socket
import struct
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, cast

from phosphene.errors import Busy, Forbidden, LineError
from phosphene.line.broker import failure
from phosphene.line.broker.documents import Attach, Attached, ClientStatus, Role
from phosphene.line.broker.journal import SentJournal
from phosphene.line.broker.messages import (
    COUNT,
    LEASED,
    NOT_LEASED,
    RENEW,
    VERSION,
    Kind,
    Malformed,
    Reader,
    pack,
    split,
)
from phosphene.line.broker.outgoing import Outgoing
from phosphene.line.broker.passing import PassingCalls
from phosphene.line.lease import Renewal
from phosphene.line.wire import Leased

if TYPE_CHECKING:
    from phosphene.line.broker.server import Broker

_log = logging.getLogger(__name__)

ATTACH_S = 5.0
_RENEWAL_S = 0.5


class Attachment(asyncio.Protocol):
    """One connection. Nothing here waits, and what it says wrongly ends this connection and no other."""

    out: Outgoing

    def __init__(self, broker: Broker, number: int) -> None:
        self.name = ""
        self.pid = 0
        self.role: Role | None = None
        self.subscribed = False
        self._broker = broker
        self._number = number
        self._reader = Reader()
        self._calls: PassingCalls | None = None
        self._journal: SentJournal | None = None
        self._untap: Callable[[], None] | None = None
        self._hurry: asyncio.TimerHandle | None = None
        self._handlers: dict[int, Callable[[bytes], None]] = {Kind.ATTACH: self._on_attach}

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Look who it is."""
        self.out = Outgoing(cast("asyncio.Transport", transport), self._drop_calls)
        uid = _peer_uid(transport.get_extra_info("socket"))
        if uid is not None and uid not in (os.getuid(), 0):
            self.end(f"this broker serves user {os.getuid()}, not {uid}")
            return
        what = f"nothing was said for {ATTACH_S:g} s"
        self._hurry = asyncio.get_running_loop().call_later(ATTACH_S, self.end, what)

    def data_received(self, data: bytes) -> None:
        """Take what the client says."""
        try:
            for kind, payload in self._reader.feed(data):
                if self.out.ended:
                    return
                handler = self._handlers.get(kind)
                if handler is None:
                    raise Malformed(f"message kind {kind} is not expected here")
                handler(payload)
        except Malformed as error:
            self.end(f"that is not a message: {error}")
        self._broker.link.flush()

    def connection_lost(self, exc: Exception | None) -> None:
        """Drop what it asked for and was not sent yet."""
        self.out.ended = True
        if self._hurry is not None:
            self._hurry.cancel()
        self._on_tap_off(b"")
        self._drop_calls()
        if self._journal is not None:
            self._journal.close()
            self._broker.left(self)

    def pause_writing(self) -> None:
        """The client reads too slowly."""
        self.out.behind()

    def resume_writing(self) -> None:
        """The client reads again."""
        self.out.caught_up()

    def end(self, reason: str) -> None:
        """Say why, and close."""
        _log.info("client %s (process %d): %s", self.name or "not attached", self.pid, reason)
        self._drop_calls()
        self.out.end(reason, again=False)

    def status(self) -> ClientStatus:
        """Return what `phosphene broker status` shows."""
        assert self._calls is not None
        assert self.role is not None
        return ClientStatus(
            name=self.name,
            pid=self.pid,
            role=self.role,
            calls=self._calls.count,
            waiting=len(self._calls),
            events_dropped=self.out.events_dropped,
            taps_dropped=self.out.taps_dropped,
            holds_lease=self._broker.holds_lease(self),
        )

    def _on_attach(self, payload: bytes) -> None:
        asked = Attach.load(payload)
        if asked.version != VERSION:
            self.end(f"this broker speaks version {VERSION}, you {asked.version}; stop the broker to start your own")
            return
        assert self._hurry is not None
        self._hurry.cancel()
        path = self._broker.rendezvous.journal(self._number)
        self._journal = SentJournal.create(path)
        self.role, self.name, self.pid = asked.role, asked.name, asked.pid
        self._calls = PassingCalls(
            self._broker.link, self.out, self._journal, partial(self._broker.gate.admit, asked.role)
        )
        self._handlers = {
            Kind.CALL: self._calls.on_call,
            Kind.CANCEL: self._calls.on_cancel,
            Kind.RENEW: self._on_renew,
            Kind.SUBSCRIBE: self._on_subscribe,
            Kind.TAP_ON: self._on_tap_on,
            Kind.TAP_OFF: self._on_tap_off,
            Kind.STATUS: self._on_status,
            Kind.STOP: self._on_stop,
            Kind.DETACH: self._on_detach,
        }
        port, line = self._broker.rendezvous.port, self._broker.line()
        answer = Attached(version=VERSION, pid=os.getpid(), port=port, journal=str(path), line=line)
        self.out.tell(pack(Kind.ATTACHED, answer.dump()))
        self._broker.entered(self)

    def _on_renew(self, payload: bytes) -> None:
        (number, tick, capture_ms, inferences), _ = split(RENEW, payload)
        assert self.role is not None
        place = f"client {self.name}"
        if not self.role.may("operate"):
            what = "renewing the lease needs the role operate"
            self._leased(number, Forbidden(what, place=place, cure="attach with role operate"))
        elif (holder := self._broker.claim_lease(self)) is not self:
            what = f"the lease is held by {holder.name} (process {holder.pid})"
            self._leased(number, Busy(what, place=place, cure="one supervisor at a time: wait until it leaves"))
        else:
            settle = partial(self._leased, number)
            expires = asyncio.get_running_loop().time() + _RENEWAL_S
            self._broker.link.renew_by(Renewal(tick, capture_ms, inferences, settle, expires))

    def _leased(self, number: int, answer: Leased | LineError) -> None:
        if isinstance(answer, LineError):
            self.out.tell(pack(Kind.NOT_LEASED, NOT_LEASED.pack(number), failure.pack(answer)))
        else:
            self._broker.lease_renewed(self, answer)
            self.out.tell(pack(Kind.LEASED, LEASED.pack(number, answer.verdict, answer.left_ms, answer.time_us)))

    def _on_subscribe(self, _payload: bytes) -> None:
        self.subscribed = True

    def _on_tap_on(self, _payload: bytes) -> None:
        if self._untap is None:
            self._untap = self._broker.link.tap(self.out.offer_tap)

    def _on_tap_off(self, _payload: bytes) -> None:
        if self._untap is not None:
            self._untap()
            self._untap = None

    def _on_status(self, payload: bytes) -> None:
        (number,), _ = split(COUNT, payload)
        self.out.tell(pack(Kind.STATUS_IS, COUNT.pack(number), self._broker.status().dump()))

    def _on_detach(self, _payload: bytes) -> None:
        self.end("it left")

    def _drop_calls(self) -> None:
        """See to it that the journal is final before the client hears of the end."""
        if self._calls is not None:
            self._calls.drop()

    def _on_stop(self, _payload: bytes) -> None:
        if self.role is not Role.MAINTAIN:
            self.end("stopping the broker needs the role maintain")
        else:
            self._broker.stop(f"it was stopped by {self.name} (process {self.pid})")


def _peer_uid(connection: socket.socket) -> int | None:
    """Return the user at the other end, where the system tells it; the socket's mode guards it anyhow."""
    if not hasattr(socket, "SO_PEERCRED"):
        return None
    credentials = connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize("3i"))
    return int(struct.unpack("3i", credentials)[1])
