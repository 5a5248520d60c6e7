# SPDX-License-Identifier: Apache-2.0
"""A second look at a word that was found: which word was said just there, if any?

The columns come from a network that has to find words in a stream. Where it found one, a second network is shown the
last 1.4 seconds at once, and does nothing but name the word in them: a verifier, as in keyword spotting with two
stages. Both opinions together choose among the words that the grammar allows.

Where words are expected in any order, each is looked at. In a phrase it is only one that stands alone: in a row, where
the next word is in the window, too, it gave nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from phosphene.accelerators import Graph, ModelError, load_graph
from phosphene.perception.audio.decoder import Decoder, Spelt
from phosphene.perception.audio.features import BANDS, HIGH, LOW, Float
from phosphene.perception.audio.grammar import Grammar
from phosphene.perception.audio.graphs import COLUMN_FRAMES, OTHER, WORDS_FROM, log_softmax

KNOWN: Final = (
    *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"),
    *("yes", "no", "up", "down", "left", "right", "on", "off", "stop", "go", "open", "close"),
)
"""The words that it names: those that people were recorded saying. Its scores are nothing, other speech, and these."""
LOOK_FRAMES: Final = 140
"""Frames that it is shown, the last of them that of the column in which the word was entered."""
# How much its opinion counts beside that of the columns, chosen on people whom neither network knew.
_SHARE: Final = 0.65
_LEAST: Final = 1e-3
_TINY: Final = 1e-4
_MOST: Final = 8.0
COUNT: Final = 2
"""Numbers that a look adds to a word's evidence."""
# Nobody says the same word twice within 0.4 s.
_ECHO: Final = 10
# Some word it must be: whether it was one at all is for the evidence to say.
_NEVER: Final = np.float32(-1e6)


class Namer(Protocol):
    """Says what was said at the end of some frames, where it knows the words that it may have been."""

    @property
    def known(self) -> NDArray[np.bool_]:
        """See SecondLook."""
        ...

    def at(self, frames: Float) -> Float:
        """See SecondLook."""
        ...


class SecondLook:
    """Names the word at the end of a window; knows no past. `vocabulary` are all words of hearing, in order."""

    def __init__(self, graph: Graph, vocabulary: Sequence[str]) -> None:
        self._graph = graph
        self._in, self._out = graph.inputs[0], graph.outputs[0]
        scores = WORDS_FROM + len(KNOWN)
        if self._in.shape != (1, LOOK_FRAMES, BANDS, 1) or self._out.shape != (1, 1, 1, scores):
            raise ModelError(
                "the graph is not that of hearing's second look",
                place=str(graph.describe().file),
                cure="install phosphene again, or: phosphene models build hearing --data DIR",
            )
        self.known: NDArray[np.bool_] = np.array([word in KNOWN for word in vocabulary], np.bool_)
        """Which words of the vocabulary it names, bool [words]."""
        self._place = np.array([KNOWN.index(word) for word in vocabulary if word in KNOWN], np.int64)

    @classmethod
    def load(cls, folder: Path, vocabulary: Sequence[str]) -> SecondLook:
        """Load the graph of a model's folder; raises ModelError when it is damaged or not this one.

        It runs on the CPU, once for a word: in an accelerator's memory it would drive out what runs all the time.
        """
        return cls(load_graph(folder / "second_look.tflite"), vocabulary)

    def at(self, frames: Float) -> Float:
        """Return the log chances of nothing, other speech and each word of the vocabulary, [2 + words], for frames
        [140, 32] or fewer; what is missing was before the stream began, and silent. Words that it doesn't know are
        other speech to it.
        """
        window = np.full((LOOK_FRAMES, BANDS), LOW, np.float32)
        if len(frames):
            window[-len(frames) :] = frames.clip(LOW, HIGH)
        chances = log_softmax(self.scores(window))
        every = np.full(WORDS_FROM + len(self.known), _NEVER, np.float32)
        every[:WORDS_FROM] = chances[:WORDS_FROM]
        every[WORDS_FROM:][self.known] = chances[WORDS_FROM:][self._place]
        return every

    def scores(self, window: Float) -> Float:
        """Return the network's scores of a window [140, 32], [24]."""
        scores = self._graph.run(self._in.quantise(window).reshape(self._in.shape))[0]
        return self._out.dequantise(scores).reshape(-1)


class Looks:
    """What the second look says of the columns of one utterance; each is looked at once. `past` are the frames
    [4, 32] of each column before its first, oldest first.
    """

    def __init__(self, second: Namer, past: Sequence[Float]) -> None:
        self._second, self._frames, self._first = second, list(past), len(past)
        self.known = second.known
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


class Seen(NamedTuple):
    """A word of a path, and the log chances [outputs] that the second look gave there, if it was taken."""

    spelt: Spelt
    look: Float | None


def without_echoes(path: Sequence[Seen]) -> list[Seen]:
    """Return a path in which a word that follows itself too soon to have been said twice is there once: where the
    second look is surer of it.

    Each of two entries, early and late in one word, may have been for another word before both were looked at.
    """
    kept: list[Seen] = []
    for one in path:
        last = kept[-1] if kept else None
        if last and last.spelt.word == one.spelt.word and one.spelt.column - last.spelt.column <= _ECHO:
            kept[-1] = max(last, one, key=_surety)
        else:
            kept.append(one)
    return kept


def _surety(one: Seen) -> float:
    return -np.inf if one.look is None else numbers(one.look, one.spelt.word)[0]


def bounded(chances: Float, allowed: NDArray[np.bool_]) -> Float:
    """Return log chances [outputs] in which words that aren't `allowed` [words] are other speech."""
    bound = chances.copy()
    rest = np.append(chances[WORDS_FROM:][~allowed], chances[OTHER])
    bound[OTHER] = np.logaddexp.reduce(rest)
    bound[WORDS_FROM:][~allowed] = _NEVER
    return bound


def agreed(word: int, mass: Float, look: Float, grammar: Grammar, *, ended: bool) -> int:
    """Return the word that both opinions together make of a word by itself, as the grammar allows.

    `mass` [words] are the sums of the words' chances over the columns that speak for it, `look` [outputs] what the
    second look says there. With `ended` it is a whole phrase; where none fits, the word stays as it is.
    """
    decoder = Decoder(grammar)
    both = (1 - _SHARE) * np.log(mass + _LEAST) + _SHARE * look[WORDS_FROM:]
    decoder.add(both.astype(np.float32), float(_NEVER))
    _, path = decoder.best(ended=ended)
    return path[0].word if path else word


def numbers(look: Float, word: int) -> tuple[float, float]:
    """Return what a look adds to a word's evidence: the log odds that it gives the word against everything else, and
    against the other words.
    """
    words = np.exp(look[WORDS_FROM:])
    its = float(words[word])
    rest = float(words.sum()) - its
    return (
        float(np.clip(np.log((its + _TINY) / (1 - its + _TINY)), -_MOST, _MOST)),
        float(np.clip(np.log((its + _TINY) / (rest + _TINY)), -_MOST, _MOST)),
    )
