# SPDX-License-Identifier: Apache-2.0
"""The two tools that make a graph: litert-torch writes it in float32, litert-quantizer turns it into int8."""

from __future__ import annotations

import logging
import tempfile
import warnings
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import contextmanager, redirect_stdout
from io import StringIO
from pathlib import Path
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray
from torch import Tensor, nn

from phosphene.errors import PhospheneError

Range = tuple[float, float]
Merge = Callable[[Mapping[str, Any], Mapping[str, Any]], dict[str, Any]]


def convert(
    module: nn.Module,
    example_inputs: tuple[Tensor, ...],
    input_names: Sequence[str] | None = None,
    output_names: Sequence[str] | None = None,
) -> bytes:
    """Return `module` as a float32 .tflite whose inputs and outputs of four dimensions are N×H×W×C.

    Its tensors get short names, the same every time: the converter's own are long and hold the names of classes.
    """
    import litert_torch

    result = module(*example_inputs)
    outputs = result if isinstance(result, (tuple, list)) else (result,)
    wrapped = litert_torch.to_channel_last_io(
        module,
        args=[place for place, tensor in enumerate(example_inputs) if tensor.ndim == 4],
        outputs=[place for place, tensor in enumerate(outputs) if tensor.ndim == 4],
    )
    examples = tuple(
        tensor.permute(0, 2, 3, 1).contiguous() if tensor.ndim == 4 else tensor for tensor in example_inputs
    )
    with _quiet(), tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "float.tflite"
        litert_torch.convert(wrapped.eval(), examples).export(str(path))
        content = path.read_bytes()
    return _renamed(
        content,
        input_names or [f"input_{place}" for place in range(len(example_inputs))],
        output_names or [f"output_{place}" for place in range(len(outputs))],
    )


def quantise(
    content: bytes,
    samples: Sequence[tuple[NDArray[np.float32], ...]],
    input_ranges: Sequence[Range | None] | None = None,
    output_ranges: Sequence[Range | None] | None = None,
    merge: Merge | None = None,
) -> bytes:
    """Return the float32 graph in `content` as int8: per channel for weights, minimum and maximum for activations.

    The quantiser's own choice, a moving average, cuts off what only a few samples reach. `merge` is another: it gets
    what was seen of a tensor so far, empty at first, and what a new sample shows of it, both with "min" and "max".
    """
    from ai_edge_litert.tools import flatbuffer_utils
    from litert_quantizer import quantizer, recipe
    from litert_quantizer.calibrator import Calibrator
    from litert_quantizer.recipe_manager import RecipeManager
    from litert_quantizer.utils import qsv_utils

    model = cast("Any", flatbuffer_utils.read_model_from_bytearray(bytearray(content)))
    graph, (signature,) = model.subgraphs[0], model.signatureDefs
    names = [tensor.name.decode() for tensor in signature.inputs]
    static = recipe.static_wi8_ai8()
    manager = RecipeManager()
    manager.load_quantization_recipe(static)
    with _quiet():
        calibrator = Calibrator(content, num_threads=1, qsv_update_func=merge or qsv_utils.min_max_update)
        data = [dict(zip(names, sample, strict=True)) for sample in samples]
        calibrator.calibrate({signature.signatureKey.decode(): data}, manager)
        seen = calibrator.get_model_qsvs()
        _fix(seen, graph, graph.inputs, input_ranges)
        _fix(seen, graph, graph.outputs, output_ranges)
        quantised = quantizer.Quantizer(content, static).quantize(seen).quantized_model
        if quantised is None:
            raise PhospheneError("the quantiser wrote nothing", cure="use the pinned versions of `train`")
        return bytes(quantised)


def _fix(seen: Mapping[str, Any], graph: Any, slots: Sequence[int], ranges: Sequence[Range | None] | None) -> None:
    for slot, fixed in zip(slots, ranges or [], strict=ranges is not None):
        if fixed is not None:
            values = seen[graph.tensors[slot].name.decode()]
            values["min"] = np.full_like(values["min"], fixed[0])
            values["max"] = np.full_like(values["max"], fixed[1])


def _renamed(content: bytes, input_names: Sequence[str], output_names: Sequence[str]) -> bytes:
    from ai_edge_litert.tools import flatbuffer_utils

    model = cast("Any", flatbuffer_utils.read_model_from_bytearray(bytearray(content)))
    graph, (signature,) = model.subgraphs[0], model.signatureDefs
    # The converter calls the inputs args_0, args_1, …; their order in the graph is what `run` goes by.
    order = sorted(signature.inputs, key=lambda entry: int(entry.name.decode().rpartition("_")[2]))
    if [entry.tensorIndex for entry in order] != list(graph.inputs):
        raise PhospheneError("the converter changed the order of the inputs", cure="use the pinned versions of `train`")
    if len(input_names) != len(graph.inputs) or len(output_names) != len(graph.outputs):
        raise PhospheneError(
            f"the graph has {len(graph.inputs)} inputs and {len(graph.outputs)} outputs, "
            f"and there are names for {len(input_names)} and {len(output_names)}",
            cure="an input that nothing depends on is dropped; name those that are left",
        )
    for index, tensor in enumerate(graph.tensors):
        tensor.name = f"t{index}".encode()
    ends = [*zip(graph.inputs, input_names, strict=True), *zip(graph.outputs, output_names, strict=True)]
    for slot, name in ends:
        graph.tensors[slot].name = name.encode()
    for entry in [*signature.inputs, *signature.outputs]:
        entry.name = graph.tensors[entry.tensorIndex].name
    return bytes(flatbuffer_utils.convert_object_to_bytearray(model))


@contextmanager
def _quiet() -> Generator[None]:
    """Keep the tools' progress bars, sizes and deprecations off the terminal; their errors come through."""
    level = logging.root.manager.disable
    logging.disable(logging.WARNING)
    try:
        with warnings.catch_warnings(), redirect_stdout(StringIO()):
            warnings.simplefilter("ignore")
            yield
    finally:
        logging.disable(level)
