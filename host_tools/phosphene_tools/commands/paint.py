# SPDX-License-Identifier: Apache-2.0
"""`phosphene paint`: scenes painted into a contact sheet or an animated strip."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated

import typer


def register(app: typer.Typer) -> None:
    """Add `paint` to the command line."""
    app.command()(paint)


def paint(
    out: Annotated[Path, typer.Option(help="Picture to write: .png, .webp or .jpg; for a strip also .gif.")],
    scene: Annotated[
        list[Path] | None, typer.Option(metavar="FILE", help="A scene, .toml or .json; may be given more than once.")
    ] = None,
    demo: Annotated[bool, typer.Option("--demo", help="The scenes that come with the tools.")] = False,
    size: Annotated[str, typer.Option(metavar="WxH", help="The screen, in pixels.")] = "320x240",
    seeds: Annotated[int, typer.Option(min=1, max=256, help="Looks of each scene.")] = 4,
    first_seed: Annotated[int, typer.Option(min=0, help="The first look's seed.")] = 0,
    strip: Annotated[bool, typer.Option("--strip", help="Animate: one look after the other.")] = False,
) -> None:
    """Paint scenes: a row for each scene, a column for each look."""
    from phosphene.painter.panel import Panel
    from phosphene_tools.painter.demo import SCENES
    from phosphene_tools.painter.looks import looks
    from phosphene_tools.painter.scene_file import read_scene
    from phosphene_tools.painter.sheet import check_ending, check_size, write_sheet, write_strip

    if demo is bool(scene):
        raise typer.BadParameter("give either --scene FILE or --demo")
    width, height = _size(size)
    check_ending(out, strip=strip)
    scenes = SCENES if demo else [read_scene(path) for path in scene or []]
    panel = Panel(width, height)
    check_size(out, (width, height), len(scenes), seeds, strip=strip)
    rows, told = looks(scenes, panel, range(first_seed, first_seed + seeds))
    (write_strip if strip else write_sheet)(out, rows)
    for line in told:
        typer.echo(line)
    typer.echo(f"{len(scenes)} x {seeds} frames of {width}x{height}: {out}")


def _size(text: str) -> tuple[int, int]:
    found = re.fullmatch(r"(\d{1,5})[xX×](\d{1,5})", text.strip())
    if found is None:
        raise typer.BadParameter(f"{text!r} is no size; write it like 320x240", param_hint="--size")
    return int(found[1]), int(found[2])
