# SPDX-License-Identifier: Apache-2.0
"""Runs hearing's two graphs over a stream of frames: eight frames in, the chances of two columns out.

Both graphs see a window and know no past of their own. What has to be kept between hops is kept here, as integers.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from phosphene.accelerators import Accelerator, Graph, ModelError, load_graph
from phosphene.perception.audio.features import BANDS, HIGH, LOW, Float

CODE: Final = 96
"""Numbers in a column of the embedding."""
COLUMN_FRAMES: Final = 4
"""A column each 40 ms."""
HOP_FRAMES: Final = 8
HOP_COLUMNS: Final = HOP_FRAMES // COLUMN_FRAMES
EMBEDDING_SPAN: Final = 76
"""Frames that one column of the embedding depends on."""
HEAD_SPAN: Final = 9
"""Columns of the embedding that one column of scores depends on."""
SPAN_FRAMES: Final = EMBEDDING_SPAN + (HEAD_SPAN - 1) * COLUMN_FRAMES
"""Frames that a column of scores depends on: 1.08 s."""
WINDOW: Final = EMBEDDING_SPAN + (HOP_COLUMNS - 1) * COLUMN_FRAMES
CODES: Final = HEAD_SPAN + HOP_COLUMNS - 1
NOTHING: Final = 0
OTHER: Final = 1
"""Somebody speaks, and no word of the vocabulary ends just here."""
WORDS_FROM: Final = 2


class Scorer:
    """Turns frames into log chances; the columns are the same however the frames came."""

    def __init__(self, embedding: Graph, words: Graph) -> None:
        self._embedding, self._words = embedding, words
        self._in, self._codes_in = embedding.inputs[0], words.inputs[0]
        self._out = words.outputs[0]
        _demand(self._in.shape == (1, WINDOW, BANDS, 1), embedding)
        _demand(embedding.outputs[0].shape == (1, HOP_COLUMNS, 1, CODE), embedding)
        _demand(self._codes_in.shape == (1, CODES, 1, CODE) and self._out.shape[1] == HOP_COLUMNS, words)
        ends = embedding.outputs[0], self._codes_in
        # One scale at both ends: integers are handed on as they are.
        _demand((ends[0].scale, ends[0].zero_point) == (ends[1].scale, ends[1].zero_point), words)
        self.reset()

    @classmethod
    def load(cls, folder: Path, accelerator: Accelerator | None = None, *, prefix: str = "") -> Scorer:
        """Load the two graphs of a model's folder whose names begin with `prefix`; raises ModelError when one is
        damaged or not hearing's.
        """
        load = load_graph if accelerator is None else accelerator.load
        return cls(load(folder / f"{prefix}embedding.tflite"), load(folder / f"{prefix}words.tflite"))

    @property
    def outputs(self) -> int:
        """The number of scores in a column: nothing, other, and the words."""
        return self._out.shape[-1]

    def reset(self) -> None:
        """Begin a new stream: nothing was heard before it."""
        empty = self._in.quantise(np.full((WINDOW, BANDS), LOW))
        self._frames = empty
        codes = self._embedding.run(empty.reshape(self._in.shape))[0]
        self._kept: NDArray[np.int8] = np.repeat(codes[:, :1], CODES, axis=1)

    def add(self, frames: Float) -> Float:
        """Return the logarithms of the chances that two more columns give, [2, outputs], for frames [8, 32]."""
        new = self._in.quantise(frames.clip(LOW, HIGH))
        self._frames = np.concatenate([self._frames[HOP_FRAMES:], new])
        codes = self._embedding.run(self._frames.reshape(self._in.shape))[0]
        self._kept = np.concatenate([self._kept[:, HOP_COLUMNS:], codes], axis=1)
        return log_softmax(self._out.dequantise(self._words.run(self._kept)[0])[0, :, 0])

    @property
    def codes(self) -> Float:
        """The embedding's last columns, oldest first, [10, 96]."""
        return self._codes_in.dequantise(self._kept)[0, :, 0]


def log_softmax(scores: Float) -> Float:
    """Return log chances along the last axis."""
    shifted = scores - scores.max(axis=-1, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))


def _demand(fits: bool, graph: Graph) -> None:
    if not fits:
        raise ModelError(
            "the graph is not one of hearing's, or its other half is another build's",
            place=str(graph.describe().file),
            cure="phosphene models build hearing --data DIR",
        )
