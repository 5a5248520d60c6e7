# SPDX-License-Identifier: Apache-2.0
"""A process on the micro-controller: observed, awaited, aborted, and found again after the line was lost."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Mapping
from enum import IntEnum
from struct import Struct
from typing import Protocol

from phosphene.errors import Late, LineError, LinkLost, OutcomeUnknown, Refused
from phosphene.exact.results import Results
from phosphene.line import schema
from phosphene.line.dictionary import Task
from phosphene.line.wire import Event, EventKind, Hello, RefusalCode

POLL_S = 1.0
"""An awaited process is asked about at least this often: the event of its end can be lost."""
_RETRY_S = 0.1
_STEPS_KEPT = 256
_PID = Struct("<H")
_FINISHED = Struct("<HB")
_TEXT = (schema.Field("text", "text"),)


class ProcessState(IntEnum):
    """How a process is (PROTOCOL.md, section 8)."""

    RUNNING = 0
    DONE = 1
    ABORTED = 2
    FAILED = 3
    SAFE = 4


_ENDED = {
    ProcessState.ABORTED: "it was aborted",
    ProcessState.FAILED: "it failed",
    ProcessState.SAFE: "its outputs were made safe",
}


class ProcessEnded(LineError):
    """The process ended without results; `state` says how, `text` is the firmware's reason."""

    def __init__(self, state: ProcessState, text: str, *, place: str) -> None:
        super().__init__(f"{_ENDED[state]}: {text}", place=place, cure="start it again when the reason is gone")
        self.state = state
        self.text = text


class Asker(Protocol):
    """What a process needs of its Coprocessor."""

    @property
    def hello(self) -> Hello:
        """The board's newest hello."""
        ...

    @property
    def closed(self) -> bool:
        """Whether nothing will be heard any more."""
        ...

    async def call(
        self,
        task: str,
        arguments: Mapping[str, object] | None = None,
        /,
        *,
        timeout: float | None = None,
        **keywords: object,
    ) -> Results:
        """Call a task."""
        ...


class Process:
    """One started process. ``async for step in process`` gives its progress, ``await process.result()`` its end.

    Steps come in order and the newest is always told; some are passed over when events were lost or read too late.
    Several readers may iterate at once. Letting go of a Process does not end it: `abort` does.
    """

    def __init__(self, mcu: Asker, task: Task, pid: int, *, boot_id: int, session: int, request: int) -> None:
        self.task = task
        self.pid = pid
        self.boot_id = boot_id
        self.session = session
        self.request = request
        self.state = ProcessState.RUNNING
        self._mcu = mcu
        self._steps: deque[Results] = deque(maxlen=_STEPS_KEPT)
        self._count = 0  # of all steps so far, kept or not
        self._last = b""  # the last step as the board sent it
        self._told_us = -1  # the firmware's clock at the newest step: what is older comes too late
        self._end: Results | LineError | None = None
        self._doubtful = False
        self._polling = False
        self._change = asyncio.Event()

    @property
    def place(self) -> str:
        """Say in an error which process it was."""
        return f"{self.task.name}, process {self.pid} of boot {self.boot_id:#x}"

    @property
    def progress(self) -> Results | None:
        """The newest step that is known."""
        return self._steps[-1] if self._steps else None

    async def result(self) -> Results:
        """Wait for the end and return the results. Give it a limit with ``asyncio.timeout``.

        Raises ProcessEnded when it was aborted, failed or was made safe; OutcomeUnknown when the board was reset
        in the middle or has forgotten the process; LinkLost when the channel was closed.
        """
        while self._end is None:
            await self._next_change()
        if isinstance(self._end, LineError):
            raise self._end
        return self._end

    async def abort(self) -> None:
        """End it before its time; no error when it has ended. Raises what a call raises."""
        if self._end is not None:
            return
        try:
            await self._mcu.call("board.abort", pid=self.pid)
        except Refused as refusal:
            # Forgotten: it ended, and so many after it that the board remembers those instead.
            if refusal.code != RefusalCode.REFUSED:
                raise
        self.doubt()

    async def refresh(self) -> ProcessState:
        """Ask the board how the process is. Raises what a call raises."""
        if self._end is None:
            await self._poll()
        return self.state

    async def __aiter__(self) -> AsyncIterator[Results]:
        told = self._count - len(self._steps)
        while True:
            while told < self._count:
                told = max(told, self._count - len(self._steps))
                step = self._steps[told - self._count]
                told += 1
                yield step
            if self._end is not None:
                return
            await self._next_change()

    def __repr__(self) -> str:
        return f"<Process {self.place}: {self.state.name.lower()}>"

    def take(self, event: Event) -> None:
        """Take an event of this process in; for whoever routes events."""
        if self._end is not None:
            return
        if event.what == EventKind.PROGRESS:
            if event.time_us > self._told_us:
                self._told_us = event.time_us
                self._step(event.payload[_PID.size :])
            elif event.payload[_PID.size :] != self._last:
                # Passed over for the answer of a poll, in whose span it lies: it may be newer than that answer.
                self.doubt()
            return
        if self._doubtful or self._polling:
            # The newest step may be among what was missed: the board tells it together with the end.
            self.doubt()
            return
        try:
            state = _state(event.payload[_PID.size], self.place)
            self._finish(state, event.payload[_FINISHED.size :])
        except LineError:
            # Longer results than an event holds are cut off in it: the board has them whole.
            self.doubt()

    def doubt(self) -> None:
        """Something may have been missed: ask the board, if anybody waits."""
        self._doubtful = True
        self._changed()

    def lose(self, why: str) -> None:
        """The process is gone with its board's memory."""
        self._conclude(
            OutcomeUnknown(
                f"{why}; how far the process got is unknown",
                boot_id=self.boot_id,
                session=self.session,
                request=self.request,
                task=self.task.number,
                executed=True,
                pid=self.pid,
                place=self.place,
                cure="look at the device before starting it again",
            )
        )

    async def _next_change(self) -> None:
        """Wait until something is new, asking the board when in doubt and every POLL_S. Raises LinkLost."""
        change = self._change
        if not self._doubtful:
            try:
                async with asyncio.timeout(POLL_S):
                    await change.wait()
            except TimeoutError:
                pass
            else:
                return
        self._doubtful = False
        self._polling = True
        try:
            await self._poll()
        except (LinkLost, Late, OutcomeUnknown):
            # The line is down. It comes back, and then what happened meanwhile can be asked.
            if self._mcu.closed:
                raise
            self._doubtful = True
            await asyncio.sleep(_RETRY_S)
        finally:
            self._polling = False

    async def _poll(self) -> None:
        try:
            # The clock is read before and after: what events told by then is older than the answer, and what they
            # tell of before the end of it is either in the answer or is asked for again by the next poll.
            before, answer, after = await asyncio.gather(
                self._mcu.call("board.clock"),
                self._mcu.call("board.process", pid=self.pid),
                self._mcu.call("board.clock"),
            )
        except Refused as error:
            if error.code != RefusalCode.REFUSED:
                raise
            if self._end is None and not self._was_reset():
                self.lose(f"the board no longer knows it ({error.message})")
            return
        if self._end is not None or self._was_reset():
            return
        state = _state(answer.state, self.place)
        # An answer that was lost and repeated may tell of a moment that events have overtaken.
        fresh = before.time_us > self._told_us or state != ProcessState.RUNNING
        if fresh and answer.progress and answer.progress != self._last:
            self._told_us = after.time_us
            self._step(answer.progress)
        if state == ProcessState.DONE:
            self._finish(state, answer.results)
        elif state != ProcessState.RUNNING:
            self._conclude(ProcessEnded(state, answer.text, place=self.place), state)

    def _was_reset(self) -> bool:
        """Whether the board booted since; the process is then concluded as lost."""
        hello = self._mcu.hello
        if hello.boot_id != self.boot_id:
            self.lose(f"the board was reset ({hello.cause})")
        return hello.boot_id != self.boot_id

    def _step(self, raw: bytes) -> None:
        values = schema.decode(self.task.progress, raw, self.place)
        self._last = raw
        self._steps.append(Results(self.task, self.task.progress, values))
        self._count += 1
        self._changed()

    def _finish(self, state: ProcessState, raw: bytes) -> None:
        """Take the end as an event tells it. Raises LineError when it does not decode."""
        if state == ProcessState.DONE:
            values = schema.decode(self.task.results, raw, self.place)
            self._conclude(Results(self.task, self.task.results, values), state)
        elif state != ProcessState.RUNNING:
            text = schema.decode(_TEXT, raw, self.place)["text"]
            self._conclude(ProcessEnded(state, str(text), place=self.place), state)

    def _conclude(self, end: Results | LineError, state: ProcessState | None = None) -> None:
        self._end = end
        self.state = state or self.state
        self._changed()

    def _changed(self) -> None:
        change, self._change = self._change, asyncio.Event()
        change.set()


def _state(number: int, place: str) -> ProcessState:
    try:
        return ProcessState(number)
    except ValueError:
        raise LineError(f"process state {number} is not known", place=place, cure="update this software") from None
