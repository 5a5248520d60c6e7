# SPDX-License-Identifier: Apache-2.0
"""`phosphene pulse`: pulses on an input of a simulated board that runs."""

from __future__ import annotations

from typing import Annotated

import typer


def register(app: typer.Typer) -> None:
    """Add `pulse` to the command line."""

    @app.command(no_args_is_help=True)
    def pulse(  # pyright: ignore[reportUnusedFunction]
        name: Annotated[str, typer.Argument(metavar="INPUT", help="An input of the rig, by its name.")],
        count: Annotated[int, typer.Option(min=1, max=100_000, help="How many.")] = 1,
        period_ms: Annotated[float, typer.Option(metavar="MS", max=60_000, help="From one to the next.")] = 20.0,
        rig: Annotated[
            str, typer.Option(metavar="NAME", help="Of which rig, where simulated boards of several run.")
        ] = "",
    ) -> None:
        """Pulse an input of the simulated board that runs, as a meter or a finger on a button does."""
        import time

        from phosphene.errors import BoardNotFound, PortAmbiguous
        from phosphene_tools.boards import board_json, load_rig
        from phosphene_tools.published import simulated_boards
        from phosphene_tools.sim import BlockingSimClient
        from phosphene_tools.sim.pulsing import pulses

        running = [board for board in simulated_boards() if rig in ("", board.rig)]
        if not running:
            cure = "start one: phosphene run, or phosphene sim"
            raise BoardNotFound("no simulated board runs", place=f"rig {rig}" if rig else "here", cure=cure)
        if len({board.rig for board in running}) > 1:
            there = ", ".join(sorted({board.rig for board in running}))
            raise PortAmbiguous("several simulated boards run", place=there, cure="name one with --rig")
        board = running[-1]
        pin, steps = pulses(board_json(load_rig(board.rig)), name, count, period_ms)
        with BlockingSimClient(board.control) as client:
            client.script_input(pin, steps)
            time.sleep(sum(seconds for seconds, _ in steps))
        print(f"{name}: {count} pulse{'' if count == 1 else 's'}")
