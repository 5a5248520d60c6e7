# SPDX-License-Identifier: Apache-2.0
"""The `phosphene` command itself: help, version, verbs that aren't there, errors."""

from __future__ import annotations

import subprocess
import sys
from importlib.util import find_spec

import pytest

from phosphene.errors import PhospheneError
from phosphene_tools.cli import VERBS, report


def run(
    *arguments: str, code: str = "from phosphene_tools.cli import main; main()"
) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", code, *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)


def test_help_names_the_verbs_without_importing_them() -> None:
    code = "import sys; from phosphene_tools.cli import build; build(sys.argv[1:]); print(*sorted(sys.modules))"
    imported = run("--help", code=code).stdout.split()
    assert "phosphene_tools.cli" in imported
    assert not [name for name in imported if name.startswith(("phosphene_tools.boards", "phosphene_tools.commands."))]
    assert VERBS["boards"] in run("--help").stdout


@pytest.mark.parametrize("verb", [verb for verb in VERBS if find_spec(f"phosphene_tools.commands.{verb}")])
def test_every_verb_has_help_of_its_own(verb: str) -> None:
    done = run(verb, "--help")
    assert done.returncode == 0
    assert f"phosphene {verb}" in done.stdout


def test_version() -> None:
    done = run("--version")
    assert done.returncode == 0
    assert done.stdout.startswith("phosphene ")


def test_misspelt_verb_is_bad_usage_and_names_the_nearest() -> None:
    done = run("bords")
    assert done.returncode == 2
    assert "boards" in done.stderr


def test_error_is_one_line_cause_place_cure() -> None:
    assert report(PhospheneError("it broke", place="here", cure="mend it")) == ["error: it broke — here — mend it"]
