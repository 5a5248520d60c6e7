# SPDX-License-Identifier: Apache-2.0
"""`phosphene accelerators`: which of them can be used here, and what the others lack."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import Annotated

import typer


def register(app: typer.Typer) -> None:
    """Add the verb."""
    app.command("accelerators")(accelerators)


def accelerators(
    specs: Annotated[
        list[str] | None,
        typer.Argument(metavar="[KIND[:PYTHON]]...", help="cpu, coral, teflon, rknn; a Python of their own; all."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Say which accelerators can be used here, and what the others lack. Exit 1 when one that was named can't be."""
    from phosphene.accelerators import parse_spec
    from phosphene.accelerators.chips import CHIPS
    from phosphene.accelerators.probe import Usable, probe

    asked = [parse_spec(spec) for spec in specs or CHIPS]
    found: list[Usable] = [probe(kind, Path(python) if python else None) for kind, python in asked]
    if as_json:
        print(json.dumps([dataclasses.asdict(one) for one in found], indent=2))
    else:
        for one in found:
            print(f"{one.accelerator:<7} {'usable' if one.usable else 'not usable: ' + one.why}")
            if one.versions:
                said = ", ".join(
                    one.versions[key] if key == "runtime" else f"{key} {one.versions[key]}"
                    for key in sorted(one.versions)
                )
                print(f"{'':<7}   {said}")
            for device in one.devices:
                print(f"{'':<7}   {device.file}{'' if device.allowed else ', which this user may not open'}")
            if one.cure:
                print(f"{'':<7}   {one.cure}")
    if specs and not all(one.usable for one in found):
        raise typer.Exit(1)
