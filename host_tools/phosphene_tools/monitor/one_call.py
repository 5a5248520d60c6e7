# SPDX-License-Identifier: Apache-2.0
"""`phosphene call`: one call, its progress while it runs, its results, and nothing else on standard output."""

from __future__ import annotations

import asyncio
import json
import signal
import sys
from collections.abc import Sequence

from phosphene.errors import LineError
from phosphene.exact import Process, Results
from phosphene_tools.attach import attached
from phosphene_tools.monitor import hand
from phosphene_tools.monitor.catalogue import as_objects, listing
from phosphene_tools.monitor.palette import ansi, text_of
from phosphene_tools.monitor.terminal import colour
from phosphene_tools.monitor.values import JsonValue, full, plain, with_unit
from phosphene_tools.ports import RigPort


async def list_tasks(port: RigPort, role: str, only: str, *, as_json: bool) -> None:
    """Print the dictionary. Raises LineError."""
    async with attached(port, role, "call") as there:
        dictionary = await there.mcu.dictionary()
    if as_json:
        for task in as_objects(dictionary, only):
            print(json.dumps(task, ensure_ascii=False))
        return
    write = ansi if colour(sys.stdout) else text_of
    for line in listing(dictionary, only):
        print(write(line))


async def call(port: RigPort, role: str, typed: Sequence[str], timeout: float | None, *, as_json: bool) -> None:
    """Make the call that `typed` says and print what it gives. SIGINT and SIGTERM abort a process.

    Raises what a call raises, and ProcessEnded: also for a process that was aborted here.
    """
    async with attached(port, role, "call") as there:
        task, values = hand.read(typed, await there.mcu.dictionary())
        report = _Report(as_json=as_json)
        work = asyncio.ensure_future(hand.perform(there.mcu, task, values, report.progress, timeout=timeout))
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, work.cancel)
        try:
            found = await work
        except asyncio.CancelledError:
            if report.process is None:
                cure = "what was sent may have had its effect, once"
                raise LineError("interrupted before the answer came", place=task.name, cure=cure) from None
            found = await report.process.result()
        finally:
            report.end()
        report.results(found)


class _Report:
    """Progress to standard error, in one line that is overwritten on a terminal; results to standard output."""

    def __init__(self, *, as_json: bool) -> None:
        self.process: Process | None = None
        self._json = as_json
        self._in_place = sys.stderr.isatty() and not as_json
        self._open_line = False

    def progress(self, process: Process, step: Results | None) -> None:
        """Tell how far the process is."""
        self.process = process
        if self._json:
            about: dict[str, JsonValue] = {"pid": process.pid}
            print(json.dumps(about | ({"progress": _plain(step)} if step else {"state": "running"})), flush=True)
            return
        line = f"process {process.pid} runs" + (f": {_in_line(step)}" if step else "")
        if self._in_place:
            print(f"\r\x1b[K{line}", end="", file=sys.stderr, flush=True)
            self._open_line = True
        else:
            print(line, file=sys.stderr, flush=True)

    def end(self) -> None:
        """Wipe the line of the progress."""
        if self._open_line:
            print("\r\x1b[K", end="", file=sys.stderr, flush=True)
            self._open_line = False

    def results(self, found: Results) -> None:
        """Print the results, one `name = value unit` a line."""
        if self._json:
            print(json.dumps({"results": _plain(found)}, ensure_ascii=False))
            return
        longest = max((len(name) for name in found), default=0)
        for name, value in found.items():
            print(f"{name:<{longest}} = {with_unit(full(value), found.unit(name))}")


def _in_line(found: Results) -> str:
    return ", ".join(f"{name} {with_unit(full(value), found.unit(name))}" for name, value in found.items())


def _plain(found: Results) -> dict[str, JsonValue]:
    kinds = {field.name: field for field in (*found.task.results, *found.task.progress)}
    return {name: plain(kinds[name], value) for name, value in found.items()}
