# SPDX-License-Identifier: Apache-2.0
"""`phosphene doctor`: what is missing on this machine, and what cures it."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import Annotated

import typer

from phosphene_tools.commands.options import Output

_MARKS = {"fine": "ok", "missing": "MISSING", "optional": "optional"}


def register(app: typer.Typer) -> None:
    """Add the verb."""
    app.command("doctor")(doctor)


def doctor(
    rig: Annotated[
        str,
        typer.Option(metavar="NAME", help="The rig to look for; by default the one that this computer fits, or sim."),
    ] = "",
    python: Annotated[
        Path | None,
        typer.Option(metavar="PYTHON", envvar="PHOSPHENE_WORKER", help="The accelerator's own interpreter."),
    ] = None,
    output: Output = "text",
) -> None:
    """Name what is missing here, on the engineer's machine or on the device, with the command that cures it.

    Nothing is installed, and no board is reset. Exit 1 when something is missing that the rig needs.
    """
    from phosphene_tools.boards import load_rig
    from phosphene_tools.doctor import Machine, examine, rig_here

    machine = Machine()
    chosen = load_rig(rig) if rig else rig_here(machine)
    found = examine(chosen, machine, python)
    missing = sum(one.state == "missing" for one in found)
    if output == "json":
        print(
            json.dumps({"rig": chosen.name, "missing": missing, "findings": [dataclasses.asdict(one) for one in found]})
        )
    else:
        print(f"rig {chosen.name}: {chosen.wiring.title}")
        for one in found:
            print(f"{_MARKS[one.state]:<9}{one.topic}: {one.said}")
            if one.cure:
                print(f"{'':<11}{one.cure}")
        print(f"{missing} missing" if missing else "nothing that this rig needs is missing")
    if missing:
        raise typer.Exit(1)
