# SPDX-License-Identifier: Apache-2.0
"""The renderer's int8 graphs: one network, calibrated once, at each number of cells."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from phosphene.painter.render import GRAPHS
from recipes.renderer.network import Network
from recipes.renderer.rounding import settled
from recipes.renderer.samples import Samples
from recipes.workshop.export import ExportReport, to_int8
from recipes.workshop.onnx import to_onnx

# What the integers at both ends stand for: 128 steps to one going in, 0 to 1 coming out.
_IN = (-1.0, 127 / 128)
_OUT = (0.0, 1.0)
_BATCHES = 24
# Cells of one batch of calibration, whatever the graphs take: the scales, and so each pixel, stay what they are.
_CALIBRATED = 300
MEANINGS = {
    "glyph": "coverage of the cell's glyph part, 0 to 255 as -128 to 127, sixteen places of 2 x 2 pixels a cell",
    "colours": "ground at four points, decoration, first and second shape, ink; sRGB 0 to 255 as -128 to 127",
    "shapes": "three signed distances at nine points in tenths of a pixel, three thicknesses in fifths",
    "pixels": "sRGB 0 to 255 as -128 to 127, sixteen places of 2 x 2 pixels a cell",
}
ONNX_CELLS = 100


def export(network: Network, samples: Samples, out: Path, *, floor_db: float = 28.0) -> list[ExportReport]:
    """Write every graph of `GRAPHS` into the folder `out`, and return what each is.

    All are calibrated on the same cells, so that they hold the same weights and the same scales: a cell comes out the
    same from each. Their sizes must divide a batch of calibration.
    """
    network = settled(network)
    rng = np.random.default_rng(7)
    draws = [rng.permutation(len(samples))[:_CALIBRATED] for _ in range(_BATCHES)]
    return [
        to_int8(
            network,
            graph_inputs(samples, draws[0][:cells]),
            [graph_inputs(samples, part) for draw in draws[:-1] for part in draw.reshape(-1, cells)],
            out / name,
            held_out=[graph_inputs(samples, part) for part in draws[-1].reshape(-1, cells)],
            floor_db=floor_db,
            input_names=["glyph", "colours", "shapes"],
            output_names=["pixels"],
            input_ranges=[_IN, _IN, _IN],
            output_ranges=[_OUT],
        )
        for name, cells in GRAPHS.items()
    ]


def graph_inputs(samples: Samples, chosen: NDArray[np.intp]) -> tuple[Tensor, Tensor, Tensor]:
    """Return the chosen cells as the graph's module takes them: [1, 4, 1, 16n], [1, 24, 1, n], [1, 30, 1, n]."""
    glyph, colours, shapes, _ = samples.tensors(chosen)
    return (
        glyph.permute(2, 0, 1).reshape(1, glyph.shape[2], 1, -1).contiguous(),
        colours.T.reshape(1, colours.shape[1], 1, -1).contiguous(),
        shapes.T.reshape(1, shapes.shape[1], 1, -1).contiguous(),
    )


def onnx(network: Network, samples: Samples, folder: Path) -> Path:
    """Write the network for the RKNN compiler into `folder`, with samples to calibrate on."""
    rng = np.random.default_rng(8)
    batches = [graph_inputs(samples, rng.permutation(len(samples))[:ONNX_CELLS]) for _ in range(8)]
    names = ["glyph", "colours", "shapes"]
    return to_onnx(network, batches[0], batches, folder, "renderer", input_names=names, output_names=["pixels"])
