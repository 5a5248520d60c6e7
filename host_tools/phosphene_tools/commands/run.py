# SPDX-License-Identifier: Apache-2.0
"""`phosphene run`: as much of the device as exists. For now the board of a rig, with the monitor attached."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from phosphene_tools.commands.options import Role, ambiguity_is_bad_usage


def register(app: typer.Typer) -> None:
    """Add `run` to the command line."""

    @app.command()
    def run(  # pyright: ignore[reportUnusedFunction]
        rig: Annotated[
            str, typer.Option(metavar="NAME", help="The rig to run; `phosphene boards list` names them.")
        ] = "sim",
        role: Role = "operate",
        for_: Annotated[
            float | None, typer.Option("--for", metavar="SECONDS", min=0.1, help="End by itself; not on a terminal.")
        ] = None,
    ) -> None:
        """Run the device. Without hardware the board is simulated: the real firmware under a real MicroPython.

        On a terminal the monitor opens: type a task to call it, Ctrl-T for the menu, Ctrl-] to leave. Without one
        it says what is up and stays until it is ended.
        """
        import asyncio

        with ambiguity_is_bad_usage():
            asyncio.run(_run(rig, role, for_))


async def _run(rig: str, role: str, seconds: float | None) -> None:
    from phosphene_tools.monitor.terminal import interactive
    from phosphene_tools.rig_up import rig_up

    if interactive():
        print(f"bringing up {rig} …", file=sys.stderr)
    async with rig_up(rig) as up:
        if not interactive() or seconds is not None:
            from phosphene_tools.monitor.stay import stay

            await stay(up, role, seconds)
            return
        from phosphene_tools.monitor.clock import WallClock
        from phosphene_tools.monitor.filter import Filter
        from phosphene_tools.monitor.interactive import watch_on_screen
        from phosphene_tools.monitor.log import SessionLog
        from phosphene_tools.monitor.rows import Layout

        clock = WallClock()
        log = SessionLog(clock)
        try:
            await watch_on_screen(up.port, role, Filter(), Layout(clock), log, gone=up.gone)
        finally:
            log.stop()
