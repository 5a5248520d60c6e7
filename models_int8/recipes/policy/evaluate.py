# SPDX-License-Identifier: Apache-2.0
"""Plays `phosphene bench sessions` with the graphs in this tree and writes its figures into their card."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from phosphene.models import folder
from phosphene_tools.bench.sessions import Plan, run
from recipes.workshop.card import Metric, read_card, write_card


def main() -> None:
    """Play, print and write."""
    parser = argparse.ArgumentParser(prog="python -m recipes.policy.evaluate")
    parser.add_argument("--sessions", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--data", type=Path, help="recordings, laid out like the public sets of hearing's card")
    parser.add_argument("--keep", type=Path, help="what was played is kept there")
    asked = parser.parse_args()
    figures = run(Plan(asked.sessions, asked.seed, asked.jobs, data=asked.data, kept=asked.keep))
    print(json.dumps(figures, indent=2))
    command = f"phosphene bench sessions --sessions {asked.sessions} --seed {asked.seed}"
    command += f"{' --data DIR' if asked.data else ''} --json"
    place: Path = folder() / "policy"
    metrics = {name: Metric(value=value, command=command) for name, value in _flat(figures)}
    write_card(place, read_card(place).model_copy(update={"metrics": metrics}))


def _flat(figures: dict[str, Any], before: str = "") -> Iterator[tuple[str, float]]:
    for name, value in figures.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{before}{name}_")  # pyright: ignore[reportUnknownArgumentType]
        elif isinstance(value, int | float):
            yield f"{before}{name}", float(value)


if __name__ == "__main__":
    main()
