# SPDX-License-Identifier: Apache-2.0
"""The client's channel through a broker: what a Link offers, shared, and alive across the broker's death."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Self

from phosphene.errors import LineError, LinkLost
from phosphene.line.broker import failure, launch
from phosphene.line.broker.calls import CallTable, ClientCall
from phosphene.line.broker.connection import Connection
from phosphene.line.broker.documents import Attach, Attached, Role, State, Status, Tick
from phosphene.line.broker.journal import SentJournal
from phosphene.line.broker.launch import BrokerOptions
from phosphene.line.broker.listeners import Listeners
from phosphene.line.broker.measured import BrokerClock, BrokerStatistics
from phosphene.line.broker.messages import COUNT, LEASED, NOT_LEASED, RENEW, VERSION, Kind, pack, split
from phosphene.line.broker.questions import Questions
from phosphene.line.broker.recovery import recover
from phosphene.line.events import LinkState, StateChange
from phosphene.line.subscription import Subscription
from phosphene.line.tap import TapCallback
from phosphene.line.wire import Hello, Leased

ATTACH_S = 10.0
_REATTACH_S = (0.05, 2.0)  # first and longest wait between attempts
_ANSWER_S = 1.0
_STOP_S = 5.0


class BrokerChannel:
    """One client of one broker. Made by `attach`; not thread-safe.

    When the broker dies, the channel attaches to the next, which it starts if it may, and finds out what became of
    the calls under way. When the broker was stopped on purpose, the channel says so and ends.
    """

    def __init__(self, port: str, role: Role, name: str, options: BrokerOptions | None) -> None:
        self.port = port
        self.role = role
        self.name = name
        self.broker_pid = 0
        self.clock = BrokerClock()
        self.stats = BrokerStatistics()
        self._options = options
        self._loop = asyncio.get_running_loop()
        self._line: State | None = None
        self._down = False
        self._leaving: LineError | None = None
        self._over: LineError | None = None
        self._connection: Connection | None = None
        self._reattaching: asyncio.Task[None] | None = None
        self._calls = CallTable(self._write)
        self._listeners = Listeners(self._write)
        self._renewals = Questions[Leased]()
        self._statuses = Questions[Status]()
        self._handlers: dict[int, Callable[[bytes], None]] = {
            Kind.RESULT: self._calls.on_result,
            Kind.FAILED: self._calls.on_failed,
            Kind.EVENT: self._listeners.on_event,
            Kind.GAP: self._listeners.on_gap,
            Kind.TAPPED: self._listeners.on_tapped,
            Kind.TAPS_LOST: self._listeners.on_taps_lost,
            Kind.LEASED: self._on_leased,
            Kind.NOT_LEASED: self._on_not_leased,
            Kind.STATE: self._on_state,
            Kind.TICK: self._on_tick,
            Kind.STATUS_IS: self._on_status,
        }

    @classmethod
    async def attach(
        cls,
        port: str,
        *,
        role: Role | str = Role.OPERATE,
        name: str | None = None,
        start: bool = True,
        options: BrokerOptions | None = None,
        timeout: float = ATTACH_S,
    ) -> Self:
        """Attach to the broker of `port`; if none runs and `start` is true, start one with `options`.

        `name` is shown to others (default: the program's name). Raises ValueError for an unknown role, LinkLost
        when no broker runs and none may be started, and what a new broker fails with, such as BoardNotFound.
        """
        options = (options or BrokerOptions()) if start else None
        channel = cls(port, Role(role), name or Path(sys.argv[0] or "python").name, options)
        await channel._attach(timeout)
        channel._calls.held = False
        return channel

    @property
    def hello(self) -> Hello:
        """The board's newest hello."""
        assert self._line is not None  # `attach` got it
        return self._line.hello

    @property
    def state(self) -> LinkState:
        """What a call would find; DOWN, too, while there is no broker."""
        assert self._line is not None
        return LinkState.DOWN if self._down else LinkState[self._line.state]

    async def call(
        self,
        task: int,
        args: bytes,
        *,
        timeout: float,
        idempotent: bool = False,
        longest_ms: int = 10,
        on_sent: Callable[[int, int, int], None] | None = None,
    ) -> bytes:
        """Call a task; see `Link.call`. `on_sent` is called with the answer, not before it.

        Raises Forbidden besides, when this client's role may not call the task.
        """
        self._check_open()
        answer: asyncio.Future[bytes] = self._loop.create_future()
        expires = self._loop.time() + timeout
        call = ClientCall(
            task, args, expires, idempotent, longest_ms / 1000, self.hello.dictionary_hash, answer, on_sent
        )
        self._calls.submit(call)
        try:
            return await answer
        except asyncio.CancelledError:
            self._calls.cancel(call)
            raise

    async def renew(self, tick: int, capture_ms: int, inferences: int) -> Leased:
        """Renew the lease with proof of progress.

        Raises Busy when another client holds it, Forbidden for role observe, LinkLost without an answer.
        """
        self._check_attached()
        number, answer = self._renewals.ask()
        self._write(pack(Kind.RENEW, RENEW.pack(number, tick, capture_ms, inferences)))
        try:
            async with asyncio.timeout(_ANSWER_S):
                return await answer
        except TimeoutError:
            raise LinkLost(
                "no answer to a renewal of the lease",
                place=self.port,
                cure="the outputs go safe when the lease runs out; look at the line",
            ) from None
        finally:
            self._renewals.give_up(number)

    def subscribe(self) -> Subscription:
        """Return a queue of events and changes from now on."""
        subscription = self._listeners.subscribe()
        if self._over is not None:
            subscription.close()
        return subscription

    def tap(self, callback: TapCallback) -> Callable[[], None]:
        """Call `callback` with every frame of both directions; return what ends that. See `taps_lost`."""
        return self._listeners.tap(callback)

    @property
    def taps_lost(self) -> int:
        """How many frames this client was too slow to be shown."""
        return self._listeners.taps_lost

    async def status(self) -> Status:
        """Ask the broker about itself and its clients. Raises LinkLost."""
        self._check_attached()
        number, answer = self._statuses.ask()
        self._write(pack(Kind.STATUS, COUNT.pack(number)))
        try:
            async with asyncio.timeout(_ANSWER_S):
                return await answer
        except TimeoutError:
            raise LinkLost("the broker does not answer", place=self.port, cure="end its process") from None
        finally:
            self._statuses.give_up(number)

    async def stop_broker(self) -> None:
        """Stop the broker, for all its clients; needs the role maintain. The channel is over then."""
        self._check_attached()
        self._write(pack(Kind.STOP))
        try:
            async with asyncio.timeout(_STOP_S):
                while self._over is None:
                    await asyncio.sleep(0.01)
        except TimeoutError:
            raise LinkLost("the broker does not answer", place=self.port, cure="end its process") from None

    async def close(self) -> None:
        """Detach. Calls that were not sent never are; processes go on. May be called twice."""
        self._leaving = LinkLost("this channel was closed", place=self.port)
        if self._reattaching is not None:
            self._reattaching.cancel()
            await asyncio.gather(self._reattaching, return_exceptions=True)
        if self._connection is not None:
            await self._connection.close()
        self._end(self._leaving)

    async def _attach(self, timeout: float) -> None:
        """Connect and attach within `timeout` seconds; a broker that ends meanwhile is replaced by the next."""
        deadline = self._loop.time() + timeout
        asked = Attach(version=VERSION, role=self.role, name=self.name, pid=os.getpid())
        while True:
            connection = await launch.connect(self.port, Connection, self._options, deadline)
            left = max(0.1, deadline - self._loop.time())
            try:
                await connection.attach(
                    asked, partial(self._on_attached, connection), self._on_message, self._on_lost, left
                )
            except TimeoutError:
                raise LinkLost("the broker does not answer", place=self.port, cure="end its process") from None
            except OSError as error:
                # It ended while we came. The one that we find next is another one.
                if self._loop.time() > deadline:
                    raise LinkLost(f"the broker ends at once: {error}", place=self.port) from None
            else:
                return

    def _on_attached(self, connection: Connection, attached: Attached) -> None:
        """Take the broker's answer, before any further message. Raises OSError if it left meanwhile."""
        self._calls.attached(SentJournal.open(Path(attached.journal)))
        self._connection = connection
        self._line, self._down = attached.line, False
        self.broker_pid = attached.pid
        self._calls.trouble = ""
        self._listeners.attached()

    def _on_lost(self, reason: str, again: bool, final: bool) -> None:
        self._connection = None
        if self._leaving is not None:
            self._end(self._leaving, final=final)
            return
        if not again:
            error = LinkLost(reason, place=f"broker of {self.port}", cure="attach again when it is back")
            self._end(error, final=final)
            return
        self._down = True
        self._calls.held, self._calls.trouble = True, reason
        self._calls.lose()
        self._fail_questions(LinkLost(reason, place=self.port))
        self._listeners.publish(StateChange(LinkState.DOWN, self.hello, reason))
        if self._reattaching is not None:
            self._reattaching.cancel()
        self._reattaching = self._loop.create_task(self._reattach())

    async def _reattach(self) -> None:
        wait, longest = _REATTACH_S
        while True:
            try:
                await self._attach(ATTACH_S)
            except LineError as error:
                self._calls.trouble = error.message
                await asyncio.sleep(wait)
                wait = min(longest, wait * 2)
            else:
                break
        self._listeners.publish(StateChange(self.state, self.hello, "attached to a new broker"))
        await recover(self._calls, self.hello)

    def _end(self, error: LineError, *, final: bool = True) -> None:
        """Nothing comes any more."""
        if self._over is None:
            self._over, self._down = error, True
            self._calls.fail(error, final=final)
            self._fail_questions(error)
            self._listeners.close()

    def _fail_questions(self, error: LineError) -> None:
        self._renewals.fail(error)
        self._statuses.fail(error)

    def _on_message(self, kind: int, payload: bytes) -> None:
        """Take a message of the broker; pass over what a later one may say. Raises Malformed."""
        handler = self._handlers.get(kind)
        if handler is not None:
            handler(payload)

    def _on_leased(self, payload: bytes) -> None:
        (number, verdict, left_ms, time_us), _ = split(LEASED, payload)
        self._renewals.settle(number, Leased(verdict, left_ms, time_us))

    def _on_not_leased(self, payload: bytes) -> None:
        (number,), error = split(NOT_LEASED, payload)
        self._renewals.settle(number, failure.unpack(error))

    def _on_state(self, payload: bytes) -> None:
        self._line = State.load(payload)
        self._listeners.publish(StateChange(self.state, self._line.hello, self._line.reason))

    def _on_tick(self, payload: bytes) -> None:
        tick = Tick.load(payload)
        self.stats = BrokerStatistics(tick.statistics)
        if tick.clock is not None:
            self.clock = BrokerClock(*tick.clock)

    def _on_status(self, payload: bytes) -> None:
        (number,), status = split(COUNT, payload)
        self._statuses.settle(number, Status.load(status))

    def _write(self, message: bytes) -> None:
        if self._connection is not None:
            self._connection.write(message)

    def _check_open(self) -> None:
        over = self._over or self._leaving
        if over is not None:
            raise LinkLost(over.message, place=over.place, cure=over.cure)

    def _check_attached(self) -> None:
        """Raise LinkLost while there is no broker: what is asked here is of no use later."""
        self._check_open()
        if self._connection is None:
            raise LinkLost(self._calls.trouble, place=self.port, cure="another broker is being looked for")
