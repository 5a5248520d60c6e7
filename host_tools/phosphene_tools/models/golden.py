# SPDX-License-Identifier: Apache-2.0
"""`phosphene models golden`: writes golden results, and holds a back-end against them."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from phosphene.accelerators import Accelerator
from phosphene.accelerators.golden import GOLDEN, Comparison, compare, make_golden, read_golden
from phosphene_tools.models.toml_text import toml_text

SEEDS = (1, 2, 3)


def write_golden(folder: Path, graphs: Sequence[Path], seeds: Sequence[int] = SEEDS) -> Path:
    """Write the golden results of a model's graphs into its `folder` and return the file; raises ModelError."""
    made = {path.name: make_golden(path, seeds) for path in sorted(graphs)}
    entries = {
        name: {
            "sha256": golden.sha256,
            "mean_steps": [tolerance.mean_steps for tolerance in golden.tolerances],
            "snr_db": [tolerance.snr_db for tolerance in golden.tolerances],
            "outputs": {str(seed): digest for seed, digest in golden.outputs.items()},
        }
        for name, golden in made.items()
    }
    file = folder / GOLDEN
    scratch = file.with_name(file.name + ".part")
    remark = f"Written by `phosphene models golden {folder.name} --write`: SHA-256 of what reference kernels give."
    scratch.write_text(toml_text({"graphs": entries}, remark), "utf-8")
    scratch.replace(file)
    return file


def without_golden(graphs: Sequence[Path]) -> list[Path]:
    """Return the graphs of models that have no golden results at all."""
    return [path for path in graphs if not (path.parent / GOLDEN).is_file()]


def held_against(graphs: Sequence[Path], accelerator: Accelerator) -> list[Comparison]:
    """Return how near `accelerator` comes to the golden results of each graph; raises PhospheneError."""
    found = [(path, read_golden(path)) for path in graphs]
    return [compare(accelerator.load(path), path, golden) for path, golden in found]


def as_row(comparison: Comparison) -> dict[str, Any]:
    """Return a comparison ready for printing as JSON."""
    return dataclasses.asdict(comparison) | {"problems": list(comparison.problems)}


def lines(comparison: Comparison) -> list[str]:
    """Return a comparison for people: a line for the graph, and one for each of its outputs."""
    where = ", ".join(f"{count} operators on {place}" for place, count in comparison.runs_on.items())
    return [
        f"{comparison.graph}: {where}",
        *(
            f"  {one.output}: {one.mean_steps:.3f} steps off on average (at most {one.tolerance.mean_steps:g}), "
            f"{one.most_steps} at most; {one.snr_db:.1f} dB (at least {one.tolerance.snr_db:g})"
            for one in comparison.differences
        ),
    ]
