# SPDX-License-Identifier: Apache-2.0
"""The call made by hand, one at a time, and the lines that tell how it goes."""

from __future__ import annotations

import asyncio
import time

from phosphene.errors import PhospheneError, Refused
from phosphene.exact import Coprocessor, Process, Results
from phosphene_tools.monitor import hand
from phosphene_tools.monitor.palette import Fragment
from phosphene_tools.monitor.rows import duration
from phosphene_tools.monitor.values import printable, short, with_unit


class Answer:
    """`lines` is what to show now: the call, and its results, progress or error."""

    def __init__(self) -> None:
        self.lines: list[list[Fragment]] = []
        self._task: asyncio.Task[None] | None = None

    @property
    def running(self) -> bool:
        """Whether a call is under way."""
        return self._task is not None and not self._task.done()

    def ask(self, mcu: Coprocessor | None, line: str) -> None:
        """Make the call that `line` says, unless one is under way."""
        if self.running:
            self.lines = [*self.lines[:2], [("trouble", "one call at a time; Ctrl-C aborts this one")]]
        elif mcu is None:
            self.lines = [[("error", "no broker: the call can't be made now")]]
        else:
            self._task = asyncio.create_task(self._ask(mcu, line), name="call by hand")

    def abort(self) -> bool:
        """Abort the call under way; return whether there was one."""
        if not self.running or self._task is None:
            return False
        self._task.cancel()
        return True

    async def close(self) -> None:
        """Abort the call under way and wait until that is done."""
        if self.abort() and self._task is not None:
            await asyncio.wait([self._task])

    async def _ask(self, mcu: Coprocessor, line: str) -> None:
        name, space, arguments = printable(line).partition(" ")
        self.lines = [[("task", name), ("dim", space + arguments)]]
        began = time.monotonic()
        started: list[Process] = []

        def progress(process: Process, step: Results | None) -> None:
            started[:] = [process]
            self._say([("note", f"process {process.pid} runs "), *(results(step) if step else [])], ended=False)

        try:
            task, values = hand.read(hand.words(line), await mcu.dictionary())
            found = await hand.perform(mcu, task, values, progress)
        except asyncio.CancelledError:
            self._say([("trouble", _aborted(started))])
        except Refused as error:
            self._say([("error", printable(f"{type(error).__name__}: {error}"))])
        except PhospheneError as error:
            self._say([("error", printable(str(error)))])
        else:
            took = [("dim", duration(time.monotonic() - began))]
            self._say([*(results(found) if found else [("good", "done  ")]), *took])

    def _say(self, line: list[Fragment], *, ended: bool = True) -> None:
        # While it goes on, what was said below its progress stays.
        self.lines = [*self.lines[:1], line, *([] if ended else self.lines[2:])]


def _aborted(started: list[Process]) -> str:
    if not started:
        return "not waited for any more; what was sent may have had its effect"
    return f"process {started[0].pid}: {started[0].state.name.lower()}"


def results(found: Results) -> list[Fragment]:
    """Return the values as fragments: `name = value unit`."""
    parts: list[Fragment] = []
    for name, value in found.items():
        parts += [("key", f"{name} = "), ("", f"{with_unit(short(value), found.unit(name))}  ")]
    return parts
