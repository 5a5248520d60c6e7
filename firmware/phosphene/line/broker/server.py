# SPDX-License-Identifier: Apache-2.0
"""The broker itself: owns the link, lets clients in, passes their calls on and fans events out."""

from __future__ import annotations

import asyncio
import logging
import math
import os
import socket
import time
from collections.abc import Callable

from phosphene.line.broker.attachment import Attachment
from phosphene.line.broker.documents import State, Status, Tick
from phosphene.line.broker.gate import Gate
from phosphene.line.broker.lease_holder import LeaseHolder
from phosphene.line.broker.messages import Kind, pack
from phosphene.line.broker.owned_link import OwnedLink
from phosphene.line.broker.rendezvous import Rendezvous
from phosphene.line.events import Gap, LinkState, StateChange
from phosphene.line.subscription import Subscription
from phosphene.line.wire import Event, Leased

_log = logging.getLogger(__name__)

IDLE_S = 5.0
"""A broker that nobody is attached to ends after this time, unless it was told to stay."""
TICK_S = 1.0
_BACKLOG = 64


class Broker:
    """Serves one link to any number of clients until it is stopped, or idle."""

    def __init__(self, link: OwnedLink, rendezvous: Rendezvous, *, stay: bool = False, idle_s: float = IDLE_S) -> None:
        self.link = link
        self.rendezvous = rendezvous
        self.gate = Gate(link)
        self._stay = stay
        self._idle_s = idle_s
        self._began = time.monotonic()
        self._reason = ""
        self._clients: list[Attachment] = []
        self._connections = 0
        self._lease = LeaseHolder[Attachment]()
        self._stopped: asyncio.Future[tuple[str, bool]] = asyncio.get_running_loop().create_future()
        self._idle: asyncio.TimerHandle | None = None

    async def serve(self, ready: Callable[[], None]) -> None:
        """Serve until `stop`; calls `ready` when clients may attach, and closes the link at the end."""
        events = self.link.subscribe()
        await self.gate.refresh()
        server = await asyncio.get_running_loop().create_unix_server(
            self._connect, sock=_listening(self.rendezvous), backlog=_BACKLOG
        )
        work = [asyncio.create_task(self._pump(events)), asyncio.create_task(self._tick())]
        for task in work:
            task.add_done_callback(self._on_work_ended)
        self._watch_idle()
        ready()
        reason, again = await self._stopped
        server.close()
        for task in work:
            task.cancel()
        _log.info("ends: %s", reason)
        await self.link.close()  # settles what is under way
        await asyncio.gather(*work, return_exceptions=True)
        for client in tuple(self._clients):
            client.out.end(reason, again=again)

    def stop(self, reason: str, *, again: bool = False) -> None:
        """End `serve`; clients hear the reason, and come back by themselves only if `again` asks them to."""
        if not self._stopped.done():
            self._stopped.set_result((reason, again))

    def line(self) -> State:
        """Return how the line is."""
        return State(state=self.link.state.name, hello=self.link.hello, reason=self._reason)

    def entered(self, client: Attachment) -> None:
        """A client has attached."""
        self._clients.append(client)
        self._watch_idle()

    def left(self, client: Attachment) -> None:
        """A client is gone. What it started goes on, as each task declares; its lease runs out."""
        self._clients.remove(client)
        self._lease.leave(client)
        self._watch_idle()

    def claim_lease(self, client: Attachment) -> Attachment:
        """Return who holds the lease now: `client`, if nobody else does."""
        now = time.monotonic()
        if self._lease.claim(client, now):
            return client
        holder = self._lease.holder(now)
        assert holder is not None
        return holder

    def lease_renewed(self, client: Attachment, leased: Leased) -> None:
        """The board answered a renewal of this client."""
        self._lease.renewed(client, leased.left_ms / 1000, time.monotonic())

    def holds_lease(self, client: Attachment) -> bool:
        """Whether this client holds the lease."""
        return self._lease.holder(time.monotonic()) is client

    def status(self) -> Status:
        """Return what the broker tells about itself."""
        return Status(
            pid=os.getpid(),
            port=self.rendezvous.port,
            uptime_s=time.monotonic() - self._began,
            stay=self._stay,
            line=self.line(),
            clients=[client.status() for client in self._clients],
        )

    def _connect(self) -> Attachment:
        self._connections += 1
        return Attachment(self, self._connections)

    async def _pump(self, events: Subscription) -> None:
        async for item in events:
            if isinstance(item, Event):
                for client in self._listeners():
                    client.out.offer_event(item)
            elif isinstance(item, Gap):
                for client in self._listeners():
                    client.out.tell_gap(item.missed)
            else:
                await self._changed(item)

    def _listeners(self) -> list[Attachment]:
        return [client for client in self._clients if client.subscribed]

    async def _changed(self, change: StateChange) -> None:
        """Tell the clients; when the dictionary changed, only once their calls can be judged by the new one."""
        self._reason = change.reason
        if change.state is LinkState.UP:
            await self.gate.refresh()
        if change.hello is not None:
            state = State(state=change.state.name, hello=change.hello, reason=change.reason)
            message = pack(Kind.STATE, state.dump())
            for client in tuple(self._clients):
                client.out.tell(message)

    async def _tick(self) -> None:
        while True:
            await asyncio.sleep(TICK_S)
            if self.link.state is LinkState.UP:
                await self.gate.refresh()
            if self._clients:
                message = pack(Kind.TICK, self._measured().dump())
                for client in tuple(self._clients):
                    client.out.offer(message)

    def _measured(self) -> Tick:
        now = time.monotonic()
        clock = self.link.clock
        error = clock.error_us(now)
        sample = (now, clock.to_mcu(now), clock.drift, error) if math.isfinite(error) else None
        return Tick(statistics=self.link.stats.as_dict(), clock=sample)

    def _on_work_ended(self, work: asyncio.Task[None]) -> None:
        if not work.cancelled() and (error := work.exception()) is not None:
            _log.error("a fault in the broker", exc_info=error)
            self.stop(f"a fault in the broker: {error!r}", again=True)

    def _watch_idle(self) -> None:
        if self._idle is not None:
            self._idle.cancel()
            self._idle = None
        if not self._clients and not self._stay:
            loop = asyncio.get_running_loop()
            self._idle = loop.call_later(self._idle_s, self.stop, "nobody was attached any more")


def _listening(rendezvous: Rendezvous) -> socket.socket:
    """Return the broker's socket, mode 0600 before anybody can connect. Only for the holder of the lock."""
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    listener.bind(str(rendezvous.socket))
    rendezvous.socket.chmod(0o600)
    return listener
