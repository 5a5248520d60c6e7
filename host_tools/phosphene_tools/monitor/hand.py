# SPDX-License-Identifier: Apache-2.0
"""A call typed by hand, `gpio.pulses output=led count=3 period_ms=100`: read, made, and watched to its end."""

from __future__ import annotations

import asyncio
import contextlib
import shlex
from collections.abc import Callable, Sequence

from phosphene.errors import BadArgument, LineError
from phosphene.exact import Coprocessor, Process, Results
from phosphene.line import schema
from phosphene.line.dictionary import Dictionary, Task
from phosphene.line.kind import Value

OnProgress = Callable[[Process, Results | None], None]
"""Gets a process when it was started, and again with each step."""

_SEEN_THROUGH_S = 2.0


def words(line: str) -> list[str]:
    """Cut a typed line into words; quotes keep spaces together. Raises BadArgument."""
    try:
        return shlex.split(line)
    except ValueError as error:
        raise BadArgument(f"the line does not end: {error}", place=line.strip(), cure="close the quote") from None


def read(typed: Sequence[str], dictionary: Dictionary) -> tuple[Task, dict[str, Value]]:
    """Return the task and the arguments that `typed` names, a task's name and `name=value` words.

    Raises UnknownTask, BadArgument or OutOfRange; nothing was sent then.
    """
    task = dictionary.task(typed[0])
    fields = {field.name: field for field in task.args}
    values: dict[str, Value] = {}
    for word in typed[1:]:
        name, equals, text = word.partition("=")
        if not equals:
            raise BadArgument(f"{word!r} is no argument", place=task.name, cure=f"write name=value: {usage(task)}")
        if name in values:
            raise BadArgument(f"argument {name} is given twice", place=task.name, cure="give it once")
        # A name that there is not goes on as it is: `encode` knows how to say which are near.
        values[name] = fields[name].read(text, task.name) if name in fields else text
    schema.encode(task.args, values, task.name)
    return task, values


def usage(task: Task) -> str:
    """Return how a call of `task` is typed."""
    return " ".join([task.name, *(f"{field.name}=<{field.kind}>" for field in task.args)])


async def perform(
    mcu: Coprocessor, task: Task, values: dict[str, Value], on_progress: OnProgress, *, timeout: float | None = None
) -> Results:
    """Call `task`, or start it and watch it to its end; return the results.

    When it is cancelled, a process that it started is aborted first, and then seen through to its end. Raises what
    a call raises, and ProcessEnded.
    """
    if not task.is_process:
        return await mcu.call(task.name, values, timeout=timeout)
    starting = asyncio.ensure_future(mcu.start(task.name, values, timeout=timeout))
    try:
        # Shielded: a start that is on its way may succeed, and then there is something to abort.
        process = await asyncio.shield(starting)
    except asyncio.CancelledError:
        with contextlib.suppress(LineError):
            await _abort(await starting)
        raise
    on_progress(process, None)
    try:
        async for step in process:
            on_progress(process, step)
        return await process.result()
    except asyncio.CancelledError:
        await _abort(process)
        raise


async def _abort(process: Process) -> None:
    try:
        async with asyncio.timeout(_SEEN_THROUGH_S):
            await process.abort()
            await process.result()
    except (LineError, TimeoutError):
        # How it ended is told by whoever asks `process.state`; that it was to be aborted, the caller knows.
        return
