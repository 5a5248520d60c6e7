# SPDX-License-Identifier: Apache-2.0
"""Which words may follow which: a small grammar as a graph of places, each of which holds one word.

A phrase is written as people would: ``set timer <number> (minutes|seconds)``, with ``[…]`` around what may be left
out and ``<…>`` for a named part. Glushkov's construction (1961) makes one place of each word that is written down.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from phosphene.errors import PhospheneError

_TOKEN = re.compile(r"[a-z][a-z']*|<[a-z]+>|[()\[\]|]|\S")


@dataclass(frozen=True, slots=True)
class Grammar:
    """Places 0 … n-1: place 0 is the start and holds no word (-1). `after[q, p]` says that place p may follow q;
    `last[p]` that an utterance may end at p.

    Many places may follow the same places: `before[q, s]` says that q is in set s of those, and `of[p]` which set
    may be followed by p.
    """

    words: NDArray[np.int64]
    after: NDArray[np.bool_]
    last: NDArray[np.bool_]
    before: NDArray[np.bool_]
    of: NDArray[np.int64]


def _made(words: NDArray[np.int64], after: NDArray[np.bool_], last: NDArray[np.bool_]) -> Grammar:
    before, of = np.unique(after, axis=1, return_inverse=True)
    return Grammar(words, after, last, before, of.ravel())


def any_words(numbers: Iterable[int]) -> Grammar:
    """Return the grammar of these words in any order and number."""
    words = np.array([-1, *numbers], np.int64)
    after = np.ones((len(words), len(words)), np.bool_)
    after[:, 0] = False
    return _made(words, after, np.ones(len(words), np.bool_))


def phrases(patterns: Sequence[str], vocabulary: Sequence[str], parts: Mapping[str, str] | None = None) -> Grammar:
    """Return the grammar of any one of `patterns`; `parts` are what ``<name>`` stands for.

    Raises PhospheneError for a bracket that isn't closed, a part that nobody named, and a word outside `vocabulary`.
    """
    builder = _Builder({word: number for number, word in enumerate(vocabulary)}, dict(parts or {}))
    pieces = [builder.parse(pattern) for pattern in patterns]
    if not pieces:
        raise PhospheneError("a grammar without a phrase", cure="name a phrase, or leave the grammar out")
    whole = _either(pieces)
    words = np.array([-1, *builder.words], np.int64)
    after = np.zeros((len(words), len(words)), np.bool_)
    for before, behind in builder.follows:
        after[before, behind] = True
    after[0, sorted(whole.first)] = True
    last = np.zeros(len(words), np.bool_)
    last[sorted(whole.last)] = True
    last[0] = True
    return _made(words, after, last)


@dataclass(frozen=True, slots=True)
class _Piece:
    first: frozenset[int]
    last: frozenset[int]
    empty: bool


_EMPTY = _Piece(frozenset(), frozenset(), True)


def _either(pieces: Sequence[_Piece]) -> _Piece:
    return _Piece(
        frozenset().union(*(piece.first for piece in pieces)),
        frozenset().union(*(piece.last for piece in pieces)),
        any(piece.empty for piece in pieces),
    )


class _Builder:
    def __init__(self, numbers: Mapping[str, int], parts: Mapping[str, str]) -> None:
        self._numbers, self._parts = numbers, parts
        self._open: list[str] = []
        self.words: list[int] = []
        self.follows: set[tuple[int, int]] = set()

    def parse(self, pattern: str) -> _Piece:
        tokens = _TOKEN.findall(pattern.lower())
        piece, rest = self._choice(tokens, pattern)
        if rest:
            raise self._wrong(f"{rest[0]} stands there alone", pattern)
        return piece

    def _choice(self, tokens: list[str], pattern: str) -> tuple[_Piece, list[str]]:
        pieces: list[_Piece] = []
        while True:
            piece, tokens = self._sequence(tokens, pattern)
            pieces.append(piece)
            if not tokens or tokens[0] != "|":
                return _either(pieces), tokens
            tokens = tokens[1:]

    def _sequence(self, tokens: list[str], pattern: str) -> tuple[_Piece, list[str]]:
        piece = _EMPTY
        while tokens and tokens[0] not in "|)]":
            head, tokens = tokens[0], tokens[1:]
            if head in "([":
                inner, tokens = self._choice(tokens, pattern)
                if not tokens or tokens[0] != {"(": ")", "[": "]"}[head]:
                    raise self._wrong(f"{head} is not closed", pattern)
                tokens = tokens[1:]
                inner = inner if head == "(" else _Piece(inner.first, inner.last, True)
            else:
                inner = self._part(head[1:-1], pattern) if head.startswith("<") else self._word(head, pattern)
            piece = self._then(piece, inner)
        return piece, tokens

    def _then(self, one: _Piece, two: _Piece) -> _Piece:
        self.follows |= {(before, behind) for before in one.last for behind in two.first}
        return _Piece(
            one.first | two.first if one.empty else one.first,
            two.last | one.last if two.empty else two.last,
            one.empty and two.empty,
        )

    def _word(self, word: str, pattern: str) -> _Piece:
        if word not in self._numbers:
            raise self._wrong(f"{word} is not in the vocabulary", pattern)
        self.words.append(self._numbers[word])
        place = frozenset({len(self.words)})
        return _Piece(place, place, False)

    def _part(self, name: str, pattern: str) -> _Piece:
        if name not in self._parts or name in self._open:
            raise self._wrong(f"<{name}> stands for nothing, or for itself", pattern)
        self._open.append(name)
        piece = self.parse(self._parts[name])
        self._open.pop()
        return piece

    @staticmethod
    def _wrong(what: str, pattern: str) -> PhospheneError:
        return PhospheneError(what, place=pattern, cure="write (a|b), [may be left out], <part>, or words")
