# SPDX-License-Identifier: Apache-2.0
"""Writes the card of what a recipe made: the graphs' entries come from their export reports, never by hand."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from pathlib import Path

from phosphene.accelerators import TensorSpec
from phosphene.errors import PhospheneError
from phosphene_tools.models.card import Card, End, Graph, Metric, Source, read_card, sha256_of, write_card
from phosphene_tools.models.placement import placements
from recipes.workshop.export import ExportReport

__all__ = ["Card", "Graph", "Metric", "Source", "graph_entry", "hashes", "read_card", "write_card"]


def graph_entry(report: ExportReport, meanings: Mapping[str, str]) -> Graph:
    """Return the card's entry for an exported graph; `meanings` says of each input and output what it holds.

    Raises PhospheneError when one of them is left without a meaning, or a meaning is left without one of them.
    """
    ends = {spec.name for spec in (*report.inputs, *report.outputs)}
    if ends != set(meanings):
        odd = ", ".join(sorted(ends ^ set(meanings)))
        raise PhospheneError(
            f"meanings and tensors differ: {odd}", place=str(report.graph), cure="name each of them once"
        )
    return Graph(
        sha256=report.sha256,
        bytes=report.size,
        # TOML has infinity, but a figure that nothing can beat says less than a large one.
        snr_db=round(min(*report.snr_db, 200.0), 2),
        inputs=tuple(_end(spec, meanings) for spec in report.inputs),
        outputs=tuple(_end(spec, meanings) for spec in report.outputs),
        placement=placements(report.graph),
    )


def hashes(folder: Path, files: Iterable[Path]) -> dict[str, str]:
    """Return the SHA-256 of each of `files`, by its path inside `folder`, in order."""
    return {file.relative_to(folder).as_posix(): sha256_of(file) for file in sorted(files)}


def _end(spec: TensorSpec, meanings: Mapping[str, str]) -> End:
    assert math.isfinite(spec.scale)
    return End(
        name=spec.name,
        shape=spec.shape,
        scale=spec.scale,
        zero_point=spec.zero_point,
        meaning=meanings[spec.name],
    )
