# SPDX-License-Identifier: Apache-2.0
"""What became of a process that ended early, from its module's own book where it keeps one.

A process tells its last step before it is stopped, and a pump runs on for a moment. Who keeps a book declares
`MODULE.outcome`, asked with arguments that the process was started with, and `MODULE.last`, whose results are those
arguments for the newest entry: that is for a host that didn't start it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Final

from phosphene.errors import LineError
from phosphene.exact import Coprocessor
from phosphene.line.dictionary import Task
from phosphene.painter.scene import Fact
from phosphene.prove.facts import facts_of

SETTLE_S: Final = 0.2
"""What was stopped may run on for so long before its book is closed."""


async def account(mcu: Coprocessor, task: Task, known: Mapping[str, object] | None = None) -> list[Fact]:
    """Return the facts of the book's entry, none where there is no book or it can't be read now.

    `known` are the arguments that the process was started with; None for the newest entry.
    """
    module = task.name.partition(".")[0]
    tasks = {one.name: one for one in (await mcu.dictionary()).tasks}
    outcome, last = tasks.get(f"{module}.outcome"), tasks.get(f"{module}.last")
    if outcome is None or (known is None and last is None) or not outcome.args:
        return []
    names = {field.name for field in outcome.args}
    if not names <= {field.name for field in task.args}:
        return []
    try:
        await asyncio.sleep(SETTLE_S)
        if known is None:
            newest = await mcu.call(f"{module}.last")
            known = dict(newest.items())
        told = await mcu.call(outcome.name, {name: known[name] for name in names if name in known})
        return facts_of(told, {})
    except LineError:
        return []
