# SPDX-License-Identifier: Apache-2.0
"""Runs one recipe: `python -m recipes.workshop.run NAME`, which is what `phosphene models build NAME` starts.

A recipe is a package `recipes.<name>` whose module `recipe` has `build(run: Run) -> None`. It trains, exports its
graphs into `run.out`, and writes their card.
"""

from __future__ import annotations

import argparse
import importlib
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from phosphene.errors import PhospheneError

_MODELS = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, slots=True)
class Run:
    """What one run of a recipe was asked for.

    `data` holds the recordings that the card names, or is None for a recipe that makes its own; `steps` is None for
    the recipe's own number; `work` keeps checkpoints and is not published.
    """

    name: str
    out: Path
    work: Path
    data: Path | None = None
    steps: int | None = None
    resume: bool = False
    seed: int = 0

    @property
    def command(self) -> str:
        """The command line that asks for the same again, for the card."""
        parts = [f"phosphene models build {self.name}"]
        parts += ["--data DIR"] if self.data else []
        parts += [f"--steps {self.steps}"] if self.steps is not None else []
        parts += [f"--seed {self.seed}"] if self.seed else []
        return " ".join(parts)


def main(arguments: Sequence[str] | None = None) -> None:
    """Parse the command line, run the recipe, exit 1 with one line when it can't be done."""
    parser = argparse.ArgumentParser(prog="python -m recipes.workshop.run")
    parser.add_argument("name")
    parser.add_argument("--out", type=Path, help="folder of the graphs and the card; models_int8/NAME by default")
    parser.add_argument("--work", type=Path, help="folder of the checkpoints; build/models/NAME by default")
    parser.add_argument("--data", type=Path, help="folder of the recordings that the card names")
    parser.add_argument("--steps", type=int, help="training steps; fewer make a worse model sooner")
    parser.add_argument("--resume", action="store_true", help="go on from the last checkpoint")
    parser.add_argument("--seed", type=int, default=0)
    asked = parser.parse_args(arguments)
    run = Run(
        asked.name,
        asked.out or _MODELS / asked.name,
        asked.work or _MODELS.parent / "build" / "models" / asked.name,
        asked.data,
        asked.steps,
        asked.resume,
        asked.seed,
    )
    try:
        _build(run)
    except PhospheneError as error:
        sys.exit(f"error: {error}")


def _build(run: Run) -> None:
    try:
        recipe = importlib.import_module(f"recipes.{run.name}.recipe")
    except ModuleNotFoundError as error:
        if error.name in {f"recipes.{run.name}", f"recipes.{run.name}.recipe"}:
            raise PhospheneError(
                f"there is no recipe {run.name}",
                place=str(_MODELS / "recipes"),
                cure="`phosphene models list` has the models",
            ) from error
        raise
    if run.data is not None and not run.data.is_dir():
        raise PhospheneError(
            "the folder of recordings is not there", place=str(run.data), cure="the card names what it holds"
        )
    run.out.mkdir(parents=True, exist_ok=True)
    run.work.mkdir(parents=True, exist_ok=True)
    recipe.build(run)


if __name__ == "__main__":
    main()
