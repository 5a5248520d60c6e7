# SPDX-License-Identifier: Apache-2.0
"""Predicts what the Edge TPU compiler would map, from its published rules and from what people published of it.

The rules are those of Coral's page "TensorFlow models on the Edge TPU" (requirements, and the table of supported
operations). Where published results say more than the page, a comment names them: issues of google-coral/edgetpu by
number, and graphs of google-coral/test_data that lie there together with their compiled form.
Where page and results leave a doubt, the prediction is the worse of the two.
"""

from __future__ import annotations

from collections.abc import Callable
from math import prod

from phosphene_tools.models.graph import GraphFile, Operator, Tensor
from phosphene_tools.models.placement import Placement, partition

ON_CHIP_BYTES = 8 * 1024 * 1024
# Issue 512 lists a detector's RESHAPE as refused for pictures of 384 pixels and not for 256; its largest head then has
# 48 x 48 x 255 and 32 x 32 x 255 values.
_RESHAPED_BYTES = 32 * 32 * 255

_Rule = Callable[[Operator, GraphFile], str]


def predict_edgetpu(graph: GraphFile) -> Placement:
    """Return which operators would run on the Edge TPU."""
    notes: list[str] = []
    if graph.weight_bytes > ON_CHIP_BYTES:
        notes.append(
            f"weights of {graph.weight_bytes} B do not fit into the 8 MiB on the chip: they are streamed each run"
        )
    elif graph.weight_bytes + graph.activation_peak > ON_CHIP_BYTES:
        notes.append("weights and activations together pass 8 MiB: the compiler tiles or streams")
    if any(operator.name == "TRANSPOSE_CONV" for operator in graph.operators):
        notes.append("TRANSPOSE_CONV: supported by the page, yet refused for some people (issues 509, 686): a doubt")
    moved = max((operator.inputs[0].nbytes for operator in graph.operators if operator.name == "RESHAPE"), default=0)
    if moved > _RESHAPED_BYTES:
        notes.append(f"RESHAPE of {moved} B: the page says that large ones may stay on the CPU (issue 512): a doubt")
    return partition(graph, "edgetpu", _refusal, spreads=True, notes=tuple(notes))


def _refusal(operator: Operator, graph: GraphFile) -> str:
    rule = _RULES.get(operator.name)
    if rule is None:
        return "operator is not supported"
    for tensor in (*operator.inputs, *operator.outputs):
        if why := _tensor(tensor, operator):
            return why
    return rule(operator, graph)


def _tensor(tensor: Tensor, operator: Operator) -> str:
    if not tensor.static:
        return f"shape varies: {list(tensor.shape)}"
    if not tensor.constant and prod(tensor.shape[:-3]) > 1:
        return f"more than the three inner dimensions are above 1: {list(tensor.shape)}"
    # The cell state of a quantised LSTM is 16 bits wide by specification, and test_data's keras_lstm_mnist maps.
    if (
        tensor.dtype not in {"int8", "uint8"}
        and not tensor.constant
        and operator.name != "UNIDIRECTIONAL_SEQUENCE_LSTM"
    ):
        return f"{tensor.dtype} activations"
    if tensor.constant and tensor.dtype not in {"int8", "uint8", "int32"}:
        return f"{tensor.dtype} parameters"
    return ""


def _always(_operator: Operator, _graph: GraphFile) -> str:
    return ""


def _convolution(operator: Operator, _graph: GraphFile) -> str:
    if any(not tensor.constant for tensor in operator.inputs[1:]):
        return "weights are not constant"
    if operator.options.get("dilationWFactor", 1) != operator.options.get("dilationHFactor", 1):
        return "dilation differs between x and y"
    return ""


def _transposed_convolution(operator: Operator, _graph: GraphFile) -> str:
    # Inputs: output shape, weights, input, bias.
    fixed = all(tensor.constant for place, tensor in enumerate(operator.inputs) if place != 2)
    return "" if fixed else "weights are not constant"


def _fully_connected(operator: Operator, _graph: GraphFile) -> str:
    if not operator.inputs[1].constant:
        return "weights are not constant"
    if prod(operator.outputs[0].shape[:-1]) > 1:
        return "its output has more than one dimension"
    return ""


def _no_fused_activation(operator: Operator, _graph: GraphFile) -> str:
    return "it has a fused activation" if operator.options.get("fusedActivationFunction", 0) else ""


def _add(operator: Operator, graph: GraphFile) -> str:
    # Issue 690: an addition right after a padding was left to the CPU.
    padded = {tensor.index for other in graph.operators if other.name == "PAD" for tensor in other.outputs}
    return "an addition right after a padding was refused" if padded & {t.index for t in operator.inputs} else ""


def _concatenation(operator: Operator, graph: GraphFile) -> str:
    if any(tensor.constant for tensor in operator.inputs):
        return "a constant input"
    return _no_fused_activation(operator, graph) or _not_batch(operator, operator.options.get("axis", -1))


def _mean(operator: Operator, _graph: GraphFile) -> str:
    source, axes = operator.inputs[0].shape, operator.constants.get(1, ())
    if any(axis % len(source) == 0 for axis in axes) and source[0] > 1:
        return "it reduces the batch"
    # Issue 461: a mean over 256 × 128 was refused, one over 64 × 128 was mapped.
    return "a mean over more than 8192 values" if prod(source[axis] for axis in axes) > 8192 else ""


def _pad(operator: Operator, _graph: GraphFile) -> str:
    pads = operator.constants.get(1)
    if pads is None:
        return "its paddings are not constant"
    rank = len(operator.inputs[0].shape)
    spread = [place for place in range(rank) if pads[2 * place] or pads[2 * place + 1]]
    return "it pads the batch" if rank == 4 and 0 in spread else ""


def _resize(operator: Operator, _graph: GraphFile) -> str:
    before, after = operator.inputs[0].shape, operator.outputs[0].shape
    if len(before) != 4:
        return "its input has not four dimensions"
    growth = max(after[1] / before[1], after[2] / before[2])
    # deeplabv3 and deeplab_mobilenet_edgetpu_slim: 33 and 15.5 times were refused; movenet: 2 times was mapped.
    return f"a resize by {growth:.3g} times" if growth > 4 else ""


def _softmax(operator: Operator, _graph: GraphFile) -> str:
    shape = operator.inputs[0].shape
    if prod(shape[:-1]) > 1:
        return "its input has more than one dimension"
    return "more than 16,000 values" if shape[-1] > 16_000 else ""


def _split(operator: Operator, _graph: GraphFile) -> str:
    return _not_batch(operator, operator.constants.get(0, (1,))[0])


def _strided_slice(operator: Operator, _graph: GraphFile) -> str:
    if any(stride != 1 for stride in operator.constants.get(3, ())):
        return "a stride above 1"
    return (
        "an ellipsis or a new axis"
        if operator.options.get("ellipsisMask") or operator.options.get("newAxisMask")
        else ""
    )


def _not_batch(operator: Operator, axis: int) -> str:
    rank = len(operator.outputs[0].shape)
    return "it works along the batch" if rank >= 4 and axis % rank == 0 else ""


# TRANSPOSE is absent on purpose: the page lists it for the latest runtime, and the logs of issues 242, 342 and 433
# show it refused, by the latest compiler as well. TILE too: the page does not list it.
_RULES: dict[str, _Rule] = {
    "ADD": _add,
    "AVERAGE_POOL_2D": _no_fused_activation,
    "CONCATENATION": _concatenation,
    "CONV_2D": _convolution,
    "DEPTHWISE_CONV_2D": _convolution,
    "EXPAND_DIMS": _always,
    "FULLY_CONNECTED": _fully_connected,
    "L2_NORMALIZATION": _always,
    "LOGISTIC": _always,
    "MAXIMUM": _always,
    "MAX_POOL_2D": _no_fused_activation,
    "MEAN": _mean,
    "MINIMUM": _always,
    "MUL": _always,
    "PAD": _pad,
    "PRELU": _always,
    "QUANTIZE": _always,
    "RELU": _always,
    "RELU6": _always,
    "RELU_N1_TO_1": _always,
    "RESHAPE": _always,
    "RESIZE_BILINEAR": _resize,
    "RESIZE_NEAREST_NEIGHBOR": _resize,
    "SLICE": _always,
    "SOFTMAX": _softmax,
    "SPACE_TO_DEPTH": _always,
    "SPLIT": _split,
    "SQUEEZE": _always,
    "STRIDED_SLICE": _strided_slice,
    "SUB": _always,
    "SUM": _mean,
    "TANH": _always,
    "TRANSPOSE_CONV": _transposed_convolution,
    "UNIDIRECTIONAL_SEQUENCE_LSTM": _always,
}
