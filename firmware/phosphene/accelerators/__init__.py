# SPDX-License-Identifier: Apache-2.0
"""Runs int8 graphs on the CPU, a Coral Edge TPU or the NPU of an RK3588, behind one protocol."""

from __future__ import annotations

from phosphene.accelerators.choose import open_accelerator, parse_spec
from phosphene.accelerators.cpu import Cpu, load_graph
from phosphene.accelerators.delegate import Delegate, coral, teflon
from phosphene.accelerators.errors import AcceleratorError, ModelError, ShapeError, Stalled, WorkerLost
from phosphene.accelerators.health import Event, Health, Policy
from phosphene.accelerators.inference import Inference, InferenceState
from phosphene.accelerators.protocol import Accelerator, Description, Graph, Operator
from phosphene.accelerators.supervised import Supervised
from phosphene.accelerators.tensor import TensorSpec
from phosphene.accelerators.worker import Limits, Worker

__all__ = [
    "Accelerator",
    "AcceleratorError",
    "Cpu",
    "Delegate",
    "Description",
    "Event",
    "Graph",
    "Health",
    "Inference",
    "InferenceState",
    "Limits",
    "ModelError",
    "Operator",
    "Policy",
    "ShapeError",
    "Stalled",
    "Supervised",
    "TensorSpec",
    "Worker",
    "WorkerLost",
    "coral",
    "load_graph",
    "open_accelerator",
    "parse_spec",
    "teflon",
]
