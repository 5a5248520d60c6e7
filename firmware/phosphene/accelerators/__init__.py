# SPDX-License-Identifier: Apache-2.0
"""Runs int8 graphs on the CPU, a Coral Edge TPU or the NPU of an RK3588, behind one protocol."""

from __future__ import annotations

from phosphene.accelerators.cpu import Cpu, load_graph
from phosphene.accelerators.delegate import Delegate, coral, teflon
from phosphene.accelerators.errors import AcceleratorError, ModelError, ShapeError
from phosphene.accelerators.protocol import Accelerator, Description, Graph, Operator
from phosphene.accelerators.tensor import TensorSpec

__all__ = [
    "Accelerator",
    "AcceleratorError",
    "Cpu",
    "Delegate",
    "Description",
    "Graph",
    "ModelError",
    "Operator",
    "ShapeError",
    "TensorSpec",
    "coral",
    "load_graph",
    "teflon",
]
