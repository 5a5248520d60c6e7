# SPDX-License-Identifier: Apache-2.0
"""Compiles one ONNX file for an RK3588. Run by the Python of the toolkit's environment, so it imports nothing of ours.

    python rknn_compiler.py GRAPH.onnx SAMPLES.txt GRAPH.rknn

Paths in SAMPLES.txt are relative to the working directory. What the compiler says goes to standard output.
"""

from __future__ import annotations

import importlib
import sys
from typing import Any


def main(onnx: str, samples: str, out: str) -> None:
    """Load, quantise to 8 bits, compile, write; exit with what failed."""
    compiler: Any = importlib.import_module("rknn.api").RKNN(verbose=True)
    steps = (
        ("config", lambda: compiler.config(target_platform="rk3588", quantized_dtype="w8a8")),
        ("load", lambda: compiler.load_onnx(onnx)),
        ("build", lambda: compiler.build(do_quantization=True, dataset=samples)),
        ("export", lambda: compiler.export_rknn(out)),
    )
    for name, step in steps:
        if step() != 0:
            sys.exit(f"the RKNN compiler failed at {name}")


if __name__ == "__main__":
    main(*sys.argv[1:])
