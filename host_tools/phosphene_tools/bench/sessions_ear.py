# SPDX-License-Identifier: Apache-2.0
"""The bench's own bad hearing: by edit distance, written apart from what the training hears with. Frozen."""

from __future__ import annotations

import random
from collections.abc import Sequence
from difflib import get_close_matches

from phosphene_tools.sessions.stage import Spoken

_LETTERS = "abcdefghiklmnoprstuvw"


class Ear:
    """Gets a share `errors` of the words wrong: seven in ten taken for another, two lost, one put in."""

    def __init__(self, rng: random.Random, errors: float, vocabulary: Sequence[str]) -> None:
        self._rng, self._errors = rng, errors
        self._vocabulary = sorted(set(vocabulary))

    def hear(self, words: Sequence[str]) -> list[Spoken]:
        """Return what is heard."""
        heard: list[Spoken] = []
        for word in words:
            fate = self._rng.random() / self._errors if self._errors else 1.0
            if fate < 0.2:
                continue
            if fate < 0.3:
                heard.append(self._given(self._rng.choice(self._vocabulary), self._doubtful()))
            if 0.3 <= fate < 1.0:
                heard.append(self._wrong(word))
            else:
                heard.append(self._given(word, 1.0 - self._rng.expovariate(14.0), self._near(word)[:1]))
        return heard

    def _wrong(self, word: str) -> Spoken:
        near = self._near(word)
        text = self._rng.choice(near) if near and self._rng.random() < 0.7 else self._rng.choice(self._vocabulary)
        if self._rng.random() < 0.1:
            text = "".join(self._rng.choice(_LETTERS) for _ in range(self._rng.randint(2, 6)))
        return self._given(text, self._doubtful(), [word] if self._rng.random() < 0.6 else near[:2])

    def _near(self, word: str) -> list[str]:
        return [other for other in get_close_matches(word, self._vocabulary, n=4, cutoff=0.55) if other != word]

    def _doubtful(self) -> float:
        return min(0.98, max(0.05, self._rng.gauss(0.55, 0.18)))

    def _given(self, text: str, confidence: float, others: Sequence[str] = ()) -> Spoken:
        confidence = min(1.0, max(0.05, confidence))
        left = 1.0 - confidence
        readings = tuple((other, left * share) for other, share in zip(others, (0.7, 0.2), strict=False))
        first = text[: max(1, len(text) - 2)] if self._rng.random() < 0.2 else None
        return Spoken(text, confidence, readings, first)
