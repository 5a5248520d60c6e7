# SPDX-License-Identifier: Apache-2.0
"""Copies the words that were pointed at: as they were heard, or another reading where only that fits."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import product
from math import prod
from typing import Final

from phosphene.line.dictionary import Task
from phosphene.perception.percepts import Word
from phosphene.policy.decision import Words
from phosphene.policy.dialogue import fits

Heard = tuple[tuple[str, float], ...]
"""Words with how sure each was heard."""
_SHORT: Final = 5
"""Of so many words every combination of readings is tried."""


def copied(
    pointed: Mapping[str, tuple[int, int]],
    heard: tuple[Word, ...],
    task: Task,
    instead_of: Mapping[str, Words] | None = None,
) -> tuple[dict[str, Words], dict[str, float]]:
    """Return the pointed words by argument, and how sure the least sure of them was.

    Where they don't fit the argument's kind, the likeliest reading of them that does is taken. `instead_of` is what is
    shown and was not agreed to: who says a thing again means something else by it than what was heard before. What fits
    no way is left out: it will be asked for.
    """
    arguments = {argument.name: argument for argument in task.args}
    words: dict[str, Words] = {}
    sure: dict[str, float] = {}
    for name, (start, end) in pointed.items():
        wrong = (instead_of or {}).get(name)
        fitting = [(said, share) for said, share in ways(heard[start:end]) if fits(arguments[name], said)]
        if fitting:
            words[name], sure[name] = next((way for way in fitting if way[0] != wrong), fitting[0])
    return words, sure


def ways(heard: tuple[Word, ...]) -> Iterator[tuple[Words, float]]:
    """Yield what may have been said, likeliest first; then the same without a word that may have been put in."""
    options: list[Heard] = [
        tuple((text.lower(), share) for text, share in ((word.text, word.confidence), *word.others)) for word in heard
    ]
    ways: list[Heard] = [tuple(option[0] for option in options)]
    if len(heard) <= _SHORT:
        ways = sorted(product(*options), key=lambda way: -prod(share for _, share in way))
    for way in ways:
        yield tuple(text for text, _ in way), min(share for _, share in way)
    # What is left is as sure as it is that the word is to be left out: no surer than the word was.
    least = min((word.confidence for word in heard), default=0.0)
    for place in sorted(range(len(heard)), key=lambda place: heard[place].confidence):
        if len(heard) > 1:
            yield tuple(word.text.lower() for at, word in enumerate(heard) if at != place), least
