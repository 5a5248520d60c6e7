# SPDX-License-Identifier: Apache-2.0
"""`phosphene screens`: which displays and touch panels there are, and whether one shows and feels what it should."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Annotated

import typer

from phosphene_tools.commands.run import Panel

Json = Annotated[bool, typer.Option("--json", help="Print JSON; of show, one object a line.")]
Spec = Annotated[
    str, typer.Argument(metavar="SPEC", help="fb:/dev/fb0, luma:ili9341, window, png:FOLDER; see docs/screens.md.")
]

screens = typer.Typer(no_args_is_help=True, help="List displays and touch panels, and try them.")


def register(app: typer.Typer) -> None:
    """Add `screens` to the command line."""
    app.add_typer(screens, name="screens")


@screens.command("list")
def list_(as_json: Json = False) -> None:
    """List what this computer has, as `--display` and `--touch` take it."""
    from phosphene.screens.listing import list_displays
    from phosphene.touch.evdev_panel import list_panels

    found = [*list_displays(), *list_panels()]
    if as_json:
        typer.echo(json.dumps([asdict(each) for each in found], indent=2, ensure_ascii=False))
        return
    wide = max(len(each.spec) for each in found)
    for each in found:
        note = f"   missing: {each.missing}" if each.missing else ""
        typer.echo(f"{each.kind:<8}  {each.spec:<{wide}}  {each.name}{note}")


@screens.command()
def show(
    spec: Spec,
    touch: Annotated[
        str, typer.Option(metavar="SPEC", help="Print touches, too: evdev:/dev/input/event4, evdev:NAME, window.")
    ] = "none",
    panel: Annotated[Panel, typer.Option(help="The painted picture, in pixels.")] = "320x240",
    for_: Annotated[float, typer.Option("--for", metavar="SECONDS", min=0.1, help="How long.")] = 10.0,
    as_json: Json = False,
) -> None:
    """Paint a scene with a running clock and show it, then make the display black.

    Ends with exit code 1 when nothing could be shown.
    """
    from phosphene_tools.screens.trial import Trial

    width, height = (int(side) for side in panel.split("x"))
    if not Trial(spec, touch, (width, height), as_json=as_json).run(for_):
        raise typer.Exit(1)


@screens.command()
def blank(spec: Spec) -> None:
    """Make a display black: for a service manager to do when the device was killed."""
    from phosphene.screens.opening import open_display

    display = open_display(spec)
    if display is None:
        return
    display.open()
    display.blank()
    display.close()
