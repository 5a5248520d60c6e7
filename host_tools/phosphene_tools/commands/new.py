# SPDX-License-Identifier: Apache-2.0
"""`phosphene new`: the first files of something that a device maker writes."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

new = typer.Typer(no_args_is_help=True, help="Write the first files of a task.")


def register(app: typer.Typer) -> None:
    """Add the verb."""
    app.add_typer(new, name="new")


@new.callback()
def _new() -> None:
    """Write the first files of a task."""


@new.command(no_args_is_help=True)
def task(
    name: Annotated[str, typer.Argument(help="Its file's name: a to z, 0 to 9 and _, beginning with a letter.")],
    process: Annotated[bool, typer.Option("--process", help="It runs in steps and tells its progress.")] = False,
    into: Annotated[
        Path | None, typer.Option(metavar="FOLDER", help="Write both files here; else into the firmware's sources.")
    ] = None,
) -> None:
    """Write a task that works and a test that runs it on the simulated board. docs/tasks.md goes on from there."""
    from phosphene_tools.new_task.scaffold import scaffold

    files = scaffold(name, process=process, into=into)
    print(f"task {name}.run: {files.task}")
    print(f"its test: {files.test}")
    print(f"run it: pytest {files.test}")
    if into is not None:
        print(f"on the screen: phosphene run --tasks {into}")
