# SPDX-License-Identifier: Apache-2.0
"""A graph that takes one square picture: puts pixels into its integers, and its outputs into real numbers."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from phosphene.accelerators import Graph, ModelError
from phosphene.perception.vision.view import Pixels

Float = NDArray[np.float32]


class PictureNetwork:
    """Runs `graph` on uint8 pictures, whose values 0 … 255 stand for `low` … `high`.

    Raises ModelError for a graph that doesn't take one square picture, or lacks one of the named outputs.
    """

    def __init__(self, graph: Graph, outputs: tuple[str, ...], low: float = 0.0, high: float = 1.0) -> None:
        shape = graph.inputs[0].shape
        names = [spec.name for spec in graph.outputs]
        missing = [name for name in outputs if name not in names]
        if len(graph.inputs) != 1 or len(shape) != 4 or shape[1] != shape[2] or shape[3] != 3 or missing:
            raise ModelError(
                f"the graph is another than is needed: input {list(shape)}, outputs {', '.join(names)}",
                place=str(graph.describe().file),
                cure="install phosphene again",
            )
        self._graph = graph
        self._order = tuple(names.index(name) for name in outputs)
        self._table = graph.inputs[0].quantise(np.linspace(low, high, 256))
        self._is_shift = _is_shift(self._table)
        self.size = shape[1]

    def run(self, pixels: Pixels) -> list[Float]:
        """Return the outputs in the order of their names, in real numbers; `pixels` is [size, size, 3]."""
        integers = (pixels ^ np.uint8(128)).view(np.int8) if self._is_shift else self._table.take(pixels)
        results = self._graph.run(integers[None])
        return [self._graph.outputs[place].dequantise(results[place]) for place in self._order]


def _is_shift(table: NDArray[Any]) -> bool:
    """Whether a pixel's integer is the pixel less 128, or half a step from there: then nothing need be looked up."""
    if table.dtype != np.int8:
        return False
    beside = table.astype(np.int16) - np.arange(-128, 128)
    return bool((np.abs(beside) <= 1).all())
