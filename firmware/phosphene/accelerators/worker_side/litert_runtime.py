# SPDX-License-Identifier: Apache-2.0
"""A graph in LiteRT, or in tflite-runtime before it, with the delegate of a chip or without."""

from __future__ import annotations

import ctypes
import importlib
from typing import Any


class LiteRtGraph:
    """A loaded graph. Raises ValueError or RuntimeError for a graph that the interpreter refuses."""

    def __init__(self, module: Any, options: dict[str, Any], content: bytes, _asked: dict[str, Any]) -> None:
        resolver, delegates = module.OpResolverType.AUTO, None
        if options.get("kernels") == "reference":
            resolver = module.OpResolverType.BUILTIN_REF
        if options.get("library"):
            # XNNPACK would take what the chip leaves, and nobody could tell the two apart.
            resolver = module.OpResolverType.BUILTIN_WITHOUT_DEFAULT_DELEGATES
            delegates = [load_delegate(module, options)]
        self._interpreter = module.Interpreter(
            model_content=content,
            num_threads=options.get("threads", 1),
            experimental_op_resolver_type=resolver,
            experimental_delegates=delegates,
        )
        self._interpreter.allocate_tensors()
        self._inputs: list[Any] = self._interpreter.get_input_details()
        self._outputs: list[Any] = self._interpreter.get_output_details()

    def described(self) -> dict[str, Any]:
        """Return the graph's ends and nodes as `locate` and `spec_of` take them."""
        return {
            "inputs": [_end(detail) for detail in self._inputs],
            "outputs": [_end(detail) for detail in self._outputs],
            "nodes": [
                {
                    "index": int(node["index"]),
                    "op_name": str(node["op_name"]),
                    "inputs": [int(slot) for slot in node["inputs"]],
                    "outputs": [int(slot) for slot in node["outputs"]],
                }
                for node in self._interpreter._get_ops_details()
            ],
        }

    def run(self, inputs: list[Any], outputs: list[Any]) -> None:
        """Compute `outputs`, views of the shared memory, from `inputs`."""
        for place, detail in enumerate(self._inputs):
            self._interpreter.set_tensor(detail["index"], inputs[place])
        self._interpreter.invoke()
        for place, detail in enumerate(self._outputs):
            outputs[place][...] = self._interpreter.get_tensor(detail["index"])


def _end(detail: dict[str, Any]) -> dict[str, Any]:
    scale, zero_point = detail["quantization"]
    return {
        "name": str(detail["name"]),
        "dtype": detail["dtype"].__name__,
        "shape": [int(size) for size in detail["shape"]],
        "shape_signature": [int(size) for size in detail["shape_signature"]],
        "quantization": [float(scale), int(zero_point)],
    }


def load_delegate(module: Any, options: dict[str, Any]) -> Any:
    """Return the delegate in a chip's library; raises OSError for the library, ValueError when it finds no device."""
    # Looked at first, since LiteRT complains a second time, from a destructor, about a library that is not there.
    if not hasattr(ctypes.CDLL(options["library"]), "tflite_plugin_create_delegate"):
        raise OSError(f"{options['library']} makes no delegate")
    return module.load_delegate(options["library"], options.get("device") or {})


def find_litert() -> tuple[Any, str]:
    """Return the runtime's module, and the package that it is of; raises ImportError when there is none."""
    try:
        return importlib.import_module("ai_edge_litert.interpreter"), "ai-edge-litert"
    except ImportError as missing:
        try:
            return importlib.import_module("tflite_runtime.interpreter"), "tflite-runtime"
        except ImportError:
            raise ImportError(f"neither ai-edge-litert nor tflite-runtime: {missing}") from missing
