# SPDX-License-Identifier: Apache-2.0
"""The CPU: every device has one, and every graph runs there."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from phosphene.accelerators.litert import InterpreterGraph, Kernels
from phosphene.accelerators.model_file import read_model


@dataclass(frozen=True, slots=True)
class Cpu:
    """LiteRT on `threads` threads of the CPU; `allow_float` admits the float32 graphs that int8 is compared with."""

    threads: int = 1
    kernels: Kernels = "xnnpack"
    allow_float: bool = False

    @property
    def name(self) -> str:
        return "cpu"

    def load(self, path: Path) -> InterpreterGraph:
        return InterpreterGraph(
            read_model(path),
            accelerator=self.name,
            threads=self.threads,
            kernels=self.kernels,
            allow_float=self.allow_float,
        )


def load_graph(
    path: Path, threads: int = 1, *, kernels: Kernels = "xnnpack", allow_float: bool = False
) -> InterpreterGraph:
    """Return the graph at `path`, ready to run on the CPU.

    Raises ModelError when the file is missing, damaged, not the one on its card, or not int8 in and out.
    """
    return Cpu(threads, kernels, allow_float).load(path)
