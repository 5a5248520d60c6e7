# SPDX-License-Identifier: Apache-2.0
"""A graph that was compiled for Rockchip's NPU, behind the int8 ends of the .tflite that it was made of.

rknn-toolkit-lite2 takes float32 with channels last, and gives float32 as the ONNX file had it: channels first.
Its functions return -1, or None, and print why; what they print ends up with the host, as the worker's last words.
"""

from __future__ import annotations

import importlib
from typing import Any

import numpy as np


class RknnGraph:
    """A loaded graph. Raises ValueError for the file, RuntimeError for NPU and driver."""

    def __init__(self, module: Any, _options: dict[str, Any], _content: bytes, asked: dict[str, Any]) -> None:
        self._ends: dict[str, Any] = {"inputs": asked["inputs"], "outputs": asked["outputs"], "nodes": []}
        self._lite = module.RKNNLite()
        if self._lite.load_rknn(asked["path"]) != 0:
            raise ValueError("the runtime can't read the compiled graph")
        # A core has its bit in the mask: 1, 2, 4.
        if self._lite.init_runtime(core_mask=1 << asked["core"]) != 0:
            raise RuntimeError("the NPU can't be opened, or librknnrt.so is older than the compiled graph")

    def described(self) -> dict[str, Any]:
        """Return the ends that the host handed over; the runtime tells nothing of a graph's layers."""
        return self._ends

    def run(self, inputs: list[Any], outputs: list[Any]) -> None:
        """Compute `outputs`, views of the shared memory, from `inputs`."""
        real: list[Any] = []
        for place, end in enumerate(self._ends["inputs"]):
            scale, zero_point = end["quantization"]
            value = (inputs[place].astype(np.float32) - np.float32(zero_point)) * np.float32(scale)
            # A row is a picture of one point.
            real.append(value.reshape((1, 1, 1, -1)) if value.ndim == 2 else value)
        results = self._lite.inference(inputs=real, data_format=["nhwc"] * len(real))
        if results is None or len(results) != len(outputs):
            raise RuntimeError("the NPU gave no result")
        for place, end in enumerate(self._ends["outputs"]):
            scale, zero_point = end["quantization"]
            value = np.asarray(results[place], np.float32)
            if value.size != outputs[place].size or not np.isfinite(value).all():
                raise RuntimeError(f"the NPU gave {list(value.shape)}, or numbers that are none")
            value = (np.moveaxis(value, 1, -1) if value.ndim > 2 else value).reshape(outputs[place].shape)
            steps = np.rint(value / np.float32(scale)) + np.float32(zero_point)
            outputs[place][...] = np.clip(steps, -128, 127).astype(np.int8)


def find_rknn() -> tuple[Any, str]:
    """Return the runtime's module, and the package that it is of; raises ImportError when it is not there."""
    return importlib.import_module("rknnlite.api"), "rknn-toolkit-lite2"
