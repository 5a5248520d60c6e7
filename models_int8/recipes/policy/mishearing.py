# SPDX-License-Identifier: Apache-2.0
"""What a recogniser makes of what is said: words taken for others, dropped, put in, revised, with second readings."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from phosphene.errors import PhospheneError
from phosphene.policy.spelling import alike, sound
from phosphene_tools.sessions.stage import Spoken
from recipes.policy.words import REAL, TALK

Said = tuple[str, str]
"""A word and what argument it belongs to, "" for none."""


def read_confusions(path: Path) -> dict[str, dict[str, float]]:
    """Return for each word how often it is taken for which other: JSON of the form {"said": {"heard": share}}.

    An empty table when there is no such file. Raises PhospheneError when it can't be read.
    """
    if not path.exists():
        return {}
    try:
        table = json.loads(path.read_text("utf-8"))
        return {
            str(word): {str(other): float(share) for other, share in row.items() if other != word}
            for word, row in table.items()
        }
    except (OSError, ValueError, AttributeError, TypeError) as error:
        raise PhospheneError(f"no confusions: {error}", place=str(path), cure="measure them again") from error


@dataclass
class Ear:
    """A recogniser that gets a share `errors` of the words wrong, among `vocabulary`."""

    errors: float
    vocabulary: Sequence[str]
    rng: np.random.Generator
    confusions: Mapping[str, Mapping[str, float]] = field(default_factory=dict[str, Mapping[str, float]])

    def __post_init__(self) -> None:
        extra = [str(word) for word in self.rng.choice(REAL + TALK, 40)]
        self._words = list(dict.fromkeys([*self.vocabulary, *extra]))
        self._sounds = np.stack([sound(word) for word in self._words])
        self._near: dict[str, list[tuple[str, float]]] = {}

    def hear(self, said: Sequence[Said]) -> list[Spoken]:
        """Return what is heard of the words `said`."""
        heard: list[Spoken] = []
        for word, tag in said:
            kind = self.rng.random()
            if kind < 0.2 * self.errors:
                continue  # dropped
            if kind < 0.35 * self.errors:
                heard.append(self._given_out(self._random(), "", wrong=True, truth=None))
            wrong = 0.35 * self.errors <= kind < self.errors
            text = self._instead_of(word) if wrong else word
            heard.append(self._given_out(text, tag, wrong=wrong, truth=word))
        return heard

    def _given_out(self, text: str, tag: str, *, wrong: bool, truth: str | None) -> Spoken:
        rng = self.rng
        confidence = float(rng.beta(4, 3) if wrong else rng.beta(14, 1.2))
        near = [word for word, _ in self._neighbours(text)[:3] if word != text]
        others = list(rng.permutation(near))[: int(rng.integers(0, 3))] if near and rng.random() < 0.6 else []
        if wrong and truth is not None and rng.random() < 0.65:
            others = [truth, *(word for word in others if word != truth)][:2]
        left = 1 - confidence
        shares = [left * share for share in (0.6, 0.25)]
        first = self._random() if rng.random() < 0.15 else (text if rng.random() < 0.15 else None)
        return Spoken(text, confidence, tuple((str(w), s) for w, s in zip(others, shares, strict=False)), first, tag)

    def _random(self) -> str:
        return self._words[int(self.rng.integers(len(self._words)))]

    def _instead_of(self, word: str) -> str:
        measured = self.confusions.get(word)
        if measured:
            shares = np.array(list(measured.values()))
            return str(self.rng.choice(list(measured), p=shares / shares.sum()))
        near = self._neighbours(word)
        if not near or self.rng.random() < 0.25:
            return self._random()
        return near[int(self.rng.integers(len(near)))][0]

    def _neighbours(self, word: str) -> list[tuple[str, float]]:
        found = self._near.get(word)
        if found is None:
            likeness = alike(word, self._sounds)
            order = np.argsort(-likeness)[:5]
            found = [(self._words[n], float(likeness[n])) for n in order if self._words[n] != word and likeness[n] > 0]
            self._near[word] = found
        return found
