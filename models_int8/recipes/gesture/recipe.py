# SPDX-License-Identifier: Apache-2.0
"""Trains the gesture network on all that may be learnt from, and for each fold one that measures what it didn't see."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import numpy as np
import torch
from torch import nn

from phosphene.accelerators import load_graph
from phosphene.errors import PhospheneError
from phosphene.perception.vision.gestures import FEATURES, KINDS
from phosphene_tools.perception import learnt
from phosphene_tools.perception.landmark_rows import FILE, FOLDS, rows
from recipes.gesture.folds import Outcome, judge, together
from recipes.gesture.network import cooled, learn, temperature
from recipes.gesture.samples import Samples, joined, photographed, recorded, synthetic
from recipes.seeing.onnx_file import write_onnx
from recipes.seeing.pictures import learning
from recipes.seeing.publishing import cleared, publish, signs_of
from recipes.workshop.card import Metric, Source, hashes
from recipes.workshop.export import ExportReport, to_int8
from recipes.workshop.run import Run

STEPS: Final = 1600
_MADE: Final = 40_000
# Real values of the features that int8 stands for.
_SPAN: Final = (-1.5, 1.5)


def build(run: Run) -> None:
    """Train, and write graphs and card. Needs the graphs of palm and hand, which find the landmarks on photographs."""
    if run.data is None:
        raise PhospheneError(
            "no hands to learn from", cure="--data DIR, with DIR/sign-digits and DIR/hand-landmarks: docs/seeing.md"
        )
    steps = run.steps or STEPS
    table, pictures = rows(run.data), learning(run.data)
    made = synthetic(_MADE, run.seed + 1)
    known = recorded(table, run.seed + 2)
    photos = photographed(pictures, run.seed + 3, run.work / "landmarks.npz")
    by_rows: list[Outcome] = []
    by_photographs: list[Outcome] = []
    for fold in range(FOLDS):
        taught = np.array([row.taught(fold) for row in table])
        tested = np.array([row.fold == fold for row in table])
        stranger = photos.people % FOLDS == fold
        real = joined([known.taught(taught), photos.taught(~stranger)])
        module = learn(made, real, steps, run.seed + 10 + fold, run.work / f"gesture-{fold}.pt", resume=run.resume)
        file = run.out / "folds" / str(fold) / "gesture.tflite"
        file.parent.mkdir(parents=True, exist_ok=True)
        _graph(module, _samples(made, real, run.seed), file)
        graph = load_graph(file)
        by_rows.append(judge(module, graph, known.tested(tested)))
        by_photographs.append(judge(module, graph, photos.tested(stranger)))
    of_rows, of_photographs = together(by_rows), together(by_photographs)
    cool = temperature(of_photographs.exact, of_photographs.labels)
    real = joined([known.versions, photos.versions])
    module = cooled(learn(made, real, steps, run.seed, run.work / "gesture.pt", resume=run.resume), cool)
    samples = _samples(made, real, run.seed)
    report = _graph(module, samples, cleared(run), keep_float=True)
    assert report.float_graph is not None
    inputs = [values.numpy() for (values,) in samples]
    write_onnx(report.float_graph.read_bytes(), inputs[60:], inputs[:10], run.work, "gesture")
    report.float_graph.unlink()
    learnt.save(run.out / learnt.FILE, table, pictures)
    publish(
        run,
        report,
        "says what a hand shows, from the shape and direction of its landmarks",
        {
            "features": "shape, directions, bends and reaches: phosphene.perception.vision.gestures.features",
            "gesture": "logits of " + ", ".join(str(kind or "none") for kind in KINDS),
        },
        _sources(run.data),
        [
            "thumb up and thumb down were learnt from made hands only, and fist from made hands and one person's",
            "the recorded landmarks are probably one person's",
            "its figure on recorded landmarks is that of ten further networks, each trained without the blocks of rows "
            "that it is measured on; they lie in folds/. Poses of the made hands and the mixing of samples were chosen "
            "by that figure among seventeen trials, 94.0 to 95.4 %",
        ],
        _metrics(run, of_rows, of_photographs, cool),
        steps,
    )


def _graph(
    module: nn.Module, samples: list[tuple[torch.Tensor]], out: Path, *, keep_float: bool = False
) -> ExportReport:
    return to_int8(
        module,
        (torch.zeros(1, FEATURES),),
        samples,
        out,
        floor_db=20.0,
        input_names=["features"],
        output_names=["gesture"],
        input_ranges=[_SPAN],
        keep_float=keep_float,
    )


def _samples(made: Samples, real: Samples, seed: int) -> list[tuple[torch.Tensor]]:
    rng = np.random.default_rng(seed + 5)
    everything = joined([made, real])
    chosen = rng.permutation(len(everything.labels))[:600]
    return [(torch.from_numpy(everything.features[place : place + 1]),) for place in chosen]


def _sources(data: Path) -> list[Source]:
    return [
        Source(
            name="hands of a kinematic model, made by recipes.gesture.poses",
            licence="Apache-2.0",
            attribution="made by the recipe",
        ),
        Source(
            name="hand-gesture-recognition-using-mediapipe, keypoint.csv; DIR/hand-landmarks",
            licence="Apache-2.0",
            attribution="Shigeki Takahashi (Kazuhito00)",
            sha256=hashes(data, [data / FILE]),
        ),
        signs_of(data, learning(data), "landmarks found by palm.tflite and hand.tflite"),
    ]


def _metrics(run: Run, of_rows: Outcome, of_photographs: Outcome, cool: float) -> dict[str, Metric]:
    def metric(value: float, note: str) -> Metric:
        return Metric(value=round(value, 4), command=run.command, note=note)

    rows_float, rows_int8 = of_rows.right
    photographs_float, photographs_int8 = of_photographs.right
    return {
        "rows_by_fold": metric(
            rows_int8, "right among recorded rows, each by the fold's int8 network that learnt nothing near it"
        ),
        "rows_by_fold_float": metric(rows_float, "the same before it was made int8"),
        "photographs_by_fold": metric(
            photographs_int8,
            "right among photographs whose participants the fold's int8 network did not learn from",
        ),
        "photographs_by_fold_float": metric(photographs_float, "the same before it was made int8"),
        "temperature": metric(cool, "what the logits were divided by, from photographs in folds"),
    }
