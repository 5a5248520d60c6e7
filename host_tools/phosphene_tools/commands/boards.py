# SPDX-License-Identifier: Apache-2.0
"""`phosphene boards`: list, show and check boards and rigs, and write what follows from them."""

from __future__ import annotations

import json
import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from phosphene_tools.commands.options import TasksFolder

RigArgument = Annotated[str, typer.Argument(help="A rig's name, or the path of its folder or rig.toml.")]
McuOption = Annotated[bool, typer.Option("--mcu", help="NAME is a micro-controller.")]
SbcOption = Annotated[bool, typer.Option("--sbc", help="NAME is a computer.")]


class Output(StrEnum):
    """How to print."""

    TEXT = "text"
    JSON = "json"


OutputOption = Annotated[Output, typer.Option("--output", "-o", help="Print text or JSON.")]

boards = typer.Typer(no_args_is_help=True, help="List, show and check boards and rigs.")


def register(app: typer.Typer) -> None:
    """Add the verb."""
    app.add_typer(boards, name="boards")


@boards.command("list")
def list_(output: OutputOption = Output.TEXT) -> None:
    """List rigs, micro-controllers and computers. Every file is read; a wrong one is told at the end."""
    from phosphene_tools.boards.listing import entries

    rows, error = entries()
    if output is Output.JSON:
        print(json.dumps(rows, indent=2))
    else:
        _print_table(rows)
    if error:
        raise error


@boards.command()
def show(
    name: Annotated[str, typer.Argument(help="A rig's name or path; with --mcu or --sbc, the name of a board.")],
    mcu: McuOption = False,
    sbc: SbcOption = False,
    firmware: Annotated[bool, typer.Option("--firmware", help="Print the board.json that the firmware gets.")] = False,
    output: OutputOption = Output.TEXT,
) -> None:
    """Show a rig or a board, after checking it."""
    from phosphene_tools.boards import Catalog, board_json, load_rig
    from phosphene_tools.boards.diagram import draw

    if mcu or sbc:
        board = Catalog.default().mcu(name) if mcu else Catalog.default().sbc(name)
        _print_values(board.model_dump(by_alias=True, exclude_none=True), output)
        return
    rig = load_rig(name)
    if firmware:
        print(json.dumps(board_json(rig), indent=2))
    elif output is Output.TEXT:
        print(draw(rig), end="")
    else:
        parts = {"rig": rig.wiring, "mcu": rig.mcu, "sbc": rig.sbc}
        dumped = {key: part.model_dump(by_alias=True, exclude_none=True) for key, part in parts.items()}
        print(json.dumps({"name": rig.name, "path": str(rig.path)} | dumped, indent=2, ensure_ascii=False))


@boards.command()
def schema(
    kind: Annotated[str, typer.Argument(help="rig, mcu or sbc.", metavar="KIND")] = "rig",
) -> None:
    """Print the JSON schema of a kind of board file."""
    from phosphene_tools.boards.catalog import MODELS
    from phosphene_tools.boards.generated import json_schema

    for known in MODELS:
        if kind == known:
            print(json.dumps(json_schema(known), indent=2, ensure_ascii=False))
            return
    raise typer.BadParameter(f"{kind!r} is none of {', '.join(MODELS)}", param_hint="KIND")


@boards.command()
def wiring(name: RigArgument) -> None:
    """Draw a rig's wires."""
    from phosphene_tools.boards import load_rig
    from phosphene_tools.boards.diagram import draw

    print(draw(load_rig(name)), end="")


@boards.command()
def udev(
    name: Annotated[str, typer.Argument(help="A rig's name or path; with --mcu, a micro-controller's name.")],
    mcu: McuOption = False,
) -> None:
    """Print udev rules: access, stable names, ModemManager kept off."""
    from phosphene_tools.boards import Catalog, load_rig
    from phosphene_tools.boards.udev import mcu_rules, rig_rules

    rules = mcu_rules(name, Catalog.default().mcu(name)) if mcu else rig_rules(load_rig(name))
    print(rules or f"# {name} is simulated: no rules are needed", end="" if rules else "\n")


@boards.command()
def image(
    name: RigArgument,
    folder: Annotated[Path, typer.Argument(help="Where to; made if it is not there.")],
    tasks: TasksFolder = None,
) -> None:
    """Lay out what goes on the micro-controller of a rig: firmware, dictionary and board.json."""
    from phosphene_tools import places
    from phosphene_tools.boards import board_json, load_rig
    from phosphene_tools.firmware_image import install
    from phosphene_tools.new_task import own_tasks

    rig = load_rig(name)
    wired = board_json(rig)
    own = own_tasks(tasks, wired) if tasks else ()
    folder.mkdir(parents=True, exist_ok=True)
    install(places.coprocessor(), folder, own)
    (folder / "board.json").write_text(json.dumps(wired) + "\n", encoding="utf-8")
    print(f"{folder} holds the firmware for {rig.mcu.title} as wired in {rig.name}; copy all of it to the board")


@boards.command()
def generate(
    folder: Annotated[
        Path | None, typer.Argument(help="A folder laid out like boards/; the shipped one if left out.")
    ] = None,
) -> None:
    """Write wiring diagrams, udev rules and schemas beside the files that they follow from."""
    from phosphene_tools import places
    from phosphene_tools.boards.generated import generated

    for path, content in generated(folder or places.boards()).items():
        if not path.is_file() or path.read_text(encoding="utf-8") != content:
            path.parent.mkdir(exist_ok=True)
            path.write_text(content, encoding="utf-8")
            print(path)


def _print_table(rows: list[dict[str, str]]) -> None:
    for row in rows:
        print(f"{row['kind']}  {row['name']:<15} {row['title']:<36} {row['made_of']}".rstrip())


def _print_values(values: dict[str, Any], output: Output) -> None:
    if output is Output.JSON or not sys.stdout.isatty():
        print(json.dumps(values, indent=2, ensure_ascii=False))
        return
    from rich.console import Console

    Console().print_json(data=values)
