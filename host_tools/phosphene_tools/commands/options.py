# SPDX-License-Identifier: Apache-2.0
"""The options that the verbs which talk to a board share, and how they name its port."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Generator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from phosphene.errors import PortAmbiguous

if TYPE_CHECKING:
    from phosphene_tools.ports import RigPort

PortName = Annotated[
    str,
    typer.Option(
        "--port",
        "-p",
        metavar="PORT",
        help="Device path, id:SERIAL or id:VID:PID of a USB port, socket://HOST:PORT, rfc2217://HOST:PORT.",
    ),
]
RigName = Annotated[str, typer.Option("--rig", metavar="NAME", help="Find the port of this rig's board.")]
ReplPort = Annotated[str, typer.Option("--repl", metavar="PORT", help="Port of the maintenance REPL, if not found.")]
Baud = Annotated[
    int, typer.Option(min=0, metavar="RATE", help="Baud rate of a port that no rig describes; 0: the rig's, or 921600.")
]
Role = Annotated[
    Literal["observe", "operate", "arm", "maintain"],
    typer.Option(help="What the broker lets this program do; each includes those before it."),
]
TasksFolder = Annotated[
    Path | None, typer.Option("--tasks", metavar="FOLDER", help="Tasks of your own: docs/add-a-task.md.")
]
Output = Annotated[
    Literal["text", "json"], typer.Option("--output", "-o", help="Text for people, or JSON, one object a line.")
]

_BAD_USAGE = 2


@contextlib.contextmanager
def named_port(port: str, rig: str, *, repl: str = "", baud: int = 0) -> Generator[RigPort]:
    """Resolve the port. A port that is not named well enough is bad usage: the candidates are listed, none is tried.

    The refusal may also come later, when the broker opens the port, and so the command's work belongs inside.
    """
    from phosphene_tools.ports import resolve

    with ambiguity_is_bad_usage():
        yield resolve(port, rig, repl=repl, baud=baud)


@contextlib.contextmanager
def ambiguity_is_bad_usage() -> Generator[None]:
    """Exit with 2 when a port was not named well enough; the error lists what could be meant."""
    try:
        yield
    except PortAmbiguous as error:
        print(f"error: {error}", file=sys.stderr)
        raise typer.Exit(_BAD_USAGE) from None
