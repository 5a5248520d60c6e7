# SPDX-License-Identifier: Apache-2.0
"""The network of the second look: the published embedding again, fine-tuned by itself to name one word in a window.

That it began at the published weights and not at those of the stream's network is meant: two opinions that err alike
would be worth no more than one.
"""

from __future__ import annotations

import copy
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn.utils.fusion import fuse_conv_bn_eval

from phosphene.perception.audio.features import BANDS, HIGH, LOW
from phosphene.perception.audio.graphs import CODE, WORDS_FROM
from phosphene.perception.audio.second_look import LOOK_FRAMES
from recipes.hearing.lesson import masked, microphone, to_features
from recipes.hearing.network import FROZEN, Embedding, Leaky
from recipes.hearing.start import standardise, start_from_published
from recipes.hearing.utterances import SYNTHETIC
from recipes.hearing.windows import make_windows, read_windows
from recipes.speech.recordings import FOLDS
from recipes.speech.vocabulary import labels
from recipes.workshop.export import ExportReport, to_int8
from recipes.workshop.onnx import to_onnx
from recipes.workshop.run import Run
from recipes.workshop.training import Plan, seed_everything, train
from recipes.workshop.weights import made_contiguous

_HIDDEN: Final = 192
_BATCH: Final = 56
# Of each batch so many are of real people.
_REAL: Final = 46
_HEAD_STEPS: Final = 200
# On synthetic voices alone: this part is the same for every fold.
_VOICE_STEPS: Final = 1000
_STEPS: Final = 2400
_WINDOWS: Final = {0: 14_000, 1: 14_000, 2: 14_000, SYNTHETIC: 30_000}
# Named readily a word is soon named wrongly: Szegedy and others, arXiv:1512.00567.
_SMOOTHING: Final = 0.05
_FLOOR_DB: Final = 14.0
_SAMPLES: Final = 240
_ONNX_SAMPLES: Final = 100

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
    """Cross entropy over a batch of windows, some of real people, each louder or quieter and masked anew."""

    def __init__(self, real: Rows | None, synthetic: Rows) -> None:
        self._real, self._synthetic = real, synthetic

    def __call__(self, module: nn.Module, step: int, rng: np.random.Generator) -> Tensor:
        count = _REAL if self._real else 0
        drawn = [(rows, some) for rows, some in ((self._real, count), (self._synthetic, _BATCH - count)) if rows]
        places = [rng.integers(0, len(rows[0]), some) for rows, some in drawn]
        bare = np.concatenate([rows[0][place] for (rows, _), place in zip(drawn, places, strict=True)])
        right = np.concatenate([rows[1][place] for (rows, _), place in zip(drawn, places, strict=True)])
        heard = np.stack([_heard(one, rng) for one in bare])
        frames = torch.from_numpy(heard)[:, None].contiguous(memory_format=torch.channels_last)
        with torch.autocast("cpu", dtype=torch.bfloat16):
            scores = module(frames)
        return nn.functional.cross_entropy(
            scores.float().flatten(1), torch.from_numpy(right), label_smoothing=_SMOOTHING
        )


def _heard(frames: NDArray[np.uint8], rng: np.random.Generator) -> NDArray[np.float32]:
    values = to_features(frames)
    if rng.random() < 0.5:
        values = values + microphone(rng) / 2
    return masked(values.astype(np.float32), rng)


def prepare_windows(run: Run, speech: Path) -> None:
    """Draw the windows of all groups; those that are there stay."""
    for group, count in _WINDOWS.items():
        make_windows(speech, run.work / "windows", group, count, run.seed)


def start(run: Run) -> Namer:
    """Train the head, then all of it, on synthetic voices: where the folds and the network that ships go on from."""
    synthetic = read_windows(run.work / "windows", [SYNTHETIC])
    network = _train(run, "second-head", _fresh(synthetic), _Lesson(None, synthetic), _HEAD_STEPS, 3e-3)
    return _train(run, "second-voices", _free(network), _Lesson(None, synthetic), _VOICE_STEPS, 1e-3)


def grow(run: Run, began: Namer, folder: Path, left_out: int | None) -> tuple[Namer, ExportReport]:
    """Go on without the people of one fold, or with everybody, and write `second_look.tflite` into `folder`."""
    synthetic = read_windows(run.work / "windows", [SYNTHETIC])
    real = read_windows(run.work / "windows", [group for group in range(FOLDS) if group != left_out])
    name = "second" if left_out is None else f"second-{left_out}"
    network = _train(run, name, _free(began), _Lesson(real, synthetic), _STEPS, 9e-4)
    folder.mkdir(parents=True, exist_ok=True)
    return network, _export(network, real[0], synthetic[0], folder, run.seed)


def _free(network: Namer) -> Namer:
    """Return a network of the same weights whose embedding may learn, but for its first convolutions."""
    copied = Namer(len(labels()) + WORDS_FROM)
    copied.load_state_dict(network.state_dict())
    copied.embedding.layers[:FROZEN].requires_grad_(False)
    return copied


def _fresh(rows: Rows) -> Namer:
    """The published embedding, its codes standardised, under a head that knows nothing."""
    seed_everything(0)
    network = Namer(len(labels()) + WORDS_FROM)
    start_from_published(network.embedding)
    some = rows[0][:: max(1, len(rows[0]) // 500)]
    standardise(network.embedding, torch.from_numpy(to_features(some))[:, None])
    network.embedding.requires_grad_(False)
    return network


def _train(run: Run, name: str, network: Namer, lesson: _Lesson, steps: int, rate: float) -> Namer:
    plan = Plan(
        steps if run.steps is None else run.steps,
        rate=rate,
        average=0.997,
        weight_decay=1e-3,
        clip=2.0,
        seed=run.seed,
        checkpoint=run.work / f"{name}.pt",
    )
    trained = train(network.to(memory_format=torch.channels_last), lesson, plan, resume=run.resume, label=name)
    assert isinstance(trained, Namer)
    return made_contiguous(trained)


def write_second_onnx(network: Namer, run: Run) -> None:
    """Write it as ONNX with samples beside the others, for `phosphene models rknn hearing --work FOLDER`."""
    network = copy.deepcopy(network).float().eval()
    for module in network.modules():
        if isinstance(module, Leaky):
            module.one = True
    rows = [read_windows(run.work / "windows", [group])[0] for group in (0, SYNTHETIC)]
    samples = _drawn(rows, np.random.default_rng((run.seed, 18)))[:_ONNX_SAMPLES]
    names = ["frames"], ["scores"]
    to_onnx(network.folded(), samples[0], samples, run.work, "second_look", input_names=names[0], output_names=names[1])


def _drawn(rows: Sequence[NDArray[np.uint8]], rng: np.random.Generator) -> list[tuple[Tensor]]:
    """Return as many samples of each of these windows, in any order."""
    drawn = [some[int(rng.integers(len(some)))] for some in rows for _ in range(_SAMPLES // len(rows))]
    return [(torch.from_numpy(to_features(drawn[int(place)]))[None, None],) for place in rng.permutation(len(drawn))]


def _export(
    network: Namer, real: NDArray[np.uint8], synthetic: NDArray[np.uint8], folder: Path, seed: int
) -> ExportReport:
    samples = _drawn([real, synthetic], np.random.default_rng((seed, 17)))
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
