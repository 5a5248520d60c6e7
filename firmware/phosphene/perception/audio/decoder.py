# SPDX-License-Identifier: Apache-2.0
"""Finds the words that a stream of columns spells best, under a grammar: Viterbi over the places of the grammar.

A place has two states, as in CTC (Graves and others, 2006): its word is being emitted, or it was and nothing new has
begun. The words of the best path so far are there at any time, so words can be shown while they are being spoken.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from phosphene.perception.audio.features import Float
from phosphene.perception.audio.grammar import Grammar
from phosphene.perception.audio.graphs import WORDS_FROM

_NEVER: Final = np.float32(-1e9)
# Paths so far behind the best have no words added.
_BEAM: Final = 18.0


@dataclass(frozen=True, slots=True)
class Spelt:
    """A word of the best path: its number in the vocabulary and the column in which it began to be emitted."""

    word: int
    column: int


class Decoder:
    """One utterance at a time; `reset` begins the next. `cost` is what a word must be worth to be in the path.

    `apart` is how many columns lie at the least from the beginning of one word to that of the next. Only the best path
    to each place is kept, so one that it bars may hide another that it doesn't.
    """

    def __init__(self, grammar: Grammar, cost: float = 0.0, apart: int = 1) -> None:
        self._grammar, self._cost, self._apart = grammar, np.float32(cost), apart
        # Places that may follow the same places share the search for the best of these: of any words, all do.
        self._of = grammar.of
        self._sets = np.arange(grammar.before.shape[1])
        self.reset()

    def reset(self) -> None:
        """Forget the utterance."""
        count = len(self._grammar.words)
        self._emits = np.full(count, _NEVER, np.float32)
        self._rests = np.full(count, _NEVER, np.float32)
        self._rests[0] = 0
        self._emitted = np.full(count, -1, np.int64)
        self._rested = np.full(count, -1, np.int64)
        # When the last word of each path began.
        self._emitted_at = np.full(count, -self._apart, np.int64)
        self._rested_at = np.full(count, -self._apart, np.int64)
        self._entries: list[tuple[int, int, int]] = []
        self._column = 0

    def add(self, chances: Float, idle: float) -> None:
        """Take one column: the log chances of the words [words] and that of none of them."""
        emit = np.full(len(self._emits), _NEVER, np.float32)
        emit[1:] = chances[self._grammar.words[1:]]
        value, came = self._reached()
        enter = value - self._cost
        least = max(float(self._emits.max()), float(self._rests.max())) - _BEAM
        new = (enter > self._emits) & (enter + emit > least)
        emitted, emitted_at = self._emitted.copy(), self._emitted_at.copy()
        for place in np.flatnonzero(new):
            emitted[place] = len(self._entries)
            self._entries.append((int(came[place]), int(place), self._column))
        emitted_at[new] = self._column
        resumes = self._emits > self._rests
        rests = np.maximum(self._emits, self._rests) + np.float32(idle)
        self._rested = np.where(resumes, self._emitted, self._rested)
        self._rested_at = np.where(resumes, self._emitted_at, self._rested_at)
        self._emits, self._rests = np.where(new, enter, self._emits) + emit, rests
        self._emitted, self._emitted_at = emitted, emitted_at
        self._column += 1

    def _reached(self) -> tuple[Float, NDArray[np.int64]]:
        """Return for each place the best path by which it can be entered: its log chance, and its last entry."""
        words = self._grammar.words
        emits = np.where(self._column - self._emitted_at < self._apart, _NEVER, self._emits)
        rests = np.where(self._column - self._rested_at < self._apart, _NEVER, self._rests)
        reach = np.maximum(emits, rests)
        # Few places of a large grammar are ever in question.
        near = np.flatnonzero(reach > reach.max() - _BEAM)
        barred = np.where(self._grammar.before[near], np.float32(0), _NEVER)
        resting = rests[near, None] + barred
        passing = emits[near, None] + barred
        rest, first = resting.argmax(axis=0), passing.argmax(axis=0)
        # The same word twice needs a pause between, as everywhere in CTC: then the best of another word counts.
        other = np.where(words[near][:, None] == words[near[first]][None, :], _NEVER, passing)
        second = other.argmax(axis=0)
        repeats = words[near[first]][self._of] == words
        passed = np.where(repeats, second[self._of], first[self._of])
        through = np.where(repeats, other[second, self._sets][self._of], passing[first, self._sets][self._of])
        rested = resting[rest, self._sets][self._of]
        came = np.where(rested >= through, self._rested[near[rest[self._of]]], self._emitted[near[passed]])
        return np.maximum(rested, through), came

    def best(self, *, ended: bool = False) -> tuple[float, list[Spelt]]:
        """Return the best path's log chance and its words; with `ended`, of those that are whole phrases."""
        allowed = np.where(self._grammar.last, np.float32(0), _NEVER) if ended else np.float32(0)
        emits, rests = self._emits + allowed, self._rests + allowed
        place = int(np.maximum(emits, rests).argmax())
        speaking = emits[place] > rests[place]
        entry = int(self._emitted[place] if speaking else self._rested[place])
        spelt: list[Spelt] = []
        while entry >= 0:
            entry, at, column = self._entries[entry]
            spelt.append(Spelt(int(self._grammar.words[at]), column))
        return float(max(emits[place], rests[place])), spelt[::-1]


def chances_of(columns: Float, allowed: NDArray[np.bool_] | None = None) -> tuple[Float, Float]:
    """Split columns of log chances [n, outputs] into those of words [n, words] and of none of them [n].

    With `allowed`, bool [words], words that aren't expected count as somebody saying something else.
    """
    words = columns[:, WORDS_FROM:]
    idle = columns[:, :WORDS_FROM]
    if allowed is not None:
        idle = np.concatenate([idle, words[:, ~allowed]], axis=1)
        words = np.where(allowed, words, _NEVER).astype(np.float32)
    top = idle.max(axis=1, keepdims=True)
    return words, (top + np.log(np.exp(idle - top).sum(axis=1, keepdims=True)))[:, 0]
