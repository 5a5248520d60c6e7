# SPDX-License-Identifier: Apache-2.0
"""`phosphene sim`: a simulated board that any serial program can open."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from phosphene_tools.commands.options import Output, TasksFolder

if TYPE_CHECKING:
    from phosphene_tools.sim import SimBoard, SimConfig


def register(app: typer.Typer) -> None:
    """Add `sim` to the command line."""

    @app.command()
    def sim(  # pyright: ignore[reportUnusedFunction]
        rig: Annotated[str, typer.Option(metavar="NAME", help="Simulate the micro-controller of this rig.")] = "sim",
        baud: Annotated[
            int | None, typer.Option(min=300, max=4_000_000, help="A UART of this rate; else unthrottled, like USB.")
        ] = None,
        flash: Annotated[
            Path | None, typer.Option(metavar="DIR", help="Keep the board's files here; else they go with the board.")
        ] = None,
        seed: Annotated[int | None, typer.Option(help="Make keys and torn flash writes repeatable.")] = None,
        micropython: Annotated[
            Path | None, typer.Option(metavar="PATH", help="A MicroPython program to use, built from its unix port.")
        ] = None,
        tasks: TasksFolder = None,
        control: Annotated[Path | None, typer.Option(metavar="PATH", help="Where to make the control socket.")] = None,
        output: Output = "text",
    ) -> None:
        """Run a simulated board until Ctrl-C: the real firmware under a real MicroPython, on virtual hardware.

        Prints the device path of the line and of the maintenance REPL.
        """
        import asyncio

        from phosphene_tools.boards import board_json, load_rig
        from phosphene_tools.new_task import own_tasks
        from phosphene_tools.sim import SimConfig

        found = load_rig(rig)
        wired = board_json(found)
        config = SimConfig(
            board_json=wired,
            tasks=own_tasks(tasks, wired) if tasks else (),
            heap_bytes=found.mcu.heap_kib * 1024,
            baud=baud,
            flash_dir=flash,
            seed=seed,
            micropython=micropython,
            control_path=control,
            parts=True,
        )
        asyncio.run(_serve(found.name, config, output))


async def _serve(rig: str, config: SimConfig, output: str) -> None:
    import asyncio
    import os
    import signal

    from phosphene_tools.published import Published, published
    from phosphene_tools.sim import SimBoard

    ended = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        asyncio.get_running_loop().add_signal_handler(number, ended.set)
    async with SimBoard(config) as board:
        paths = (str(board.port_link), board.repl_port, str(board.control_path))
        with published(Published(rig, os.getpid(), *paths)):
            _tell(rig, board, output)
            await ended.wait()


def _tell(rig: str, board: SimBoard, output: str) -> None:
    import json

    facts: dict[str, Any] = {
        "rig": rig,
        "port": board.port,
        "port_link": str(board.port_link),
        "repl_port": board.repl_port,
        "control": str(board.control_path),
        "flash_dir": str(board.flash_dir),
        "interpreter": board.interpreter,
    }
    if output == "json":
        print(json.dumps(facts), flush=True)
        return
    print(f"simulated board of rig {rig}, under {board.interpreter}")
    print(f"  line     {facts['port']}   (always: {facts['port_link']})")
    print(f"  REPL     {facts['repl_port']}")
    print(f"  control  {facts['control']}")
    print(f"  files    {facts['flash_dir']}")
    print("Ctrl-C ends it.", flush=True)
