# SPDX-License-Identifier: Apache-2.0
"""Graphs to run, and environments of their own to run them in."""

from __future__ import annotations

import os
import signal
import sys
import sysconfig
import time
import venv
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from phosphene.accelerators import Graph
from tests.models.flatbuffers import GraphBuilder, convolution, small_network

# The edge of the NPU: rknn-toolkit-lite2's interface as its `rknn_lite.py` has it (return codes, None for a failure,
# printing on standard output, float32 with channels last in, as the ONNX has it out). Behind it a .tflite stands for
# what was compiled; what the environment variable says goes wrong.
RKNNLITE = """
import ctypes, os
import numpy as np
from ai_edge_litert.interpreter import Interpreter

class RKNNLite:
    NPU_CORE_0, NPU_CORE_1, NPU_CORE_2 = 1, 2, 4

    def __init__(self, verbose=False, verbose_file=None):
        self.rknn_data = self._graph = None

    def load_rknn(self, path, key_path=None):
        self.rknn_data = open(path, "rb").read()
        print("I RKNN: [12:00:00.000] RKNN Runtime Information, librknnrt version: 2.3.2", flush=True)
        return 0 if self.rknn_data.startswith(b"RKNN") else -1

    def init_runtime(self, target=None, device_id=None, async_mode=False, core_mask=0):
        print(f"core_mask {core_mask}", flush=True)
        if os.environ.get("NPU") == "absent":
            print("E RKNN: failed to open rknpu module, need to insmod rknpu driver!", flush=True)
            return -1
        self._graph = Interpreter(model_content=self.rknn_data[4:])
        self._graph.allocate_tensors()
        return 0

    def inference(self, inputs, data_type=None, data_format=None, inputs_pass_through=None, get_frame_id=False):
        wrong = os.environ.get("NPU")
        if wrong == "hangs":
            ctypes.PyDLL(None).sleep(60)
        if wrong == "fails":
            print("E RKNN: failed to submit!, op id: 3, please try updating to the latest version", flush=True)
            return None
        assert data_format == ["nhwc"] * len(inputs)
        for end, array in zip(self._graph.get_input_details(), inputs):
            assert array.dtype == np.float32
            scale, zero = end["quantization"]
            steps = np.rint(array / np.float32(scale)) + zero
            self._graph.set_tensor(end["index"], np.clip(steps, -128, 127).astype(np.int8).reshape(end["shape"]))
        self._graph.invoke()
        results = []
        for end in self._graph.get_output_details():
            scale, zero = end["quantization"]
            real = (self._graph.get_tensor(end["index"]).astype(np.float32) - zero) * np.float32(scale)
            real = np.moveaxis(real, -1, 1) if real.ndim > 2 else real.reshape(1, -1, 1, 1)
            results.append(real * np.nan if wrong == "gives nan" else real)
        return results

    def release(self):
        self._graph = None
"""


def rknn_environment(folder: Path) -> Path:
    """Make an environment in which a package that answers as rknn-toolkit-lite2 does is installed."""
    return environment(folder, {"rknnlite/__init__.py": "", "rknnlite/api/__init__.py": RKNNLITE})


def compiled_for_rknn(path: Path) -> Path:
    """Write what stands for the compiled form of the graph at `path` and return its file."""
    compiled = path.with_suffix(".rknn")
    compiled.write_bytes(b"RKNN" + path.read_bytes())
    return compiled


def graph_in(folder: Path, name: str = "small") -> Path:
    """Write a graph of two inputs and return its file."""
    path = folder / f"{name}.tflite"
    path.write_bytes(small_network())
    return path


def another_graph_in(folder: Path, channels: int = 6) -> Path:
    """Write a graph of one input that is not the other one and return its file."""
    builder = GraphBuilder()
    source = builder.activation((1, 20, 20, 3))
    end = convolution(builder, source, channels=channels, seed=9)
    path = folder / f"other-{channels}.tflite"
    path.write_bytes(builder.content([source], [end]))
    return path


def drawn(graph: Graph, seed: int = 0) -> list[NDArray[Any]]:
    """Return inputs for `graph`, drawn from all integers."""
    rng = np.random.default_rng(seed)
    return [rng.integers(-128, 128, spec.shape).astype(np.int8) for spec in graph.inputs]


def environment(folder: Path, modules: dict[str, str] | None = None) -> Path:
    """Make an environment that sees this one's packages and, before them, `modules`; return its interpreter."""
    venv.create(folder, with_pip=False, symlinks=True)
    site = folder / "lib" / f"python{sys.version_info[0]}.{sys.version_info[1]}" / "site-packages"
    (site / "ours.pth").write_text(f"{sysconfig.get_path('purelib')}\n")
    for name, source in (modules or {}).items():
        (site / name).parent.mkdir(parents=True, exist_ok=True)
        (site / name).write_text(source)
    return folder / "bin" / "python"


def program(path: Path, source: str) -> Path:
    """Write a program that is called as an interpreter would be: `sys.argv[5]` is the worker's socket."""
    path.write_text(f"#!{sys.executable}\n{source}")
    path.chmod(0o755)
    return path


def halt(pid: int) -> None:
    """Stop a process as Ctrl-Z does, and wait until all its threads stand."""
    os.kill(pid, signal.SIGSTOP)
    while any("\nState:\tT" not in task.read_text() for task in Path(f"/proc/{pid}/task").glob("*/status")):
        time.sleep(0.001)
