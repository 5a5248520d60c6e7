# SPDX-License-Identifier: Apache-2.0
"""Scores the Edge TPU prediction against graphs that were published together with their compiled form.

In a compiled graph one operator, `edgetpu-custom-op`, stands for all that was mapped; what else is left in it runs on
the CPU. So the pair tells which operators the compiler refused. google-coral/test_data holds many such pairs.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from phosphene_tools.models.edgetpu import predict_edgetpu
from phosphene_tools.models.graph import read_graph

COMPILED = "_edgetpu.tflite"
_CUSTOM = "custom:edgetpu-custom-op"


@dataclass(frozen=True, slots=True)
class Score:
    """One pair. `too_hopeful` operators were predicted on the chip and left off it; `too_gloomy` the other way."""

    name: str
    operators: int
    left: int
    predicted_left: int
    too_hopeful: int
    too_gloomy: int


def score(folder: Path) -> list[Score]:
    """Return the score of each pair X.tflite, X_edgetpu.tflite under `folder`."""
    found: list[Score] = []
    for compiled in sorted(folder.rglob(f"*{COMPILED}")):
        source = compiled.with_name(compiled.name.removesuffix(COMPILED) + ".tflite")
        if source.is_file():
            found.append(score_pair(source, compiled))
    return found


def score_pair(source: Path, compiled: Path) -> Score:
    """Return how the prediction for `source` compares with its `compiled` form, operator name by operator name."""
    graph = read_graph(source)
    left = Counter(operator.name for operator in read_graph(compiled).operators)
    left.pop(_CUSTOM, None)
    predicted = Counter(operator.name for operator in predict_edgetpu(graph).operators if not operator.on_chip)
    return Score(
        source.stem,
        len(graph.operators),
        left.total(),
        predicted.total(),
        too_hopeful=(left - predicted).total(),
        too_gloomy=(predicted - left).total(),
    )
