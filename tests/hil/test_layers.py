# SPDX-License-Identifier: Apache-2.0
"""A graph apart: each layer is held against the reference by itself, and the one that is wrong is named."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from phosphene.accelerators import Cpu, Description, Graph, TensorSpec, load_graph
from phosphene.accelerators.golden import golden_inputs
from phosphene.models import model_file
from phosphene_hil.layers import MOST_STEPS, layer_differences
from phosphene_tools.models.graph import read_graph

GRAPH = model_file("policy", "pointer.tflite")
WRONG = 2


@dataclass(frozen=True)
class OneLayerOff:
    """The CPU, but for one of the outputs, which it gives three steps too high."""

    name = "cpu"

    def load(self, path: Path) -> Graph:
        return _Off(Cpu().load(path))


@dataclass(frozen=True)
class _Off:
    graph: Graph

    @property
    def inputs(self) -> tuple[TensorSpec, ...]:
        return self.graph.inputs

    @property
    def outputs(self) -> tuple[TensorSpec, ...]:
        return self.graph.outputs

    def run(self, *arrays: NDArray[Any]) -> tuple[NDArray[Any], ...]:
        outputs = list(self.graph.run(*arrays))
        outputs[WRONG] = np.clip(outputs[WRONG].astype(np.int16) + 3, -128, 127).astype(np.int8)
        return tuple(outputs)

    def describe(self) -> Description:
        return self.graph.describe()


def inputs() -> tuple[NDArray[np.int8], ...]:
    return golden_inputs(load_graph(GRAPH).inputs, seed=3)


def test_every_layer_is_there_and_near_the_reference(tmp_path: Path) -> None:
    found = layer_differences(GRAPH, Cpu(), inputs(), tmp_path)
    assert [one.operator.index for one in found] == [operator.index for operator in read_graph(GRAPH).operators]
    assert all(one.most_steps <= MOST_STEPS for one in found)


def test_the_reference_differs_from_itself_nowhere(tmp_path: Path) -> None:
    assert all(one.share == 0 for one in layer_differences(GRAPH, Cpu(kernels="reference"), inputs(), tmp_path))


def test_a_layer_that_is_wrong_is_named_and_those_after_it_are_not(tmp_path: Path) -> None:
    found = layer_differences(GRAPH, OneLayerOff(), inputs(), tmp_path)
    wrong = [one for one in found if one.most_steps > MOST_STEPS]
    assert [one.operator.index for one in wrong] == [WRONG]
    assert str(wrong[0]).startswith(f"layer {WRONG} CONV_2D")
