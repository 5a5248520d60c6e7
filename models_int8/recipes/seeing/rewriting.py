# SPDX-License-Identifier: Apache-2.0
"""Rewrites published float graphs into operators that chips take; each rewriting computes the same numbers."""

from __future__ import annotations

from typing import Any

import numpy as np

from phosphene.errors import PhospheneError
from recipes.seeing.graph import Edited, schema

_NONE, _RELU = schema.ActivationFunctionType.NONE, schema.ActivationFunctionType.RELU
_FUSING = ("CONV_2D", "DEPTHWISE_CONV_2D", "ADD")
# A row of weights that is zero throughout has no scale; this is below a thousandth of any other.
_TINY = 1e-4


def plain(edited: Edited) -> None:
    """Store weights in float32: the published graphs keep them in float16 and widen them while they run."""
    for operator in edited.named("DEQUANTIZE"):
        half, full = int(operator.inputs[0]), int(operator.outputs[0])
        values = edited.values(half).astype(np.float32)
        edited.graph.tensors[full].buffer = edited.graph.tensors[edited.tensor("w", values.shape, values)].buffer
        edited.replace(operator, [])


def heads(edited: Edited) -> list[int]:
    """Return the tensors that the outputs are only reshaped and joined from: one grid of numbers for each head."""
    found: list[int] = []
    waiting = [int(slot) for slot in edited.graph.outputs]
    while waiting:
        slot = waiting.pop(0)
        maker = edited.maker(slot)
        if edited.name_of(maker) == "RESHAPE":
            waiting.insert(0, int(maker.inputs[0]))
        elif edited.name_of(maker) == "CONCATENATION":
            waiting = [*(int(part) for part in maker.inputs), *waiting]
        else:
            found.append(slot)
    return found


def without_padded_sums(edited: Edited) -> None:
    """Replace "pad the channels, then add" by adding to the first channels and joining the rest to them.

    An addition right after a padding was refused by the Edge TPU's compiler. The convolution that makes the other
    summand is cut in two along its output channels.
    """
    for pad in edited.named("PAD"):
        (add,) = edited.users(int(pad.outputs[0]))
        source = int(pad.inputs[0])
        (other,) = (int(slot) for slot in add.inputs if slot != pad.outputs[0])
        conv = edited.maker(other)
        if edited.name_of(add) != "ADD" or edited.name_of(conv) != "CONV_2D" or edited.users(other) != [add]:
            raise PhospheneError("a padding that is no padding of a sum", cure="use the pinned packages")
        shape, first = edited.shape(other), edited.shape(source)[-1]
        weights, bias = (edited.values(int(slot)) for slot in conv.inputs[1:])
        halves: list[tuple[Any, int]] = []
        for part in (slice(None, first), slice(first, None)):
            made = edited.tensor("half", (*shape[:3], len(bias[part])))
            inputs = [
                int(conv.inputs[0]),
                edited.tensor("w", weights[part].shape, weights[part]),
                edited.tensor("b", bias[part].shape, bias[part]),
            ]
            halves.append((edited.like(conv, inputs, made), made))
        summed = edited.tensor("sum", (*shape[:3], first))
        options = schema.ConcatenationOptionsT()
        options.axis = 3
        join = edited.operator(
            "CONCATENATION",
            [summed, halves[1][1]],
            int(add.outputs[0]),
            options,
            schema.BuiltinOptions.ConcatenationOptions,
        )
        addition = edited.like(add, [source, halves[0][1]], summed)
        edited.replace(conv, [])
        edited.replace(pad, [])
        edited.replace(add, [halves[0][0], halves[1][0], addition, join])


def fused(edited: Edited) -> None:
    """Let the operator before a ReLU do it; before a join, let each of its parts."""
    for relu in edited.named("RELU"):
        source, target = int(relu.inputs[0]), int(relu.outputs[0])
        if edited.users(source) != [relu]:
            continue
        maker = edited.maker(source)
        parts = [edited.maker(int(slot)) for slot in maker.inputs] if edited.name_of(maker) == "CONCATENATION" else []
        takers = parts or [maker]
        if any(edited.name_of(one) not in _FUSING or one.builtinOptions.fusedActivationFunction for one in takers):
            continue
        for one in takers:
            one.builtinOptions.fusedActivationFunction = _RELU
        maker.outputs = [target]
        edited.replace(relu, [])


def without_prelu(edited: Edited) -> None:
    """Write PReLU, which the quantiser doesn't know, as ReLU(x) - slope · ReLU(-x), with one slope a channel.

    The factors 1, -1 and -slope are depthwise convolutions of one point: those have a scale for each channel, and
    slopes run from -4 to 5. Nothing large cancels out, as in slope · x + (1 - slope) · ReLU(x).
    """
    for prelu in edited.named("PRELU"):
        source, target = int(prelu.inputs[0]), int(prelu.outputs[0])
        shape = edited.shape(source)
        slope = edited.values(int(prelu.inputs[1])).reshape(-1)
        ones = np.ones_like(slope)
        above, below, bent = (edited.tensor("part", shape) for _ in range(3))
        add = edited.operator("ADD", [above, bent], target, schema.AddOptionsT(), schema.BuiltinOptions.AddOptions)
        edited.replace(
            prelu,
            [
                # A ReLU by itself takes the CPU ten times as long as one inside another operator.
                _scaled(edited, source, ones, above, _RELU),
                _scaled(edited, source, -ones, below, _RELU),
                _scaled(edited, below, -slope, bent),
                add,
            ],
        )


def _scaled(edited: Edited, source: int, factors: Any, target: int, activation: int = _NONE) -> Any:
    kept = np.where(np.abs(factors) < _TINY, _TINY, factors).astype(np.float32)
    options = schema.DepthwiseConv2DOptionsT()
    options.padding, options.strideH, options.strideW = schema.Padding.SAME, 1, 1
    options.depthMultiplier, options.dilationHFactor, options.dilationWFactor = 1, 1, 1
    options.fusedActivationFunction = activation
    inputs = [
        source,
        edited.tensor("slope", (1, 1, 1, kept.size), kept),
        edited.tensor("zero", (kept.size,), np.zeros(kept.size, np.float32)),
    ]
    kind = schema.BuiltinOptions.DepthwiseConv2DOptions
    return edited.operator("DEPTHWISE_CONV_2D", inputs, target, options, kind)
