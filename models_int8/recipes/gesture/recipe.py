# SPDX-License-Identifier: Apache-2.0
"""Trains the gesture network, judges it on participants and rows that it didn't see, and writes graph and card."""

from __future__ import annotations

from typing import Final

import numpy as np
import torch
from torch import nn

from phosphene.errors import PhospheneError
from phosphene.perception.vision.gestures import FEATURES, KINDS, features
from phosphene_tools.perception.landmark_rows import rows
from recipes.gesture.network import cooled, learn, logits, temperature
from recipes.gesture.samples import Samples, joined, photographed, recorded, synthetic
from recipes.seeing.onnx_file import write_onnx
from recipes.seeing.pictures import learning
from recipes.seeing.publishing import cleared, publish, signs_of
from recipes.workshop.card import Metric, Source, hashes
from recipes.workshop.export import to_int8
from recipes.workshop.run import Run

STEPS: Final = 2400
_FOLDS: Final = 4
_MADE: Final = 40_000
# Real values of the features and of the logits that int8 stands for.
_SPAN: Final = (-1.5, 1.5)


def build(run: Run) -> None:
    """Train, and write graph and card. Needs the graphs of palm and hand, which find the landmarks on photographs."""
    if run.data is None:
        raise PhospheneError(
            "no hands to learn from", cure="--data DIR, with DIR/sign-digits and DIR/hand-landmarks: docs/seeing.md"
        )
    steps = run.steps or STEPS
    made = synthetic(_MADE, run.seed + 1)
    rows_known = recorded(run.data, run.seed + 2)
    photos = photographed(run.data, run.seed + 3, run.work / "landmarks.npz")
    folded, cool = _folds(made, rows_known, photos, steps // 3, run)
    real = joined([rows_known, photos])
    module = cooled(learn(made, real, steps, run.seed, run.work / "gesture.pt", resume=run.resume), cool)
    samples = _samples(made, real, run.seed)
    report = to_int8(
        module,
        (torch.zeros(1, FEATURES),),
        samples,
        cleared(run),
        floor_db=20.0,
        input_names=["features"],
        output_names=["gesture"],
        input_ranges=[_SPAN],
        keep_float=True,
    )
    assert report.float_graph is not None
    rows_ = [values.numpy() for (values,) in samples]
    write_onnx(report.float_graph.read_bytes(), rows_[60:], rows_[:10], run.work, "gesture")
    report.float_graph.unlink()
    _, tested = rows(run.data)
    right = np.mean([_says(module, features(one.points)) == KINDS.index(one.gesture) for one in tested])
    csv = run.data / "hand-landmarks" / "keypoint.csv"
    publish(
        run,
        report,
        "says what a hand shows, from the shape and direction of its landmarks",
        {
            "features": "shape, directions, bends and reaches: phosphene.perception.vision.gestures.features",
            "gesture": "logits of " + ", ".join(str(kind or "none") for kind in KINDS),
        },
        [
            Source(
                name="hands of a kinematic model, made by recipes.gesture.poses",
                licence="Apache-2.0",
                attribution="made by the recipe",
            ),
            Source(
                name="hand-gesture-recognition-using-mediapipe, keypoint.csv without the blocks kept for testing; "
                "DIR/hand-landmarks",
                licence="Apache-2.0",
                attribution="Shigeki Takahashi (Kazuhito00)",
                sha256=hashes(run.data, [csv]),
            ),
            signs_of(run.data, learning(run.data), "landmarks found by palm.tflite and hand.tflite"),
        ],
        [
            "thumb up and thumb down were learnt from made hands only, and fist from made hands and one person's",
            "the recorded landmarks are probably one person's",
        ],
        {
            "photographs_by_fold": Metric(
                value=round(folded, 4),
                command=run.command,
                note="right among photographs whose participants the fold did not learn from, float",
            ),
            "rows_kept": Metric(
                value=round(float(right), 4), command=run.command, note="right among recorded rows kept back, float"
            ),
            "temperature": Metric(value=round(cool, 3), command=run.command, note="what the logits were divided by"),
        },
        steps,
    )


def _folds(made: Samples, known: Samples, photos: Samples, steps: int, run: Run) -> tuple[float, float]:
    """Return the share of photographs that are right in folds by participant, and the logits' temperature there."""
    outputs: list[np.ndarray] = []
    labels: list[np.ndarray] = []
    for fold in range(_FOLDS):
        held = photos.people % _FOLDS == fold
        real = joined([known, photos.where(~held)])
        module = learn(made, real, steps, run.seed + 10 + fold, None, resume=False)
        tested = photos.where(held)
        outputs.append(logits(module, tested))
        labels.append(tested.labels)
    together, right = np.concatenate(outputs), np.concatenate(labels)
    return float((together.argmax(axis=1) == right).mean()), temperature(together, right)


def _samples(made: Samples, real: Samples, seed: int) -> list[tuple[torch.Tensor]]:
    rng = np.random.default_rng(seed + 5)
    everything = joined([made, real])
    chosen = rng.permutation(len(everything.labels))[:600]
    return [(torch.from_numpy(everything.features[place : place + 1]),) for place in chosen]


@torch.no_grad()
def _says(module: nn.Module, values: np.ndarray) -> int:
    return int(module(torch.from_numpy(values[None])).argmax())
