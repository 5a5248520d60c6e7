# SPDX-License-Identifier: Apache-2.0
"""The monitor on a terminal: the screen, and the REPL that the user may go to and come back from."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable

from phosphene.errors import LineError
from phosphene_tools.monitor.entry import Entry, Grade
from phosphene_tools.monitor.filter import Filter
from phosphene_tools.monitor.history import History
from phosphene_tools.monitor.log import SessionLog
from phosphene_tools.monitor.repl import use_repl
from phosphene_tools.monitor.rows import Layout
from phosphene_tools.monitor.screen.app import Ended, Screen
from phosphene_tools.monitor.terminal import colour
from phosphene_tools.monitor.watch import Watch
from phosphene_tools.ports import RigPort

Gone = Callable[[], Awaitable[LineError]]


async def watch_on_screen(
    port: RigPort, role: str, shown: Filter, layout: Layout, log: SessionLog, *, gone: Gone | None = None
) -> None:
    """Show the monitor's screen until the user leaves it. `gone` waits for an end of the board that is final.

    Raises LineError when the board can't be reached now.
    """
    history = History()
    history.set_filter(shown)

    def show(entry: Entry) -> None:
        log.put(entry)
        history.add(entry)

    watch = Watch(port, role, show)
    await watch.open()
    telling = asyncio.create_task(_tell(watch, gone)) if gone else None
    try:
        screen = Screen(watch, history, layout, log, colour=colour(sys.stdout))
        while await screen.run() is Ended.REPL:
            screen.say(await use_repl(watch))
    finally:
        if telling:
            telling.cancel()
        await watch.close()


async def _tell(watch: Watch, gone: Gone) -> None:
    watch.tell(str(await gone()), Grade.ERROR)
