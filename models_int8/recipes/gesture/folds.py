# SPDX-License-Identifier: Apache-2.0
"""Judges a fold's network, in float and as the int8 graph made of it, on what that fold kept back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from torch import nn

from phosphene.accelerators import Graph
from recipes.gesture.network import logits
from recipes.gesture.samples import Samples


@dataclass(frozen=True, slots=True)
class Outcome:
    """Logits [n, 8] of the float network and of the int8 graph, and the right `labels` [n]."""

    exact: NDArray[np.float32]
    int8: NDArray[np.float32]
    labels: NDArray[np.int64]

    @property
    def right(self) -> tuple[float, float]:
        """The share that is right, of the float network and of the int8 graph."""
        exact, int8 = (float((each.argmax(axis=1) == self.labels).mean()) for each in (self.exact, self.int8))
        return exact, int8


def judge(module: nn.Module, graph: Graph, samples: Samples) -> Outcome:
    """Return what both make of `samples`."""
    spec, out = graph.inputs[0], graph.outputs[0]
    int8 = [out.dequantise(graph.run(spec.quantise(row[None]))[0])[0] for row in samples.features]
    return Outcome(logits(module, samples), np.array(int8, np.float32).reshape(-1, out.shape[1]), samples.labels)


def together(parts: Sequence[Outcome]) -> Outcome:
    """Return all folds' outcomes as one."""
    exact, int8, labels = zip(*((part.exact, part.int8, part.labels) for part in parts), strict=True)
    return Outcome(np.concatenate(exact), np.concatenate(int8), np.concatenate(labels))
