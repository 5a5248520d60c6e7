# SPDX-License-Identifier: Apache-2.0
"""Writes a module as ONNX with calibration samples beside it: what the RKNN compiler starts from."""

from __future__ import annotations

import copy
import warnings
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from recipes.workshop.weights import made_contiguous

# The newest that the compiler's own documentation promises.
OPSET = 13


def to_onnx(
    module: nn.Module,
    example_inputs: tuple[Tensor, ...],
    calibration: Iterable[tuple[Tensor, ...]],
    folder: Path,
    name: str,
    *,
    input_names: Sequence[str],
    output_names: Sequence[str],
) -> Path:
    """Write `name`.onnx into `folder` and return its path; N×C×H×W as in torch, batch of one, fixed shapes.

    The samples lie beside it in `name`.samples, and `name`.samples.txt lists them, one run a line, as the compiler
    wants them. `phosphene models rknn` reads all three.
    """
    samples = folder / f"{name}.samples"
    samples.mkdir(parents=True, exist_ok=True)
    lines: list[str] = []
    for place, batch in enumerate(calibration):
        files = [samples / f"{place}-{end}.npy" for end in input_names]
        for file, tensor in zip(files, batch, strict=True):
            np.save(file, tensor.detach().numpy().astype(np.float32))
        lines.append(" ".join(str(file.relative_to(folder)) for file in files))
    (folder / f"{name}.samples.txt").write_text("\n".join(lines) + "\n", "utf-8")
    path = folder / f"{name}.onnx"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        torch.onnx.export(
            made_contiguous(copy.deepcopy(module).eval()),
            example_inputs,
            str(path),
            input_names=list(input_names),
            output_names=list(output_names),
            opset_version=OPSET,
            dynamo=False,
        )
    return path
