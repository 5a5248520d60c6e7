# SPDX-License-Identifier: Apache-2.0
"""`phosphene call`: one task, called by hand or by a script."""

from __future__ import annotations

from typing import Annotated

import typer

from phosphene_tools.commands.options import Baud, Output, PortName, RigName, Role, named_port


def register(app: typer.Typer) -> None:
    """Add `call` to the command line."""

    @app.command(no_args_is_help=True)
    def call(  # pyright: ignore[reportUnusedFunction]
        words: Annotated[
            list[str] | None, typer.Argument(metavar="TASK [NAME=VALUE]…", help="The task and its arguments.")
        ] = None,
        port: PortName = "",
        rig: RigName = "",
        baud: Baud = 0,
        output: Output = "text",
        role: Role = "operate",
        timeout: Annotated[
            float | None, typer.Option(min=0.001, help="Seconds the call may take, beside the task's own run time.")
        ] = None,
        list_: Annotated[
            bool, typer.Option("--list", help="List the tasks, or those that begin with TASK, instead of calling.")
        ] = False,
    ) -> None:
        """Call one task of the micro-controller and print its results.

        A process is watched to its end; Ctrl-C aborts it. Bytes are written 0x00ff, or as text.

          phosphene call exact.decimal a=19.99 op=* b=3 places=2
          phosphene call gpio.pulses output=led count=10 period_ms=100
        """
        import asyncio

        from phosphene_tools.monitor.one_call import call as one_call
        from phosphene_tools.monitor.one_call import list_tasks

        if not words and not list_:
            raise typer.BadParameter("which task? `phosphene call --list` names them", param_hint="TASK")
        with named_port(port, rig, baud=baud) as there:
            as_json = output == "json"
            if list_:
                asyncio.run(list_tasks(there, "observe", words[0] if words else "", as_json=as_json))
            else:
                asyncio.run(one_call(there, role, words or [], timeout, as_json=as_json))
