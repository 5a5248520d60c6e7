# SPDX-License-Identifier: Apache-2.0
"""A graph in the LiteRT interpreter, with or without a delegate: what CPU, Coral and Teflon have in common."""

from __future__ import annotations

import threading
from typing import Any, Final, Literal

from numpy.typing import NDArray

from phosphene.accelerators.ends import require, spec_of
from phosphene.accelerators.errors import AcceleratorError, ModelError
from phosphene.accelerators.model_file import ModelFile
from phosphene.accelerators.operators import locate
from phosphene.accelerators.protocol import Description

Kernels = Literal["xnnpack", "reference"]


def litert() -> Any:
    """Return LiteRT's interpreter module; raises AcceleratorError when it is not installed."""
    try:
        from ai_edge_litert import interpreter
    except ImportError as error:
        raise AcceleratorError(
            "LiteRT, which runs the networks, is not installed",
            place=str(error),
            cure='pip install "ai-edge-litert>=2.3,<2.4"',
        ) from error
    return interpreter


class InterpreterGraph:
    """A graph that the LiteRT interpreter runs.

    `kernels`: XNNPACK's are fast, and the same bit for bit on any number of threads; the reference kernels are slow,
    and what golden results are made with. The two differ by a few steps of int8.
    """

    def __init__(
        self,
        model: ModelFile,
        *,
        accelerator: str,
        threads: int = 1,
        kernels: Kernels = "xnnpack",
        delegates: tuple[object, ...] = (),
        allow_float: bool = False,
    ) -> None:
        module = litert()
        resolver = module.OpResolverType.AUTO
        if kernels == "reference":
            resolver = module.OpResolverType.BUILTIN_REF
        elif delegates:
            # XNNPACK would take what the chip leaves, and nobody could tell the two apart.
            resolver = module.OpResolverType.BUILTIN_WITHOUT_DEFAULT_DELEGATES
        self._model = model
        self._accelerator = accelerator
        self._lock = threading.Lock()
        try:
            self._interpreter = module.Interpreter(
                model_content=model.content,
                num_threads=threads,
                experimental_op_resolver_type=resolver,
                experimental_delegates=list(delegates) or None,
            )
            self._interpreter.allocate_tensors()
        except (ValueError, RuntimeError) as error:
            raise ModelError(
                f"the graph can't be loaded: {' '.join(str(error).split())}",
                place=f"{model.path}, on {accelerator}",
                cure=f"phosphene models check {model.path}",
            ) from error
        inputs, outputs = self._interpreter.get_input_details(), self._interpreter.get_output_details()
        self._input_slots = tuple(int(detail["index"]) for detail in inputs)
        self._output_slots = tuple(int(detail["index"]) for detail in outputs)
        self.inputs: Final = tuple(spec_of(detail, model.path, allow_float) for detail in inputs)
        self.outputs: Final = tuple(spec_of(detail, model.path, allow_float) for detail in outputs)

    def run(self, *arrays: NDArray[Any]) -> tuple[NDArray[Any], ...]:
        require(self.inputs, arrays, self._model.path)
        # The interpreter is not safe to share, and lets go of the GIL while it computes.
        with self._lock:
            for slot, array in zip(self._input_slots, arrays, strict=True):
                self._interpreter.set_tensor(slot, array)
            try:
                self._interpreter.invoke()
            except (ValueError, RuntimeError) as error:
                raise AcceleratorError(
                    f"the graph failed while it ran: {' '.join(str(error).split())}",
                    place=f"{self._model.path}, on {self._accelerator}",
                    cure="load the graph again; when it stays so, run it on the cpu",
                ) from error
            return tuple(self._interpreter.get_tensor(slot) for slot in self._output_slots)

    def describe(self) -> Description:
        return Description(
            self._accelerator,
            self._model.path,
            self._model.sha256,
            self.inputs,
            self.outputs,
            locate(self._interpreter._get_ops_details(), self._accelerator),
        )
