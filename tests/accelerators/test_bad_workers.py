# SPDX-License-Identifier: Apache-2.0
"""Workers whose interpreter, runtime or memory is not what it should be, and hosts that end before them."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from phosphene.accelerators import AcceleratorError, Limits, ModelError, Worker, WorkerLost
from tests.accelerators.environments import (
    compiled_for_rknn,
    drawn,
    environment,
    graph_in,
    program,
    rknn_environment,
)
from tests.models.flatbuffers import GraphBuilder, convolution

QUICK = Limits(start_s=30, load_s=30, run_s=1.5)


GARBAGE = {
    "noise": "os.write(number, b'W rknn: driver version 0.8.2\\n'); time.sleep(9)",
    "a frame without JSON": "os.write(number, b'PHW1\\0\\0\\0\\4nope'); time.sleep(9)",
    "a list": "os.write(number, b'PHW1\\0\\0\\0\\2[]'); time.sleep(9)",
    "a huge length": "os.write(number, b'PHW1\\xff\\xff\\xff\\xff'); time.sleep(9)",
}


@pytest.mark.parametrize("said", GARBAGE.values(), ids=GARBAGE.keys())
def test_garbage_on_the_socket_ends_the_worker(tmp_path: Path, said: str) -> None:
    python = program(tmp_path / "python", f"import os, sys, time\nnumber = int(sys.argv[5])\n{said}\n")
    with Worker("cpu", python, limits=QUICK) as worker, pytest.raises(WorkerLost, match="talks nonsense"):
        worker.load(graph_in(tmp_path))


def test_a_worker_that_answers_something_else_is_ended(tmp_path: Path) -> None:
    source = """
import os, socket, sys, time
def said(number, text):
    os.write(number, b"PHW1" + len(text).to_bytes(4, "big") + text)
number = int(sys.argv[5])
said(number, b'{"ready": {}}')
_, (graph, *_), _, _ = socket.recv_fds(socket.socket(fileno=number), 100, 1)
said(graph, b'{"loaded": {"inputs": [], "outputs": [{"shape": 3}]}}')
time.sleep(9)
"""
    python = program(tmp_path / "python", source)
    with Worker("cpu", python, limits=QUICK) as worker, pytest.raises(WorkerLost, match="tells no graph's ends"):
        worker.load(graph_in(tmp_path))


def test_an_interpreter_that_dies_leaves_its_last_words(tmp_path: Path) -> None:
    python = program(tmp_path / "python", "import sys\nsys.exit('libnpu: no such device')\n")
    with Worker("cpu", python) as worker, pytest.raises(WorkerLost, match="with exit status 1") as caught:
        worker.load(graph_in(tmp_path))
    assert "libnpu: no such device" in caught.value.place


def test_an_absent_interpreter_and_an_absent_runtime_name_the_cure(tmp_path: Path) -> None:
    path = graph_in(tmp_path)
    with Worker("cpu", tmp_path / "none") as worker, pytest.raises(AcceleratorError, match="does not run"):
        worker.load(path)
    broken = {"ai_edge_litert/__init__.py": "raise ImportError('libc is too old')"}
    python = environment(tmp_path / "venv", broken)
    with Worker("cpu", python) as worker, pytest.raises(AcceleratorError, match="libc is too old") as caught:
        worker.load(path)
    assert "pip install" in caught.value.cure


def test_memory_that_runs_out_is_an_error_of_the_worker_alone(tmp_path: Path) -> None:
    builder = GraphBuilder()
    source = builder.activation((1, 200, 200, 3))
    wide = builder.activation((1, 200, 200, 40_000))
    weights = builder.constant(np.ones((40_000, 1, 1, 3), np.int8), [0.01])
    bias = builder.constant(np.ones(40_000, np.int32), [0.0005])
    builder.operator("CONV_2D", [source, weights, bias], [wide], padding=1, strideW=1, strideH=1)
    end = convolution(builder, wide, kernel=1)
    path = tmp_path / "hungry.tflite"
    path.write_bytes(builder.content([source], [end]))
    with Worker("cpu", limits=Limits(memory_mb=1500)) as worker:
        graph = worker.load(graph_in(tmp_path))
        wanted = graph.run(*drawn(graph))[0]
        with pytest.raises((AcceleratorError, ModelError)) as caught:
            worker.load(path)
        assert caught.value.place.endswith("hungry.tflite, on cpu")
        again = worker.load(graph_in(tmp_path))
        np.testing.assert_array_equal(again.run(*drawn(again))[0], wanted)


HOST = """
import os, sys, threading, time
from pathlib import Path
from phosphene.accelerators import Limits, Worker
worker = Worker("rknn", Path(sys.argv[1]), limits=Limits(run_s=60))
graph = worker.load(Path(sys.argv[2]))
print(worker.pid, flush=True)
import numpy as np
graph.run(*(np.zeros(spec.shape, np.int8) for spec in graph.inputs))
"""


def test_a_hanging_worker_ends_with_its_host(tmp_path: Path) -> None:
    # It hangs with the interpreter's lock in its hand: nothing of the worker's own can run any more.
    python, path = rknn_environment(tmp_path / "venv"), graph_in(tmp_path)
    compiled_for_rknn(path)
    environ = os.environ | {"NPU": "hangs", "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
    with subprocess.Popen(
        [sys.executable, "-c", HOST, str(python), str(path)], stdout=subprocess.PIPE, env=environ
    ) as host:
        assert host.stdout is not None
        pid = int(host.stdout.readline())
        time.sleep(0.3)
        os.kill(pid, 0)
        host.kill()
    for _ in range(100):
        if not Path(f"/proc/{pid}").exists() or "\nState:\tZ" in Path(f"/proc/{pid}/status").read_text():
            return
        time.sleep(0.05)
    os.kill(pid, signal.SIGKILL)
    pytest.fail("the worker outlived its host")
