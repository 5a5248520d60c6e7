# SPDX-License-Identifier: Apache-2.0
"""`phosphene recordings`: what was recorded, and how it is wiped."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

recordings = typer.Typer(no_args_is_help=True, help="List and wipe what `phosphene run --record` wrote.")


def register(app: typer.Typer) -> None:
    """Add the verb."""
    app.add_typer(recordings, name="recordings")


@recordings.command("list")
def list_(folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="Where they lie.")]) -> None:
    """List the recordings right in a folder, the oldest first."""
    from datetime import UTC, datetime

    from phosphene_tools.recordings import found

    there = found(folder)
    for one in there:
        began = datetime.fromtimestamp(one.began_s, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
        print(f"{began}  {one.size / 2**20:8.1f} MiB  {one.path.name}")
    total = sum(one.size for one in there) / 2**20
    print(f"{len(there)} recordings, {total:.1f} MiB" if len(there) != 1 else f"1 recording, {total:.1f} MiB")


@recordings.command()
def wipe(
    places: Annotated[list[Path], typer.Argument(metavar="FILE|FOLDER...", help="Recordings, or folders of them.")],
    yes: Annotated[bool, typer.Option("--yes", help="Don't ask.")] = False,
) -> None:
    """Remove recordings, and say of each whether it is gone. Files that are no recordings stay.

    A run that writes one of them goes on and records no more. Ends with 1 when something could not be removed.
    """
    from phosphene_tools.recordings import Wiped, wipe

    if not yes:
        if not sys.stdin.isatty():
            raise typer.BadParameter("nobody is there to be asked; say --yes")
        typer.confirm(f"Remove the recordings in {', '.join(map(str, places))}?", abort=True)
    told: list[Wiped] = []

    def tell(one: Wiped) -> None:
        told.append(one)
        print(one, file=sys.stderr if one.why_not else sys.stdout)

    well = wipe(places, tell)
    if not told:
        print("there is no recording")
    raise typer.Exit(0 if well else 1)
