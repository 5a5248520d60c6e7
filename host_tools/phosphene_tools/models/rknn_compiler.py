# SPDX-License-Identifier: Apache-2.0
"""Compiles one ONNX file for an RK3588. Run by the Python of the toolkit's environment, so it imports nothing of ours.

    python rknn_compiler.py GRAPH.onnx SAMPLES.txt GRAPH.rknn [JUDGED.txt]

Paths in SAMPLES.txt and JUDGED.txt are relative to the working directory. The graph is calibrated on the first; on the
second its int8 form, in the compiler's simulator, is held against the ONNX file in float. What the compiler says goes
to standard output; after it comes a line "snr_db" with the decibels of each output.
"""

from __future__ import annotations

import importlib
import sys
from pathlib import Path
from typing import Any

import numpy as np


def main(onnx: str, samples: str, out: str, judged: str = "") -> None:
    """Load, quantise to 8 bits, compile, write; exit with what failed."""
    compiler: Any = importlib.import_module("rknn.api").RKNN(verbose=True)
    steps = (
        ("config", lambda: compiler.config(target_platform="rk3588", quantized_dtype="w8a8")),
        ("load", lambda: compiler.load_onnx(onnx)),
        ("build", lambda: compiler.build(do_quantization=True, dataset=samples)),
        ("export", lambda: compiler.export_rknn(out)),
        ("simulator", lambda: compiler.init_runtime() if judged else 0),
    )
    for name, step in steps:
        if step() != 0:
            sys.exit(f"the RKNN compiler failed at {name}")
    if judged:
        # On a line of its own, whatever the compiler left unfinished.
        print("\nsnr_db", *(round(value, 2) for value in _snr_db(compiler, onnx, judged)), flush=True)


def _snr_db(compiler: Any, onnx: str, judged: str) -> list[float]:
    runtime: Any = importlib.import_module("onnxruntime")
    session = runtime.InferenceSession(onnx, providers=["CPUExecutionProvider"])
    names = [end.name for end in session.get_inputs()]
    ends = len(session.get_outputs())
    signal, noise = np.zeros(ends), np.zeros(ends)
    for line in Path(judged).read_text("utf-8").splitlines():
        arrays = [np.load(file) for file in line.split()]
        wanted = session.run(None, dict(zip(names, arrays, strict=True)))
        got = compiler.inference(inputs=arrays, data_format=["nchw"] * len(arrays))
        for place, (right, near) in enumerate(zip(wanted, got, strict=True)):
            signal[place] += np.square(right, dtype=np.float64).sum()
            noise[place] += np.square(right - near.reshape(right.shape), dtype=np.float64).sum()
    return [10 * float(np.log10(power / max(lost, 1e-12))) for power, lost in zip(signal, noise, strict=True)]


if __name__ == "__main__":
    main(*sys.argv[1:])
