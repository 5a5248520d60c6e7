# SPDX-License-Identifier: Apache-2.0
"""The network of the second look: the published embedding again, fine-tuned by itself to name one word in a window.

That it began at the published weights and not at those of the stream's network is meant: two opinions that err alike
would be worth no more than one.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn.utils.fusion import fuse_conv_bn_eval

from phosphene.perception.audio.features import BANDS, HIGH, LOW
from phosphene.perception.audio.graphs import CODE, NOTHING, OTHER, WORDS_FROM
from phosphene.perception.audio.second_look import KNOWN, LOOK_FRAMES
from recipes.hearing.lesson import masked, microphone
from recipes.hearing.network import FROZEN, Embedding
from recipes.hearing.pool import to_features
from recipes.hearing.training import begin, trained
from recipes.hearing.windows import make_windows, read_windows
from recipes.speech.recordings import FOLDS
from recipes.speech.vocabulary import labels
from recipes.workshop.export import ExportReport, to_int8
from recipes.workshop.run import Run
from recipes.workshop.training import Plan, seed_everything

_HIDDEN: Final = 192
_BATCH: Final = 48
_ALL: Final = Plan(2400, rate=7e-4, average=0.997, weight_decay=1e-3, clip=2.0)
_HEAD: Final = replace(_ALL, steps=150, rate=3e-3)
_WINDOWS: Final = 14_000
# Named readily a word is soon named wrongly: Szegedy and others, arXiv:1512.00567.
_SMOOTHING: Final = 0.05
_FLOOR_DB: Final = 14.0
_SAMPLES: Final = 240

Rows = tuple[NDArray[np.uint8], NDArray[np.int64]]


class Namer(nn.Module):
    """Takes frames [n, 1, 140, 32] and returns scores [n, outputs, 1, 1]."""

    def __init__(self, outputs: int, dropout: float = 0.15) -> None:
        super().__init__()
        self.embedding = Embedding()
        self.layers = nn.Sequential(
            nn.Dropout2d(dropout),
            nn.Conv2d(CODE, _HIDDEN, (5, 1), bias=False),
            nn.BatchNorm2d(_HIDDEN),
            nn.ReLU(),
            nn.Conv2d(_HIDDEN, _HIDDEN, (5, 1), stride=(2, 1), bias=False),
            nn.BatchNorm2d(_HIDDEN),
            nn.ReLU(),
            nn.Dropout(dropout),
            nn.Conv2d(_HIDDEN, outputs, (5, 1)),
        )

    def forward(self, frames: Tensor) -> Tensor:
        """Return the scores."""
        return self.layers(self.embedding(frames))

    def folded(self) -> nn.Sequential:
        """Return the same in evaluation, with its normalisations inside the convolutions."""
        kept: list[nn.Module] = [*self.embedding.eval().layers]
        for layer in self.layers.eval():
            if isinstance(layer, nn.BatchNorm2d):
                kept[-1] = fuse_conv_bn_eval(kept[-1], layer)
            elif not isinstance(layer, nn.Dropout | nn.Dropout2d):
                kept.append(layer)
        return nn.Sequential(*kept)


class _Lesson:
    """Cross entropy over a batch of windows, each louder or quieter and masked anew."""

    def __init__(self, rows: Rows) -> None:
        self._rows = rows

    def __call__(self, module: nn.Module, step: int, rng: np.random.Generator) -> Tensor:
        drawn = rng.integers(0, len(self._rows[0]), _BATCH)
        heard = np.stack([_heard(self._rows[0][place], rng) for place in drawn])
        frames = torch.from_numpy(heard)[:, None].contiguous(memory_format=torch.channels_last)
        with torch.autocast("cpu", dtype=torch.bfloat16):
            scores = module(frames)
        right = torch.from_numpy(self._rows[1][drawn])
        return nn.functional.cross_entropy(scores.float().flatten(1), right, label_smoothing=_SMOOTHING)


def _heard(frames: NDArray[np.uint8], rng: np.random.Generator) -> NDArray[np.float32]:
    values = to_features(frames)
    if rng.random() < 0.5:
        values = values + microphone(rng) / 2
    return masked(values.astype(np.float32), rng)


def prepare_windows(run: Run, speech: Path) -> None:
    """Draw the windows of all groups of people; those that are there stay."""
    for group in range(FOLDS):
        make_windows(speech, run.work / "windows", group, _WINDOWS, run.seed)


def grow(run: Run, folder: Path, left_out: int | None) -> tuple[Namer, ExportReport]:
    """Train without the people of one fold, or with everybody, and write `second_look.tflite` into `folder`."""
    rows = read_windows(run.work / "windows", [group for group in range(FOLDS) if group != left_out])
    rows = rows[0], known(rows[1])
    name = "second" if left_out is None else f"second-{left_out}"
    network = trained(run, f"{name}-head", _fresh(rows), _Lesson(rows), replace(_HEAD, seed=run.seed))
    network.embedding.layers[FROZEN:].requires_grad_(True)
    network = trained(run, name, network, _Lesson(rows), replace(_ALL, seed=run.seed))
    folder.mkdir(parents=True, exist_ok=True)
    return network, _export(network, rows[0], folder, run.seed)


def known(right: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return numbers of scores of the whole vocabulary as those of the words that the second look names."""
    places = np.full(len(labels()) + WORDS_FROM, OTHER, np.int64)
    places[NOTHING] = NOTHING
    for number, word in enumerate(labels()):
        if word in KNOWN:
            places[number + WORDS_FROM] = KNOWN.index(word) + WORDS_FROM
    return places[right]


def _fresh(rows: Rows) -> Namer:
    """The published embedding, its codes standardised, under a head that knows nothing."""
    seed_everything(0)
    network = Namer(len(KNOWN) + WORDS_FROM)
    begin(network.embedding, rows[0][:: max(1, len(rows[0]) // 500)])
    return network


def _export(network: Namer, windows: NDArray[np.uint8], folder: Path, seed: int) -> ExportReport:
    rng = np.random.default_rng((seed, 17))
    places = rng.integers(0, len(windows), _SAMPLES)
    samples = [(torch.from_numpy(to_features(windows[int(place)]))[None, None],) for place in places]
    return to_int8(
        network.float().folded(),
        (torch.zeros(1, 1, LOOK_FRAMES, BANDS),),
        samples,
        folder / "second_look.tflite",
        floor_db=_FLOOR_DB,
        input_names=["frames"],
        output_names=["scores"],
        input_ranges=[(LOW, HIGH)],
    )
