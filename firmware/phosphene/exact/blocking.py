# SPDX-License-Identifier: Apache-2.0
"""The same verbs without `await`: a Coprocessor on an event loop of its own, in a thread of its own."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Coroutine, Iterable, Iterator
from typing import Any, Literal, Self, TypeVar, overload

from phosphene.errors import LineError, LinkLost, OutcomeUnknown
from phosphene.exact.coprocessor import TIMEOUT_S, Arguments, Coprocessor, Verdict
from phosphene.exact.events import EventStream, StreamItem
from phosphene.exact.process import Process, ProcessState
from phosphene.exact.results import Results
from phosphene.line.dictionary import Dictionary, Task
from phosphene.line.events import LinkState
from phosphene.line.wire import Hello

T = TypeVar("T")


class _Thread:
    """An event loop that runs until it is stopped."""

    def __init__(self) -> None:
        self.loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self.loop.run_forever, name="phosphene.exact", daemon=True)
        self._thread.start()

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Run `work` there and wait for it here. Ctrl-C here cancels it there. Raises LinkLost after `stop`."""
        if self.loop.is_closed():
            work.close()
            raise LinkLost("this Coprocessor is closed", cure="open a new one")
        future = asyncio.run_coroutine_threadsafe(work, self.loop)
        try:
            return future.result()
        except BaseException:
            future.cancel()
            raise

    def stop(self) -> None:
        """End the loop; nothing may run on it any more."""
        self.loop.call_soon_threadsafe(self.loop.stop)
        self._thread.join()
        self.loop.close()


class BlockingProcess:
    """A `Process` for code without an event loop."""

    def __init__(self, process: Process, thread: _Thread) -> None:
        self._process = process
        self._thread = thread

    @property
    def pid(self) -> int:
        """The number by which the board knows it."""
        return self._process.pid

    @property
    def task(self) -> Task:
        """The task that it runs."""
        return self._process.task

    @property
    def state(self) -> ProcessState:
        """The newest state that is known."""
        return self._process.state

    @property
    def progress(self) -> Results | None:
        """The newest step that is known."""
        return self._process.progress

    def result(self, timeout: float | None = None) -> Results:
        """Wait for the results; errors as `Process.result`, and TimeoutError after `timeout` seconds."""

        async def limited() -> Results:
            async with asyncio.timeout(timeout):
                return await self._process.result()

        return self._thread.run(limited())

    def abort(self) -> None:
        """End it before its time."""
        self._thread.run(self._process.abort())

    def refresh(self) -> ProcessState:
        """Ask the board how the process is."""
        return self._thread.run(self._process.refresh())

    def __iter__(self) -> Iterator[Results]:
        steps = aiter(self._process)
        while (step := self._thread.run(_next(steps))) is not None:
            yield step

    def __repr__(self) -> str:
        return repr(self._process)


class BlockingEvents:
    """An `EventStream` for code without an event loop: iterate, and close."""

    def __init__(self, stream: EventStream, thread: _Thread) -> None:
        self._stream = stream
        self._thread = thread

    def get(self, timeout: float | None = None) -> StreamItem | None:
        """Return the next item, or None when the stream has ended. Raises TimeoutError after `timeout` seconds."""

        async def limited() -> StreamItem | None:
            async with asyncio.timeout(timeout):
                return await _next(self._stream)

        return self._thread.run(limited())

    def close(self) -> None:
        """End the stream."""
        self._thread.loop.call_soon_threadsafe(self._stream.close)

    def __iter__(self) -> Iterator[StreamItem]:
        while (item := self.get()) is not None:
            yield item

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class BlockingCoprocessor:
    """One board through the broker of its port; arguments and errors as `Coprocessor`. May be used from any thread."""

    def __init__(self, port: str, *, role: str = "operate", timeout: float = TIMEOUT_S, start: bool = True) -> None:
        self._thread = _Thread()
        try:
            self._mcu = self._thread.run(Coprocessor.open(port, role=role, timeout=timeout, start=start))
        except BaseException:
            self._thread.stop()
            raise

    @property
    def hello(self) -> Hello:
        """The board's newest hello."""
        return self._mcu.hello

    @property
    def state(self) -> LinkState:
        """What a call would find."""
        return self._mcu.state

    def dictionary(self) -> Dictionary:
        """Return the board's present dictionary."""
        return self._thread.run(self._mcu.dictionary())

    def call(
        self, task: str, arguments: Arguments | None = None, /, *, timeout: float | None = None, **keywords: object
    ) -> Results:
        """Call `task` and return its results."""
        return self._thread.run(self._mcu.call(task, arguments, timeout=timeout, **keywords))

    @overload
    def batch(
        self,
        calls: Iterable[tuple[str, Arguments]],
        *,
        timeout: float | None = None,
        return_errors: Literal[False] = False,
    ) -> list[Results]: ...
    @overload
    def batch(
        self, calls: Iterable[tuple[str, Arguments]], *, timeout: float | None = None, return_errors: Literal[True]
    ) -> list[Results | LineError]: ...
    def batch(
        self, calls: Iterable[tuple[str, Arguments]], *, timeout: float | None = None, return_errors: bool = False
    ) -> list[Results] | list[Results | LineError]:
        """Make many calls without waiting in between."""
        if return_errors:
            return self._thread.run(self._mcu.batch(calls, timeout=timeout, return_errors=True))
        return self._thread.run(self._mcu.batch(calls, timeout=timeout))

    def start(
        self, task: str, arguments: Arguments | None = None, /, *, timeout: float | None = None, **keywords: object
    ) -> BlockingProcess:
        """Start the process `task`."""
        process = self._thread.run(self._mcu.start(task, arguments, timeout=timeout, **keywords))
        return BlockingProcess(process, self._thread)

    def processes(self) -> list[BlockingProcess]:
        """Return the processes that the board knows."""
        return [BlockingProcess(process, self._thread) for process in self._thread.run(self._mcu.processes())]

    def outcome(self, error: OutcomeUnknown) -> tuple[Verdict, BlockingProcess | None]:
        """Ask the board what became of a call; the process that it started comes with it, if it is still known."""
        found = self._thread.run(self._mcu.outcome(error))
        return found.verdict, found.process and BlockingProcess(found.process, self._thread)

    def events(self, *tasks: str) -> BlockingEvents:
        """Return a stream of events from this moment on."""

        async def stream() -> EventStream:
            return self._mcu.events(*tasks)

        return BlockingEvents(self._thread.run(stream()), self._thread)

    def close(self) -> None:
        """End streams and leave the broker. Processes on the board go on. May be called twice."""
        if self._thread.loop.is_closed():
            return
        self._thread.run(self._mcu.close())
        self._thread.stop()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


async def _next(items: Any) -> Any:
    """Return the next item of an async iterator, None at its end."""
    return await anext(items, None)
