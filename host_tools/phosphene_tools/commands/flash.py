# SPDX-License-Identifier: Apache-2.0
"""`phosphene flash`: put the firmware on a micro-controller, safely."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from phosphene_tools.commands.options import Output, PortName, RigName, TasksFolder, ambiguity_is_bad_usage

if TYPE_CHECKING:
    from phosphene_tools.flash.wish import Done


def register(app: typer.Typer) -> None:
    """Add `flash` to the command line."""

    @app.command()
    def flash(  # pyright: ignore[reportUnusedFunction]
        rig: RigName = "",
        port: PortName = "",
        bundle: Annotated[
            Path | None, typer.Option(metavar="FILE", help="Install this bundle, instead of the firmware here.")
        ] = None,
        key: Annotated[
            str, typer.Option(metavar="KEY", help="Sign with this key; else with the one that the board knows.")
        ] = "",
        counter: Annotated[
            int | None, typer.Option(metavar="N", min=0, help="Once kept, nothing with a lower one is taken any more.")
        ] = None,
        tasks: TasksFolder = None,
        interpreter: Annotated[
            bool, typer.Option("--interpreter", help="First install MicroPython through mpflash. Stay with the board.")
        ] = False,
        firmware: Annotated[
            Path | None, typer.Option(metavar="FILE", help="The same, from this image; nothing is fetched.")
        ] = None,
        reset: Annotated[
            bool, typer.Option("--reset/--no-reset", help="Start the new version now, or leave that to the next start.")
        ] = True,
        dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would be done.")] = False,
        output: Output = "text",
    ) -> None:
        """Put the firmware into the board's other slot, start it there, and keep it if it is well.

        A board that has it already is left as it is. A version that does not start, or fails its self-test, gives
        way to the one before by itself.

          phosphene flash --rig sim
          phosphene flash --rig pi5-pico2 --dry-run
          phosphene flash --rig pi5-pico2 --bundle pi5-pico2.phosphene
        """
        import asyncio
        import sys

        from phosphene_tools.flash.flow import flash as flash_board
        from phosphene_tools.flash.progress import shown
        from phosphene_tools.flash.wish import Wish

        def say(text: str) -> None:
            print(text, file=sys.stderr)

        if interpreter or firmware is not None:
            from phosphene_tools.flash.interpreter import install_interpreter

            install_interpreter(rig, port, firmware, dry_run=dry_run, say=say)
        wish = Wish(
            rig=rig,
            port=port,
            bundle=bundle,
            key=key,
            counter=counter,
            tasks=tasks,
            dry_run=dry_run,
            reset=reset,
            say=say,
        )
        with ambiguity_is_bad_usage(), shown(quiet=output == "json") as tell:
            done = asyncio.run(flash_board(wish, tell))
        print(json.dumps(done.as_json()) if output == "json" else _sentence(done))


def _sentence(done: Done) -> str:
    where = f"{done.rig}: version {done.version}"
    if done.unchanged:
        return f"{where} is there already; nothing was sent ({done.seconds:.1f} s)"
    parts = [f"{len(done.sent)} files sent", f"{done.copied} copied on the board", f"{done.kept} there already"]
    how = "over the line" if done.way == "line" else "over the REPL"
    counts = ", ".join(part for part in parts if not part.startswith("0 "))
    if done.dry_run:
        return f"{where} would go into the other slot {how}: {counts}"
    if not done.confirmed:
        return f"{where} is in slot {done.slot} {how}: {counts}; the next start tries it, and flash again confirms it"
    return f"{where} runs, passed its self-test and is kept: {counts}, {how} ({done.seconds:.1f} s)"
