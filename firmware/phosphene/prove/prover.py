# SPDX-License-Identifier: Apache-2.0
"""Does on the board what a moment wishes, in the background, and tells what comes of it. Nothing waits for it."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Callable, Coroutine, Generator
from typing import Any, Final

from phosphene.errors import LineError, PhospheneError
from phosphene.exact import Coprocessor, Process, ProcessState
from phosphene.moment import Moment
from phosphene.painter.scene import Fact
from phosphene.policy import dialogue as talk
from phosphene.policy.dialogue import Kind, Pending
from phosphene.prove import timers
from phosphene.prove.asking import ANSWER_S, ASK_S, keep_asking
from phosphene.prove.calls import Call, settled
from phosphene.prove.facts import facts_of
from phosphene.prove.news import News, What
from phosphene.prove.tidings import Tidings
from phosphene.prove.watching import watch
from phosphene.together import together

_SAID_S: Final = 3.0


class Prover:
    """One board's. `tell` takes news in the loop. What was sent to the board is always seen through; what is only
    asked for because it stands on the screen ends when something else does. `fault` gets a fault of ours.
    """

    def __init__(self, mcu: Coprocessor, tell: Callable[[News], None]) -> None:
        self.fault: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._mcu = mcu
        self._tell = tell
        self._works: set[asyncio.Task[None]] = set()
        self._following: asyncio.Task[None] | None = None
        self._asked = 0
        self._processes: dict[int, Process] = {}
        self._settled: tuple[Pending, Call] | None = None
        self._ended_s = -_SAID_S

    async def run(self) -> None:
        """Find what the board is at, and hear what it tells, until cancelled. Raises what a fault of ours raised."""
        try:
            self._begin(self._find(), 0)
            await together(self._fault(), Tidings(self._mcu, self._tell, self._busy).run())
        finally:
            for work in self._works:
                work.cancel()
            await asyncio.gather(*self._works, return_exceptions=True)

    async def _fault(self) -> None:
        await self.fault

    def take(self, moment: Moment) -> None:
        """Begin what the moment asks for. Returns at once."""
        shown, asked = moment.dialogue.shown, moment.proof.asked
        if self._following is not None and asked != self._asked:
            self._following.cancel()
        match moment.wish:
            case talk.Call(pending):
                self._begin(self._perform(pending, asked), asked, owed=pending.task.privilege != "read")
            case talk.Stop(running):
                self._begin(self._stop(running.pid), asked, owed=True)
            case talk.Hush(name):
                self._begin(self._hush(name), asked, owed=True)
            case None if asked == moment.tick and shown.kind is Kind.CONFIRM and shown.pending is not None:
                self._begin(self._settle(shown.pending, asked), asked)
            case None:
                pass

    # ---- the works

    async def _settle(self, pending: Pending, asked: int) -> None:
        call = await settled(self._mcu, pending)
        self._settled = (pending, call)
        self._tell(News(What.SETTLED, asked, call.title, tuple(call.facts)))

    async def _perform(self, pending: Pending, asked: int) -> None:
        """Make the call with the very values that were confirmed, where they were."""
        known, self._settled = self._settled, None
        call = known[1] if known is not None and known[0] == pending else await settled(self._mcu, pending)
        task = call.task
        if task.is_process:
            process = await self._mcu.start(task.name, call.values)
            self._tell(News(What.STARTED, asked, call.title, pid=process.pid, task=task.name))
            await self._watch(process, call, asked)
        elif task.idempotent and task.privilege == "read":
            self._follow(self._live(call, asked), asked)
        else:
            results = await self._mcu.call(task.name, call.values)
            self._tell(_result(call, facts_of(results, call.texts), asked))
            if task.name == timers.START:
                ask = timers.left(self._mcu, call.texts["name"], call.texts["seconds"])
                self._follow(self._asking(call, ask, asked, timers.TICK_S), asked)

    async def _live(self, call: Call, asked: int) -> None:
        async def ask() -> list[Fact]:
            results = await self._mcu.call(call.task.name, call.values, timeout=ANSWER_S)
            return facts_of(results, call.texts, live=True)

        await self._asking(call, ask, asked)

    async def _asking(
        self, call: Call, ask: Callable[[], Awaitable[list[Fact]]], asked: int, every_s: float = ASK_S
    ) -> None:
        with self._refusals(asked):
            await keep_asking(ask, lambda facts: self._tell(_result(call, facts, asked)), every_s)

    async def _watch(self, process: Process, call: Call | None, asked: int) -> None:
        self._processes[process.pid] = process
        try:
            await watch(self._mcu, process, call, asked, self._tell)
        finally:
            self._processes.pop(process.pid, None)
            self._ended_s = time.monotonic()

    def _busy(self) -> bool:
        """Whether a process is told of, or was a moment ago."""
        return bool(self._processes) or time.monotonic() - self._ended_s < _SAID_S

    async def _stop(self, pid: int) -> None:
        process = self._processes.get(pid)
        if process is not None:
            await process.abort()

    async def _hush(self, name: str) -> None:
        await self._mcu.call(timers.ACKNOWLEDGE, name=name)
        self._tell(News(What.SILENT))

    async def _find(self) -> None:
        """Take up what runs on the board already: a host that begins anew goes on where the one before it ended."""
        with contextlib.suppress(LineError):  # the board is away; it is asked when somebody asks it
            for process in await self._mcu.processes():
                # What the board began itself, such as writing its timers to flash, is nobody's to watch.
                if process.session and await process.refresh() is ProcessState.RUNNING:
                    said = process.task.says[0] if process.task.says else process.task.name
                    self._tell(News(What.STARTED, 0, said, pid=process.pid, task=process.task.name))
                    self._begin(self._watch(process, None, 0), 0)

    # ---- how they run

    def _begin(self, work: Coroutine[Any, Any, None], asked: int, *, owed: bool = False) -> None:
        async def guarded() -> None:
            with self._refusals(asked, owed=owed):
                await work

        self._keep(asyncio.create_task(guarded()))

    def _follow(self, work: Coroutine[Any, Any, None], asked: int) -> None:
        """Go on asking, in place of what was asked before, until something else is shown."""
        if self._following is not None:
            self._following.cancel()
        self._following, self._asked = asyncio.create_task(work), asked
        self._keep(self._following)

    def _keep(self, task: asyncio.Task[None]) -> None:
        self._works.add(task)
        task.add_done_callback(self._done)

    def _done(self, task: asyncio.Task[None]) -> None:
        self._works.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None and not self.fault.done():
            self.fault.set_exception(error)

    @contextlib.contextmanager
    def _refusals(self, asked: int, *, owed: bool = False) -> Generator[None]:
        """What is refused is told as that."""
        try:
            yield
        except PhospheneError as error:
            self._tell(News(What.REFUSED, asked, error.message, hint=str(error), ok=False, owed=owed))


def _result(call: Call, facts: list[Fact] | None, asked: int) -> News:
    if facts is None:
        return News(What.RESULT, asked, call.title, hint="the board does not answer", ok=False)
    hint = "" if call.title == call.words else call.words
    return News(What.RESULT, asked, call.title, (*call.beside, *facts), hint)
