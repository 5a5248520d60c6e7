# SPDX-License-Identifier: Apache-2.0
"""A second look at each word that was found: which word was said just there, if any?

The columns come from a network that has to find words in a stream. Where it found one, a second network is shown the
last 1.4 seconds at once, and does nothing but name the word in them: a verifier, as in keyword spotting with two
stages. Both opinions together choose among the words that the grammar allows.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray

from phosphene.accelerators import Accelerator, Graph, ModelError, load_graph
from phosphene.perception.audio.decoder import Decoder, Spelt
from phosphene.perception.audio.features import BANDS, HIGH, LOW, Float
from phosphene.perception.audio.grammar import Grammar
from phosphene.perception.audio.graphs import COLUMN_FRAMES, OTHER, WORDS_FROM, log_softmax

LOOK_FRAMES: Final = 140
"""Frames that it is shown, the last of them that of the column in which the word was entered."""
# How much its opinion counts beside that of the columns, chosen on people whom neither network knew.
_SHARE: Final = 0.65
_LEAST: Final = 1e-3
# Some word it must be: whether it was one at all is for the evidence to say.
_NEVER: Final = np.float32(-1e6)


class Namer(Protocol):
    """Says what was said at the end of some frames."""

    def at(self, frames: Float) -> Float:
        """See SecondLook."""
        ...


class SecondLook:
    """Names the word at the end of a window; knows no past."""

    def __init__(self, graph: Graph) -> None:
        self._graph = graph
        self._in, self._out = graph.inputs[0], graph.outputs[0]
        if self._in.shape != (1, LOOK_FRAMES, BANDS, 1) or int(np.prod(self._out.shape)) != self._out.shape[-1]:
            raise ModelError(
                "the graph is not that of hearing's second look",
                place=str(graph.describe().file),
                cure="install phosphene again, or: phosphene models build hearing --data DIR",
            )

    @classmethod
    def load(cls, folder: Path, accelerator: Accelerator | None = None) -> SecondLook:
        """Load the graph of a model's folder; raises ModelError when it is damaged or not this one."""
        load = load_graph if accelerator is None else accelerator.load
        return cls(load(folder / "second_look.tflite"))

    @property
    def outputs(self) -> int:
        """The number of scores: nothing, other, and the words."""
        return self._out.shape[-1]

    def at(self, frames: Float) -> Float:
        """Return the log chances [outputs] of nothing, other speech, and each word, for frames [140, 32] or fewer;
        what is missing was before the stream began, and silent.
        """
        window = np.full((LOOK_FRAMES, BANDS), LOW, np.float32)
        if len(frames):
            window[-len(frames) :] = frames.clip(LOW, HIGH)
        scores = self._graph.run(self._in.quantise(window).reshape(self._in.shape))[0]
        return log_softmax(self._out.dequantise(scores).reshape(-1))


class Looks:
    """What the second look says of the columns of one utterance; each is looked at once. `past` are the frames
    [4, 32] of each column before its first, oldest first.
    """

    def __init__(self, second: Namer, past: Sequence[Float]) -> None:
        self._second, self._frames, self._first = second, list(past), len(past)
        self._seen: dict[int, Float] = {}

    def add(self, frames: Float) -> None:
        """Take the frames [4, 32] of the next column."""
        self._frames.append(frames)

    def at(self, column: int) -> Float:
        """Return the log chances [outputs] of what was said just before the end of a column of the utterance."""
        if column not in self._seen:
            last = self._first + column + 1
            shown = self._frames[max(0, last - LOOK_FRAMES // COLUMN_FRAMES) : last]
            self._seen[column] = self._second.at(np.concatenate(shown))
        return self._seen[column]


def bounded(chances: Float, allowed: NDArray[np.bool_] | None) -> Float:
    """Return log chances [outputs] in which words that aren't `allowed` [words] are other speech."""
    if allowed is None:
        return chances
    bound = chances.copy()
    rest = np.append(chances[WORDS_FROM:][~allowed], chances[OTHER])
    bound[OTHER] = np.logaddexp.reduce(rest)
    bound[WORDS_FROM:][~allowed] = _NEVER
    return bound


def agreed(
    path: Sequence[Spelt],
    masses: Sequence[Float],
    looks: Sequence[Float],
    grammar: Grammar,
    *,
    ended: bool,
) -> list[Spelt]:
    """Return the words that both opinions together make of a path, one for each of its words, as the grammar allows.

    `masses` [words] are the sums of the words' chances over the columns that speak for a word of the path, `looks`
    [outputs] what the second look says there. With `ended`, they are a whole phrase; where no phrase fits, the path
    stays as it is.
    """
    decoder = Decoder(grammar)
    nothing = np.full(len(masses[0]) if masses else 0, _NEVER)
    for mass, look in zip(masses, looks, strict=True):
        decoder.add((1 - _SHARE) * np.log(mass + _LEAST) + _SHARE * look[WORDS_FROM:], float(_NEVER))
        decoder.add(nothing, 0.0)
    _, words = decoder.best(ended=ended)
    if len(words) != len(path):
        return list(path)
    return [Spelt(new.word, old.column) for new, old in zip(words, path, strict=True)]
