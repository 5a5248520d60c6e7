# SPDX-License-Identifier: Apache-2.0
"""`phosphene monitor`: what is said on the line."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from phosphene_tools.commands.options import Baud, PortName, ReplPort, RigName, Role, named_port


def register(app: typer.Typer) -> None:
    """Add `monitor` to the command line."""

    @app.command()
    def monitor(  # pyright: ignore[reportUnusedFunction]
        port: PortName = "",
        rig: RigName = "",
        repl: ReplPort = "",
        baud: Baud = 0,
        role: Role = "operate",
        output: Annotated[
            Literal["screen", "text", "json"] | None,
            typer.Option("--output", "-o", help="screen on a terminal, text when piped; json is one object a line."),
        ] = None,
        filter_: Annotated[
            str,
            typer.Option("--filter", metavar="EXPR", help="Show only these rows, such as 'gpio.* !in'; ? in the menu."),
        ] = "",
        hex_: Annotated[
            bool, typer.Option("--hex", help="Dump the bytes of every frame, not of bad ones only.")
        ] = False,
        time: Annotated[
            Literal["clock", "start", "delta"],
            typer.Option(help="Times of day, since the start, or since the row before."),
        ] = "clock",
        save_log: Annotated[
            Path | None, typer.Option(metavar="FILE", help="Append everything to FILE, as JSON if it ends in .jsonl.")
        ] = None,
        for_: Annotated[
            float | None, typer.Option("--for", metavar="SECONDS", min=0.1, help="End by itself; not on the screen.")
        ] = None,
    ) -> None:
        """Watch the line: decoded frames with names from the capability dictionary, latencies, errors in hex.

        Attaches to the broker that owns the port, or starts one. On the screen: Ctrl-] leaves, Ctrl-T opens the menu,
        and a task is called by typing it.
        """
        import asyncio

        from phosphene_tools.monitor.clock import TimeStyle, WallClock
        from phosphene_tools.monitor.filter import Filter, FilterError
        from phosphene_tools.monitor.log import SessionLog
        from phosphene_tools.monitor.rows import Layout
        from phosphene_tools.monitor.terminal import interactive

        try:
            shown = Filter(filter_)
        except FilterError as error:
            raise typer.BadParameter(str(error), param_hint="--filter") from None
        output = output or ("screen" if interactive() else "text")
        if output == "screen" and not interactive():
            raise typer.BadParameter("standard input and output are no terminal", param_hint="--output")
        layout = Layout(WallClock(), style=TimeStyle(time), hex=hex_)
        log = SessionLog(layout.clock)
        if save_log:
            log.start(save_log)
        try:
            with named_port(port, rig, repl=repl, baud=baud) as there:
                if output == "screen":
                    from phosphene_tools.monitor.interactive import watch_on_screen

                    asyncio.run(watch_on_screen(there, role, shown, layout, log))
                else:
                    from phosphene_tools.monitor.plain import watch_plainly

                    as_json = output == "json"
                    asyncio.run(watch_plainly(there, role, shown, layout, log, as_json=as_json, seconds=for_))
        finally:
            log.stop()
        if log.error:
            raise log.error
