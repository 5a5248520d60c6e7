# SPDX-License-Identifier: Apache-2.0
"""Runs a recipe in a Python that has the `train` extra."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Sequence
from pathlib import Path

import phosphene
import phosphene_tools
from phosphene.errors import PhospheneError
from phosphene_tools import places

# What a recipe can't do without, by the names that it imports.
NEEDED = ("torch", "litert_torch", "litert_quantizer")
_PROBE = f"import importlib.util as u; print(*(n for n in {NEEDED!r} if u.find_spec(n) is None))"


def build(name: str, python: Path, arguments: Sequence[str]) -> int:
    """Run the recipe `name` by `python` and return its exit code; raises PhospheneError when it can't start."""
    checkout = places.checkout()
    if checkout is None or not (checkout / "models_int8" / "recipes").is_dir():
        raise PhospheneError(
            "the recipes are not here: they come with the source tree, not with the installed package",
            place=str(Path(phosphene_tools.__file__).parent),
            cure="run it in a checkout of the source",
        )
    if not (checkout / "models_int8" / "recipes" / name / "recipe.py").is_file():
        raise PhospheneError(
            f"there is no recipe {name}",
            place=str(checkout / "models_int8" / "recipes"),
            cure="`phosphene models list` has them",
        )
    missing = _missing(python)
    if missing:
        raise PhospheneError(
            f"this Python can't train, it lacks {', '.join(missing)}",
            place=str(python),
            cure="pip install 'phosphene[train]' there, or name another with --python",
        )
    paths = [
        checkout / "models_int8",
        *(Path(str(module.__file__)).parent.parent for module in (phosphene, phosphene_tools)),
    ]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join([*map(str, paths), os.environ.get("PYTHONPATH", "")])}
    command = [str(python), "-m", "recipes.workshop.run", name, *arguments]
    return subprocess.run(command, check=False, env=environment).returncode


def _missing(python: Path) -> list[str]:
    try:
        return subprocess.run([str(python), "-c", _PROBE], check=True, capture_output=True, text=True).stdout.split()
    except (OSError, subprocess.CalledProcessError) as error:
        raise PhospheneError(
            "this Python does not run", place=str(python), cure="name another with --python"
        ) from error
