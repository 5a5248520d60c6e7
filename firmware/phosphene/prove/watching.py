# SPDX-License-Identifier: Apache-2.0
"""A process from its start to its end, as news: its newest step with its age, and how it ended."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import aclosing
from dataclasses import replace

from phosphene.errors import LineError
from phosphene.exact import Coprocessor, Process, ProcessEnded, ProcessState, Results
from phosphene.painter.scene import Fact
from phosphene.prove.accounts import account
from phosphene.prove.calls import Call
from phosphene.prove.facts import facts_of, level_of
from phosphene.prove.news import News, What
from phosphene.prove.telling import Telling


async def watch(
    mcu: Coprocessor, process: Process, call: Call | None, asked: int, tell: Callable[[News], None]
) -> None:
    """Tell each step until the end, and the end. `call` started it; None for one that ran before this host did.
    One that ended early is told by its module's book, where it keeps one: its last step is older than its end.

    Raises SceneError for results that no layout can hold.
    """
    task = process.task
    title = call.title if call is not None else task.says[0] if task.says else task.name
    beside = tuple(call.beside) if call is not None else ()
    given = call.texts if call is not None else {}
    async with aclosing(Telling(process).steps()) as steps:
        async for step, age_s in steps:
            facts = (*beside, *_progress(process, given, step, age_s))
            tell(News(What.STEP, asked, title, facts, pid=process.pid, task=task.name))
    try:
        results = await process.result()
    except ProcessEnded as end:
        booked = await account(mcu, task, call.values if call is not None else None)
        facts = (*beside, *(booked or _progress(process, given, process.progress)))
        stopped = end.state is ProcessState.ABORTED
        said = f"Stopped: {title}" if stopped else end.message
        tell(News(What.ENDED, asked, said, facts, end.text, process.pid, task.name, ok=False, owed=True))
    except LineError as lost:
        # How far it got is unknown: no number may stand there.
        tell(News(What.ENDED, asked, lost.message, (), str(lost), process.pid, task.name, ok=False, owed=True))
    else:
        facts = (*beside, *facts_of(results, given))
        tell(News(What.ENDED, asked, title, facts, pid=process.pid, task=task.name))


def _progress(process: Process, given: dict[str, str], step: Results | None, age_s: float | None = None) -> list[Fact]:
    """Return a step as facts; with `age_s` as the newest of a process that goes on, which is struck when it is old."""
    if step is None:
        return []
    levels = {f"{process.task.name}.{name}": level_of(step, given, name) for name in step}
    facts = facts_of(step, given, age_s=age_s or 0.0, live=age_s is not None)
    return [replace(fact, level=levels.get(fact.key)) for fact in facts]
