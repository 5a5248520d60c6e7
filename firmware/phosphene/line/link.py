# SPDX-License-Identifier: Apache-2.0
"""A line to a board for asyncio: drives a Session over a port, and opens the port again when it comes back."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from math import inf
from types import TracebackType
from typing import Self, TypeVar

from phosphene.errors import BoardNotFound, LineError, LinkLost
from phosphene.line.call import Call, OnSent
from phosphene.line.clock import ClockEstimate
from phosphene.line.events import LinkState, StateChange
from phosphene.line.faults import FaultInjector, FaultPlan
from phosphene.line.faulty_transport import FaultyTransport
from phosphene.line.lease import Renewal
from phosphene.line.session import Session
from phosphene.line.statistics import LinkStatistics
from phosphene.line.subscription import Subscription
from phosphene.line.tap import Tap, TapCallback
from phosphene.line.transport import Transport, open_transport
from phosphene.line.wire import Hello, Leased

_Answer = TypeVar("_Answer", bytes, Leased)
_REOPEN_S = (0.05, 1.0)  # first and longest wait between attempts to open the port again
_GOODBYE_S = 0.1
_RENEWAL_S = 0.5


def _settle(future: asyncio.Future[_Answer], outcome: _Answer | LineError) -> None:
    """Wake the caller, unless it went away."""
    if not future.done():
        if isinstance(outcome, LineError):
            future.set_exception(outcome)
        else:
            future.set_result(outcome)


class Link:
    """One line to one board, through unplugged cables and resets. Made by `open`; not thread-safe.

    Any number of tasks may call at once: calls are executed in the order in which they were made.
    """

    def __init__(self, port: str, baud: int, rtscts: bool, exclusive: bool, injector: FaultInjector | None) -> None:
        self.port = port
        self.faults = injector
        self._open_port = partial(open_transport, port, baud=baud, rtscts=rtscts, exclusive=exclusive)
        self._loop = asyncio.get_running_loop()
        self._session = Session()
        self._transport: Transport | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._timer_at = inf
        self._tap: Tap | None = None
        self._subscriptions: list[Subscription] = []
        self._reopening: asyncio.Task[None] | None = None
        self._ready = self._loop.create_future()
        self._goodbye = asyncio.Event()
        self._closed = False

    @classmethod
    async def open(
        cls,
        port: str,
        *,
        baud: int = 921600,
        rtscts: bool = False,
        faults: FaultPlan | FaultInjector | None = None,
        exclusive: bool = True,
        timeout: float = 3.0,
    ) -> Self:
        """Open `port` and a session on the board behind it, within `timeout` seconds.

        With a board of another protocol major the link opens too, in state MISMATCH. Raises
        BoardNotFound, PortAmbiguous, PortBusy, or LinkLost when the port opens and nobody answers.
        """
        injector = FaultInjector(faults) if isinstance(faults, FaultPlan) else faults
        link = cls(port, baud, rtscts, exclusive, injector)
        try:
            await link._connect()
            await asyncio.wait_for(asyncio.shield(link._ready), timeout)
        except TimeoutError:
            await link.close()
            raise link._silence(timeout) from None
        except BaseException:
            await link.close()
            raise
        return link

    @property
    def hello(self) -> Hello:
        """The newest hello of the board."""
        hello = self._session.hello
        assert hello is not None  # `open` waited for it
        return hello

    @property
    def state(self) -> LinkState:
        """What a call would find now."""
        return self._session.state

    @property
    def stats(self) -> LinkStatistics:
        """What this end counted since `open`."""
        return self._session.statistics

    @property
    def clock(self) -> ClockEstimate:
        """The board's clock as this end knows it; begins anew when the board boots."""
        return self._session.clock

    async def call(
        self,
        task: int,
        args: bytes,
        *,
        timeout: float,
        idempotent: bool = False,
        longest_ms: int = 10,
        on_sent: OnSent | None = None,
    ) -> bytes:
        """Have `task` executed with encoded `args`; return the encoded results.

        It will not start later than `timeout` seconds from now. `on_sent` gets (boot id, session,
        request) when it is first written, and again when it is written anew in another session.
        Raises Refused and its kinds (Late: it surely had no effect, or is idempotent),
        OutcomeUnknown, VersionMismatch, LinkLost when this end is closed.
        """
        now = self._loop.time()
        future: asyncio.Future[bytes] = self._loop.create_future()
        call = Call(task, args, partial(_settle, future), now + timeout, idempotent, longest_ms * 1e-3, on_sent)
        if self._closed:
            raise self._is_closed()
        self._session.submit(call, now)
        self._follow_up()
        try:
            return await future
        except asyncio.CancelledError:
            self._session.withdraw(call)
            raise

    async def renew(self, tick: int, capture_ms: int, inferences: int, *, timeout: float = _RENEWAL_S) -> Leased:
        """Prove progress to the board and so renew the lease; each number is a u32 that only rises.

        Raises LinkLost when no answer came within `timeout` seconds, VersionMismatch.
        """
        if self._closed:
            raise self._is_closed()
        now = self._loop.time()
        future: asyncio.Future[Leased] = self._loop.create_future()
        self._session.renew(Renewal(tick, capture_ms, inferences, partial(_settle, future), now + timeout), now)
        self._follow_up()
        return await future

    def subscribe(self) -> Subscription:
        """Return a queue of the events from now on."""
        subscription = Subscription(self._subscriptions.remove)
        self._subscriptions.append(subscription)
        return subscription

    def tap(self, callback: TapCallback) -> Callable[[], None]:
        """Call `callback` with every frame of both directions; return what ends that."""
        if not self._tap:
            self._tap = Tap(mid_frame=self._session.mid_frame)
        return self._tap.add(callback)

    async def close(self) -> None:
        """Say goodbye, give the port back, and tell everybody who waits. May be called twice."""
        if self._closed:
            return
        self._closed = True
        if self._reopening is not None:
            self._reopening.cancel()
        self._session.close(self._loop.time(), self._is_closed())
        self._follow_up()
        if self.state is LinkState.UP:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._goodbye.wait(), _GOODBYE_S)
        if self._timer is not None:
            self._timer.cancel()
        if self._transport is not None:
            self._transport.close()
        self._ready.cancel()
        for subscription in tuple(self._subscriptions):
            subscription.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def _connect(self) -> None:
        transport = await self._open_port()
        if self.faults is not None:
            transport = FaultyTransport(transport, self.faults)
        self._transport = transport
        transport.start(self._on_data, self._on_lost)
        self._session.connected(self._loop.time(), seconds_per_byte=transport.seconds_per_byte)
        self._follow_up()

    def _on_data(self, data: bytes) -> None:
        if self._tap:
            self._tap.received(data)
        self._session.receive(data, self._loop.time())
        self._follow_up()

    def _on_lost(self, reason: str) -> None:
        if self._transport is not None:
            self._transport.close()
            self._transport = None
        self._session.disconnected(self._loop.time(), reason)
        self._follow_up()
        if not self._closed:
            self._reopening = self._loop.create_task(self._reopen())

    async def _reopen(self) -> None:
        wait, longest = _REOPEN_S
        while True:
            await asyncio.sleep(wait)
            try:
                await self._connect()
            except LineError:
                wait = min(longest, wait * 2)  # still gone, or somebody else was faster
            else:
                return

    def _on_timer(self) -> None:
        self._timer, self._timer_at = None, inf
        blocked = self._transport is not None and self._transport.backlog > 0
        self._session.tick(self._loop.time(), blocked=blocked)
        self._follow_up()

    def _follow_up(self) -> None:
        """After any input of the session: write, tell listeners, set the one timer if it must come earlier."""
        session = self._session
        out = session.out
        data = out.take()
        if data and self._transport is not None:
            if out.cut:
                out.cut = False
                self._transport.cut()
            self._transport.write(data)
            if self._tap:
                self._tap.sent(data)
        if session.events:
            self._publish()
        if self._closed and session.closed:
            self._goodbye.set()
        wake_at = session.wake_at
        if wake_at < self._timer_at and not self._closed:
            if self._timer is not None:
                self._timer.cancel()
            self._timer_at = wake_at
            self._timer = self._loop.call_at(wake_at, self._on_timer)

    def _publish(self) -> None:
        events, self._session.events = self._session.events, []
        for event in events:
            if isinstance(event, StateChange) and event.state in (LinkState.UP, LinkState.MISMATCH):
                _settle_ready(self._ready)
            for subscription in tuple(self._subscriptions):
                subscription.publish(event)

    def _is_closed(self) -> LinkLost:
        return LinkLost("this end of the line was closed", place=self.port)

    def _silence(self, timeout: float) -> LineError:
        """Return the error for a port that opened and told no hello, with the evidence that there is."""
        seen = self.stats.received
        what = f"no hello within {timeout:g} s"
        if seen.rx_bytes == 0:
            cure = "nothing came at all: is this the port of the line, is the board powered and its firmware running?"
            return BoardNotFound(what, place=self.port, cure=cure)
        place = f"{self.port}: {seen.rx_bytes} bytes came, {seen.rx_frames} good frames, {seen.bad_frames} bad"
        if seen.rx_frames == 0:
            return BoardNotFound(what, place=place, cure="wrong baud rate, or another program's port (a REPL?)")
        return LinkLost(what, place=place, cure="the line is noisy, or the board restarts: look at its console")


def _settle_ready(ready: asyncio.Future[None]) -> None:
    if not ready.done():
        ready.set_result(None)
