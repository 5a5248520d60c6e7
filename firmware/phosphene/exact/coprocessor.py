# SPDX-License-Identifier: Apache-2.0
"""The micro-controller as its tasks: called, started and listened to by the names of its dictionary."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncGenerator, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from struct import Struct
from typing import Literal, Self, overload

from phosphene.errors import BadArgument, LineError, LinkLost, OutcomeUnknown, VersionMismatch
from phosphene.exact.events import EventStream
from phosphene.exact.process import Process
from phosphene.exact.results import Results
from phosphene.exact.router import EventRouter
from phosphene.line import dictionary_cache, schema
from phosphene.line.channel import Channel
from phosphene.line.dictionary import Dictionary, Task
from phosphene.line.events import LinkState
from phosphene.line.wire import Hello

TIMEOUT_S = 2.0
"""How long a call may take, beside the task's own longest run time, when its caller does not say."""
_NEWS_S = 1.0
_PROCESS_ROW = Struct("<HHIIB")
_PID = Struct("<H")

Verdict = Literal["never", "executed", "unknown"]
Arguments = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a call whose answer was lost; `process` is what it started, if that is still known."""

    verdict: Verdict
    process: Process | None = None


class Coprocessor:
    """One board over one channel. Every argument is checked against the dictionary before anything is sent.

    ``async with Coprocessor.attach(port) as mcu`` shares the port through its broker; ``Coprocessor(channel)`` uses
    a channel of the caller's, which stays open.
    """

    def __init__(self, channel: Channel, *, timeout: float = TIMEOUT_S, cache: Path | None = None) -> None:
        self.channel = channel
        self.timeout = timeout
        self._cache = cache
        self._owns_channel = False
        self._dictionary: Dictionary | None = None
        self._loading = asyncio.Lock()
        self._router = EventRouter(channel, lambda: self._dictionary)
        self._routing = asyncio.create_task(self._router.run())

    @classmethod
    async def open(
        cls, port: str, *, role: str = "operate", timeout: float = TIMEOUT_S, start: bool = True
    ) -> Coprocessor:
        """Attach to the broker of `port`, starting one if none runs and `start` allows it.

        `port` is a device path, ``id:…``, ``socket://…`` or ``rfc2217://…``; `role` is observe, operate, arm or
        maintain. Raises BoardNotFound, PortBusy, VersionMismatch, or another LineError that says why not.
        """
        from phosphene.line.broker.channel import BrokerChannel

        channel = await BrokerChannel.attach(port, role=role, start=start)
        try:
            mcu = cls(channel, timeout=timeout)
            mcu._owns_channel = True
            await mcu.dictionary()
        except BaseException:
            await channel.close()
            raise
        return mcu

    @classmethod
    @contextlib.asynccontextmanager
    async def attach(
        cls, port: str, *, role: str = "operate", timeout: float = TIMEOUT_S, start: bool = True
    ) -> AsyncGenerator[Coprocessor]:
        """`open` for an ``async with``."""
        mcu = await cls.open(port, role=role, timeout=timeout, start=start)
        try:
            yield mcu
        finally:
            await mcu.close()

    @property
    def hello(self) -> Hello:
        """The board's newest hello."""
        return self.channel.hello

    @property
    def state(self) -> LinkState:
        """What a call would find."""
        return self.channel.state

    @property
    def closed(self) -> bool:
        """Whether nothing will be heard any more."""
        return self._routing.done()

    async def dictionary(self) -> Dictionary:
        """Return the board's present dictionary, from the cache or from the board."""
        known = self._dictionary
        if known is not None and known.hash == self.channel.hello.dictionary_hash:
            return known
        async with self._loading:
            known = self._dictionary
            if known is None or known.hash != self.channel.hello.dictionary_hash:
                known = self._dictionary = await dictionary_cache.load(self.channel, self._cache)
            return known

    async def call(
        self, task: str, arguments: Arguments | None = None, /, *, timeout: float | None = None, **keywords: object
    ) -> Results:
        """Call `task` with the named arguments and return its results.

        `timeout` is in seconds, beside the task's longest run time. An argument that is itself called `timeout`
        goes into `arguments`. Nothing was sent when UnknownTask, BadArgument, OutOfRange or Forbidden is raised.
        Nothing happened when Busy or another Refused is raised (but TaskFault). Late: nothing happened, or the task
        is idempotent. OutcomeUnknown: it happened at most once; ask `outcome`.
        """
        dictionary = await self.dictionary()
        declared = dictionary.task(task)
        if declared.is_process:
            raise BadArgument(f"{task} is a process", place=task, cure="start it instead of calling it")
        args = schema.encode(declared.args, _merged(arguments, keywords), task)
        reply = await self._send(dictionary, declared, args, timeout)
        return Results(declared, declared.results, schema.decode(declared.results, reply, task))

    @overload
    async def batch(
        self,
        calls: Iterable[tuple[str, Arguments]],
        *,
        timeout: float | None = None,
        return_errors: Literal[False] = False,
    ) -> list[Results]: ...
    @overload
    async def batch(
        self, calls: Iterable[tuple[str, Arguments]], *, timeout: float | None = None, return_errors: Literal[True]
    ) -> list[Results | LineError]: ...
    async def batch(
        self, calls: Iterable[tuple[str, Arguments]], *, timeout: float | None = None, return_errors: bool = False
    ) -> list[Results] | list[Results | LineError]:
        """Make many calls without waiting in between; they run in order. `timeout` is for all of them together.

        All arguments are checked before the first call is sent. Every call is seen through; then the first error is
        raised, or, with `return_errors`, stands where its result would.
        """
        dictionary = await self.dictionary()
        ready: list[tuple[Task, bytes]] = []
        for name, arguments in calls:
            declared = dictionary.task(name)
            if declared.is_process:
                raise BadArgument(f"{name} is a process", place=f"call {len(ready)} of the batch", cure="start it")
            ready.append((declared, schema.encode(declared.args, arguments, f"{name}, call {len(ready)} of the batch")))
        replies = await asyncio.gather(
            *(self._send(dictionary, declared, args, timeout) for declared, args in ready), return_exceptions=True
        )
        found: list[Results | LineError] = []
        for (declared, _), reply in zip(ready, replies, strict=True):
            if isinstance(reply, bytes):
                values = schema.decode(declared.results, reply, declared.name)
                found.append(Results(declared, declared.results, values))
            elif isinstance(reply, LineError) and return_errors:
                found.append(reply)
            else:
                raise reply
        return found

    async def start(
        self, task: str, arguments: Arguments | None = None, /, *, timeout: float | None = None, **keywords: object
    ) -> Process:
        """Start the process `task`; see `call` for arguments and errors.

        When the answer was lost but the board says that the process runs, it is found and returned.
        """
        dictionary = await self.dictionary()
        declared = dictionary.task(task)
        if not declared.is_process:
            raise BadArgument(f"{task} is not a process", place=task, cure="call it instead of starting it")
        args = schema.encode(declared.args, _merged(arguments, keywords), task)
        name: list[tuple[int, int, int]] = []
        with self._router.starting():
            try:
                reply = await self._send(dictionary, declared, args, timeout, name)
            except OutcomeUnknown as error:
                if not error.pid:
                    raise
                return self._found(declared, error.pid, error.boot_id, error.session, error.request)
            if len(reply) != _PID.size:
                raise LineError(f"a start answered with {len(reply)} bytes", place=task, cure="update the firmware")
            (pid,), (boot_id, session, request) = _PID.unpack(reply), name[-1]
            return self._process(declared, pid, boot_id, session, request)

    async def processes(self) -> list[Process]:
        """Return the processes that the board knows, whoever started them: running, and the last finished ones."""
        dictionary = await self.dictionary()
        boot_id = self.hello.boot_id
        table = (await self.call("board.processes")).table
        found: list[Process] = []
        for pid, number, session, request, _ in _PROCESS_ROW.iter_unpack(table):
            if number < len(dictionary.tasks) and boot_id == self.hello.boot_id:
                found.append(self._found(dictionary.tasks[number], pid, boot_id, session, request))
        return found

    async def outcome(self, error: OutcomeUnknown) -> Outcome:
        """Ask the board what became of a call. Only the same boot can know; any other answers ``unknown``."""
        if self.hello.boot_id != error.boot_id:
            return Outcome("unknown")
        answer = await self.call("board.outcome", session=error.session, request=error.request)
        if self.hello.boot_id != error.boot_id:
            return Outcome("unknown")
        task = (await self.dictionary()).tasks[error.task]
        if not answer.pid:
            return Outcome(answer.outcome)
        process = self._found(task, answer.pid, error.boot_id, error.session, error.request)
        return Outcome(answer.outcome, process)

    def events(self, *tasks: str) -> EventStream:
        """Return a stream of the events of these tasks, from this moment on: make it before the call that causes them.

        Without names: every event, and the board's notices. Raises UnknownTask for a wrong name if the dictionary
        is loaded, which it is after `open` or any call.
        """
        if self._dictionary is not None:
            for task in tasks:
                self._dictionary.task(task)
        return self._router.stream(frozenset(tasks))

    async def close(self) -> None:
        """End streams; leave the broker, if `open` or `attach` attached to it. Processes go on."""
        self._routing.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self._routing
        self._router.close()
        if self._owns_channel:
            await self.channel.close()

    async def __aenter__(self) -> Self:
        await self.dictionary()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def _send(
        self,
        dictionary: Dictionary,
        task: Task,
        args: bytes,
        timeout: float | None,
        name: list[tuple[int, int, int]] | None = None,
    ) -> bytes:
        """Call by the number that `dictionary` gives `task`. `name` gets boot id, session and request."""
        if self.closed:
            raise LinkLost("this Coprocessor is closed", place=task.name, cure="open a new one")
        if dictionary.hash != self.hello.dictionary_hash:
            # The numbers of its tasks mean something else on the board now.
            raise VersionMismatch.renumbered(dictionary.hash, self.hello.dictionary_hash, place=task.name)
        seconds = self.timeout if timeout is None else timeout
        try:
            return await self.channel.call(
                task.number,
                args,
                timeout=seconds + task.longest_ms / 1000,
                idempotent=task.idempotent,
                longest_ms=task.longest_ms,
                on_sent=None if name is None else lambda *sent: name.append(sent),
            )
        except VersionMismatch:
            await self._news_of_change(dictionary)
            raise
        except LineError as error:
            # The line knows numbers; whoever reads this knows names.
            error.place = error.place.replace(f"task {task.number}", task.name, 1)
            raise

    async def _news_of_change(self, dictionary: Dictionary) -> None:
        """Wait a moment until this end knows of the new dictionary too: the caller's next call shall go by it."""
        try:
            async with asyncio.timeout(_NEWS_S):
                while dictionary.hash == self.hello.dictionary_hash and self.state is not LinkState.MISMATCH:
                    await asyncio.sleep(0.005)
        except TimeoutError:
            pass

    def _process(self, task: Task, pid: int, boot_id: int, session: int, request: int) -> Process:
        return self._router.enter(Process(self, task, pid, boot_id=boot_id, session=session, request=request))

    def _found(self, task: Task, pid: int, boot_id: int, session: int, request: int) -> Process:
        """Return a process that was started earlier: what it told until now is to be asked for."""
        process = self._process(task, pid, boot_id, session, request)
        process.doubt()
        return process


def _merged(arguments: Arguments | None, keywords: Arguments) -> Arguments:
    return keywords if arguments is None else {**arguments, **keywords}
