# SPDX-License-Identifier: Apache-2.0
"""Writes a trained network as hearing's two int8 graphs, calibrated on what they meet in a stream."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

import numpy as np
import torch

from phosphene.perception.audio.features import BANDS, HIGH, LOW
from phosphene.perception.audio.graphs import CODE, CODES, COLUMN_FRAMES, WINDOW
from recipes.hearing.network import Leaky, Network
from recipes.hearing.pool import Example
from recipes.workshop.export import ExportReport, to_int8
from recipes.workshop.onnx import to_onnx

_UTTERANCES: Final = 110
_WINDOWS: Final = 2
_ONNX_SAMPLES: Final = 100
# A sum over 96 channels and 19 layers of leaky units; what counts is the words' error rate, which the card has.
_FLOOR_DB: Final = 17.0


def export(
    network: Network, examples: Sequence[Example], folder: Path, seed: int = 0, prefix: str = ""
) -> list[ExportReport]:
    """Write `embedding.tflite` and `words.tflite` into `folder`, with `prefix` before their names; both are measured
    on examples of their own.
    """
    network = network.float().eval()
    rng = np.random.default_rng((seed, 7))
    windows = list(_windows(examples, rng))
    codes = [_codes(network, frames) for frames in windows]
    values = torch.cat([code.flatten() for code in codes])
    # The same range at both ends of the border lets integers pass without another rounding.
    border = (float(values.min()), float(values.max()))
    embedding = to_int8(
        network.embedding,
        (torch.zeros(1, 1, WINDOW, BANDS),),
        [(frames[:, :, -WINDOW:],) for frames in windows],
        folder / f"{prefix}embedding.tflite",
        floor_db=_FLOOR_DB,
        input_names=["frames"],
        output_names=["codes"],
        input_ranges=[(LOW, HIGH)],
        output_ranges=[border],
    )
    words = to_int8(
        network.words.folded(),
        (torch.zeros(1, CODE, CODES, 1),),
        [(code,) for code in codes],
        folder / f"{prefix}words.tflite",
        floor_db=_FLOOR_DB,
        input_names=["codes"],
        output_names=["scores"],
        input_ranges=[border],
    )
    return [embedding, words]


def write_onnx(network: Network, examples: Sequence[Example], folder: Path, seed: int = 0, prefix: str = "") -> None:
    """Write both as ONNX with samples into `folder`, for `phosphene models rknn hearing --work FOLDER`."""
    network = copy.deepcopy(network).float().eval()
    for module in network.modules():
        if isinstance(module, Leaky):
            module.one = True
    windows = list(_windows(examples, np.random.default_rng((seed, 8))))[:_ONNX_SAMPLES]
    ends = (["frames"], ["codes"]), (["codes"], ["scores"])
    codes = [(_codes(network, frames),) for frames in windows]
    frames = [(one[:, :, -WINDOW:],) for one in windows]
    for name, module, samples, (before, behind) in zip(
        ("embedding", "words"), (network.embedding, network.words.folded()), (frames, codes), ends, strict=True
    ):
        to_onnx(module, samples[0], samples, folder, f"{prefix}{name}", input_names=before, output_names=behind)


def _windows(examples: Sequence[Example], rng: np.random.Generator) -> Iterator[torch.Tensor]:
    """Yield pieces of utterances, long enough for all codes that the head looks at."""
    need = WINDOW + (CODES - 2) * COLUMN_FRAMES
    for place in rng.permutation(len(examples))[:_UTTERANCES]:
        frames = examples[int(place)].frames
        for _ in range(_WINDOWS if len(frames) > need else 0):
            first = int(rng.integers(0, len(frames) - need + 1))
            piece = frames[first : first + need].astype(np.float32) * ((HIGH - LOW) / 255) + LOW
            yield torch.from_numpy(piece)[None, None]


@torch.no_grad()
def _codes(network: Network, frames: torch.Tensor) -> torch.Tensor:
    return network.embedding(frames)
