# SPDX-License-Identifier: Apache-2.0
"""The monitor without a screen: one line per row, for pipes, files and programs."""

from __future__ import annotations

import asyncio
import signal
import sys
from collections.abc import Callable

from phosphene_tools.monitor.clock import WallClock
from phosphene_tools.monitor.entry import Entry
from phosphene_tools.monitor.filter import Filter
from phosphene_tools.monitor.jsonl import as_json
from phosphene_tools.monitor.log import SessionLog
from phosphene_tools.monitor.palette import ansi, text_of
from phosphene_tools.monitor.printer import Printer, Write
from phosphene_tools.monitor.rows import Layout
from phosphene_tools.monitor.terminal import colour
from phosphene_tools.monitor.watch import Watch
from phosphene_tools.ports import RigPort


def text_writer(layout: Layout, *, coloured: bool) -> Write:
    """Return what writes rows for people."""
    write = ansi if coloured else text_of
    return lambda entry, before: (write(line).rstrip() for line in layout.lines(entry, before))


def json_writer(clock: WallClock, *, with_raw: bool) -> Write:
    """Return what writes rows for machines."""
    return lambda entry, _: (as_json(entry, clock, with_raw=with_raw),)


async def watch_plainly(
    port: RigPort,
    role: str,
    shown: Filter,
    layout: Layout,
    log: SessionLog,
    *,
    as_json: bool,
    seconds: float | None,
) -> None:
    """Print rows to standard output until SIGINT, SIGTERM, `seconds` have passed or nobody reads any more.

    Raises LineError when the board can't be reached at the start.
    """
    loop = asyncio.get_running_loop()
    ended = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, ended.set)
    write = json_writer(layout.clock, with_raw=layout.hex) if as_json else None
    write = write or text_writer(layout, coloured=colour(sys.stdout))
    printer = Printer(sys.stdout, write, on_broken=_in_loop(loop, ended.set))

    def show(entry: Entry) -> None:
        log.put(entry)
        if shown(entry):
            printer.put(entry)

    watch = Watch(port, role, show)
    try:
        await watch.open()
        try:
            async with asyncio.timeout(seconds):
                await ended.wait()
        except TimeoutError:
            pass  # the time that was asked for is over
        finally:
            await watch.close()
    finally:
        # In a thread: a reader that stalled must not keep the loop from what it still does.
        await asyncio.to_thread(printer.close)


def _in_loop(loop: asyncio.AbstractEventLoop, what: Callable[[], None]) -> Callable[[OSError], None]:
    def tell(_: OSError) -> None:
        loop.call_soon_threadsafe(what)

    return tell
