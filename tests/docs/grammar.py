# SPDX-License-Identifier: Apache-2.0
"""Whether a program takes a command line, asked of the program's own parser; nothing is done."""

from __future__ import annotations

import re
import subprocess
from functools import cache
from typing import Any

import pytest
import typer
import typer.main

from phosphene_tools.cli import VERBS, build
from tests.docs.commands import words
from tests.docs.pages import ROOT

# typer brings its own click in some versions and uses the installed one in others; this class is of the right one.
_UsageError: Any = typer.BadParameter.__base__
_UNFINISHED = re.compile(r"Missing |Option '\S+' requires |No such command '[^']*…'")
# What a synopsis says in place of a number.
_NUMBERS = {"N": "3", "SECONDS": "1", "RATE": "9600"}
_OURS = ("boards/", "docs/", "firmware/", "hil/", "host_tools/", "models_int8/", "tests/", "tools/")


def refusal(text: str, pytester: pytest.Pytester, *, unfinished: bool = False) -> str:
    """Return why a command line is not taken, or nothing.

    With `unfinished` it may lack arguments, as a command that is only mentioned does. Programs that aren't ours are
    not asked: what they are given that lies in the repository must be there.
    """
    program, *arguments = words(text)
    if program == "phosphene":
        return _phosphene(arguments, unfinished=unfinished)
    ours = [word for word in arguments if word.startswith(_OURS)]
    if missing := [word for word in ours if not any(ROOT.glob(word.replace("…", "*").rstrip("/")))]:
        return f"there is no {', '.join(missing)}"
    if program == "make":
        return _make(*arguments)
    if program == "pytest":
        try:
            pytester.parseconfig(*arguments)
        except pytest.UsageError as error:
            return str(error)
    return ""


def _phosphene(arguments: list[str], *, unfinished: bool) -> str:
    """Have the real command line parse it, with every command's work taken out."""
    if arguments and arguments[0] not in (*VERBS, "--version", "--help", "-h"):
        return f"there is no verb {arguments[0]!r}"
    command = typer.main.get_command(build(arguments))
    _do_nothing(command)
    try:
        command([_NUMBERS.get(word, word) for word in arguments], prog_name="phosphene", standalone_mode=False)
    except _UsageError as error:
        said = error.format_message()
        alone = len(arguments) < 2 or not said  # a verb by itself prints its help
        return "" if unfinished and (alone or _UNFINISHED.match(said)) else said or "it only prints its help"
    return ""


def _do_nothing(command: Any) -> None:
    command.callback = None
    for inner in getattr(command, "commands", {}).values():
        _do_nothing(inner)


@cache
def _make(*arguments: str) -> str:
    call = ["make", "--dry-run", *arguments]
    done = subprocess.run(call, cwd=ROOT, capture_output=True, text=True, timeout=100, check=False)
    return "" if done.returncode == 0 else done.stderr.strip()
