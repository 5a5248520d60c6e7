# SPDX-License-Identifier: Apache-2.0
"""Accelerators that LiteRT drives through a library of theirs: a Coral Edge TPU, and the NPU behind Mesa's Teflon.

Not run on hardware by us; what is tested is what happens without it.
"""

from __future__ import annotations

import ctypes
from dataclasses import dataclass, field
from pathlib import Path

from phosphene.accelerators.errors import AcceleratorError
from phosphene.accelerators.litert import InterpreterGraph, litert
from phosphene.accelerators.model_file import read_model


@dataclass(frozen=True, slots=True)
class Delegate:
    """An accelerator behind the delegate in `library`, a file name or a path; `cure` says how one comes by it."""

    name: str
    library: str
    cure: str
    options: dict[str, str] = field(default_factory=dict[str, str])

    def load(self, path: Path) -> InterpreterGraph:
        """Return the graph at `path`, at least a part of which runs on the accelerator.

        Raises ModelError for the file, AcceleratorError for library and device, and AcceleratorError when not one
        operator went onto the chip: a graph that runs on the CPU alone is the CPU's, and is asked for there.
        """
        model = read_model(path)
        graph = InterpreterGraph(model, accelerator=self.name, delegates=(self._delegate(),))
        operators = graph.describe().operators
        if all(operator.runs_on == "cpu" for operator in operators):
            raise AcceleratorError(
                f"none of the graph's {len(operators)} operators runs on {self.name}",
                place=str(path),
                cure=f"phosphene models check {path}",
            )
        return graph

    def _delegate(self) -> object:
        # Looked at first, since LiteRT complains a second time, from a destructor, about a library that is not there.
        try:
            library = ctypes.CDLL(self.library)
        except OSError as error:
            raise AcceleratorError(
                f"the library of {self.name} can't be loaded: {error}", place=self.library, cure=self.cure
            ) from error
        if not hasattr(library, "tflite_plugin_create_delegate"):
            raise AcceleratorError(
                f"the library of {self.name} is none: it makes no delegate", place=self.library, cure=self.cure
            )
        try:
            return litert().load_delegate(self.library, self.options)
        except (ValueError, RuntimeError) as error:
            raise AcceleratorError(
                f"the library of {self.name} found no device: {' '.join(str(error).split())}",
                place=self.library,
                cure="plug the accelerator in, give this user the right to its device, and end what else uses it",
            ) from error


def coral(library: str = "libedgetpu.so.1", device: str = "") -> Delegate:
    """Return a Coral Edge TPU. `device` is ``usb``, ``pci``, or one of several, as ``usb:0``; empty takes the first.

    It runs graphs that Coral's own compiler wrote, whose names end in ``_edgetpu.tflite``.
    """
    return Delegate(
        "coral",
        library,
        "install Coral's Edge TPU runtime, libedgetpu1-std",
        {"device": device} if device else {},
    )


def teflon(library: str = "libteflon.so") -> Delegate:
    """Return the NPU that Mesa's Teflon finds: an RK3588's on a mainline kernel. It takes the .tflite as it is."""
    return Delegate(
        "teflon", library, "install a Mesa that was built with -Dteflon=true, and a kernel that has the driver"
    )
