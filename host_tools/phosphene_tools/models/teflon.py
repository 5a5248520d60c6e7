# SPDX-License-Identifier: Apache-2.0
"""Predicts what Mesa's Teflon delegate would take on an RK3588, whose mainline driver is Rocket.

Read from Mesa's sources: `src/gallium/frontends/teflon/tfl_device.c` (what the delegate understands) and
`src/gallium/drivers/rocket/rkt_ml.c` (what this driver takes of it): convolutions without dilation whose tensors
are all quantised per tensor, and additions of two activations. The delegate knows more operators than this driver.
It takes any set of operators, so an operator off the chip does not pull others with it.
"""

from __future__ import annotations

from phosphene_tools.models.graph import GraphFile, Operator
from phosphene_tools.models.placement import Placement, partition

# What the delegate hands to drivers at all; the rest never leaves the CPU.
DELEGATED = frozenset(
    {
        "ABS", "ADD", "AVERAGE_POOL_2D", "CONCATENATION", "CONV_2D", "DEPTHWISE_CONV_2D", "FULLY_CONNECTED", "LOGISTIC",
        "MAX_POOL_2D", "PAD", "RELU", "RESHAPE", "SPLIT", "STRIDED_SLICE", "SUB", "TRANSPOSE",
    }
)  # fmt: skip


def predict_teflon(graph: GraphFile) -> Placement:
    """Return which operators Rocket would run, under the Mesa release whose sources were read."""
    notes: tuple[str, ...] = ()
    if any(len(set(tensor.scales)) > 1 for tensor in graph.tensors if tensor.constant):
        notes = ("weights are quantised per channel, which the Mesa sources that were read do not take",)
    return partition(graph, "teflon-rocket", _refusal, spreads=False, notes=notes)


def _refusal(operator: Operator, _graph: GraphFile) -> str:
    if operator.name not in DELEGATED:
        return "the delegate does not know it"
    if operator.name == "ADD":
        return "an addition of a constant" if any(tensor.constant for tensor in operator.inputs) else ""
    if operator.name not in {"CONV_2D", "DEPTHWISE_CONV_2D"}:
        return "the driver does not take it"
    if any(tensor.dtype not in {"int8", "uint8"} for tensor in (*operator.inputs[:2], *operator.outputs)):
        return "not 8 bits wide"
    if max(operator.options.get("dilationWFactor", 1), operator.options.get("dilationHFactor", 1)) > 1:
        return "dilation"
    if any(len(set(tensor.scales)) > 1 or len(set(tensor.zero_points)) > 1 for tensor in operator.inputs):
        return "weights are quantised per channel"
    return ""
