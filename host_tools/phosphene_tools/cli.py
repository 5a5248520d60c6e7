# SPDX-License-Identifier: Apache-2.0
"""The `phosphene` command: a table of verbs, each a module that is imported when it is asked for."""

from __future__ import annotations

import importlib
import importlib.metadata
import importlib.util
import sys
from collections.abc import Sequence
from typing import Annotated

import typer

from phosphene.errors import PhospheneError

# Verb, and its line in `phosphene --help`. The table spares that page the import of every verb;
# `phosphene VERB --help` has the rest, from the verb's own module.
VERBS = {
    "run": "Run the device; without hardware, the simulated board with its screen in the browser.",
    "replay": "Tell what happened in a recorded run, or run it again and compare.",
    "recordings": "List and wipe recorded runs.",
    "paint": "Paint scenes into a picture.",
    "monitor": "Watch the line: decoded frames, statistics, REPL, tasks by hand.",
    "call": "Call one task of the micro-controller.",
    "flash": "Put the firmware on a micro-controller, into the slot that does not run.",
    "bundle": "Build and check signed versions of the firmware.",
    "deploy": "Put a version on the device's computer over SSH: check it there, then switch, or stay.",
    "doctor": "Name what is missing on this machine, and what cures it.",
    "sim": "Start a simulated board that runs the real firmware.",
    "emulated": "Run the firmware on an emulated Cortex-M3.",
    "pulse": "Pulse an input of the simulated board.",
    "boards": "List, show and check boards and rigs.",
    "broker": "Own a port and share it between programs.",
    "keys": "Make keys, put them into a board, sign grants.",
    "sensors": "List cameras and microphones, and watch what they deliver.",
    "screens": "List displays and touch panels, and try them.",
    "accelerators": "Say which accelerators can be used here, and what the others lack.",
    "models": "Look at the networks' graphs, predict where they run, build them again.",
    "new": "Write the first files of a task.",
    "hil": "Prove on the bench what the board must stand: an update that is cut.",
    "bench": "Measure the line, exactness, faults and the painter.",
}

_ENDED_BY_INTERRUPT = 130


def build(arguments: Sequence[str]) -> typer.Typer:
    """Return the application with the verb that `arguments` begins with in full, the others by name only."""
    app = typer.Typer(
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    app.callback()(_phosphene)
    asked = arguments[0] if arguments else ""
    for verb, line in VERBS.items():
        module = f"{__package__}.commands.{verb}"
        if importlib.util.find_spec(module) is None:
            continue
        if verb == asked:
            importlib.import_module(module).register(app)
        else:
            app.command(verb, help=line)(_by_name_only)
    return app


def main() -> None:
    """Run the command line and exit: 0 fine, 1 what was asked for failed, 2 bad usage."""
    arguments = sys.argv[1:]
    try:
        build(arguments)(args=arguments, prog_name="phosphene")
    except PhospheneError as error:
        for line in report(error):
            print(line, file=sys.stderr)
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(_ENDED_BY_INTERRUPT)


def report(error: PhospheneError) -> list[str]:
    """Return the lines that tell a person about `error`: one per problem, cause — place — cure."""
    # A board's own words may be in it, and what a board sends must not steer the terminal.
    from phosphene_tools.monitor.values import printable

    return [f"error: {printable(line)}" for line in str(error).splitlines()]


def _print_version(wanted: bool) -> None:
    if wanted:
        print(f"phosphene {importlib.metadata.version('phosphene')}")
        raise typer.Exit


def _phosphene(
    *,
    version: Annotated[
        bool, typer.Option("--version", help="Print the version and exit.", is_eager=True, callback=_print_version)
    ] = False,
) -> None:
    """Tools for a device whose host process is neural and whose exact work a micro-controller does."""


def _by_name_only() -> None:
    """Stand for a verb that was not asked for, so that help and suggestions know its name."""
