# SPDX-License-Identifier: Apache-2.0
"""`phosphene run` without a terminal: says what is up, tells what changes, and stays."""

from __future__ import annotations

import asyncio
import signal
import time

from phosphene_tools.monitor.entry import NOTE, Entry
from phosphene_tools.monitor.link_payloads import describe
from phosphene_tools.monitor.watch import Watch
from phosphene_tools.rig_up import RigUp


async def stay(up: RigUp, role: str, seconds: float | None) -> None:
    """Keep the rig up until SIGINT, SIGTERM or `seconds` have passed. Raises LineError when it can't be reached."""
    loop, ended = asyncio.get_running_loop(), asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, ended.set)
    watch = Watch(up.port, role, lambda _: None)
    await watch.open()
    try:
        assert watch.mcu is not None
        where = "started here" if up.simulator else "was there already" if up.simulated else "on its port"
        rows = {
            "rig": f"{up.port.name}: {up.title}, {where}",
            "board": describe(watch.mcu.hello),
            "line": up.port.line,
            "REPL": up.port.repl or "port not known",
            "broker": f"process {watch.broker_pid}",
            "watch": f"phosphene monitor -p {up.port.line}",
        }
        for name, text in rows.items():
            print(f"{name:<8}{text}", flush=True)
        watch.show = _tell
        gone = asyncio.ensure_future(up.gone())
        asked = asyncio.ensure_future(ended.wait())
        await asyncio.wait((gone, asked), timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        asked.cancel()
        if gone.done():
            raise gone.result()
        gone.cancel()
    finally:
        await watch.close()


def _tell(entry: Entry) -> None:
    if entry.type == NOTE:
        print(f"{time.strftime('%H:%M:%S')} {entry.text}", flush=True)
