# SPDX-License-Identifier: Apache-2.0
"""Marks the vocabulary's words in a text: what a recogniser should write down for it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

import numpy as np

from phosphene.errors import PhospheneError
from recipes.speech.store import Times
from recipes.speech.vocabulary import PLACE, vocabulary

_WORD = re.compile(r"[a-z']+")


@lru_cache
def _spoken() -> tuple[dict[tuple[str, ...], str], int]:
    forms = {
        tuple(_WORD.findall(form.lower())): word.word
        for word in vocabulary()
        for form in (*word.alike, *word.spoken, word.word)
    }
    return forms, max(len(form) for form in forms)


def mark(text: str, times: Times | None = None) -> tuple[tuple[str | None, ...], Times | None]:
    """Return the text's vocabulary words in order, None for each stretch of others, and their times.

    `times` has one entry a word of the text, split at blanks; where that doesn't fit the text, none are returned.
    """
    tokens = [token for token in (re.sub(r"[^a-z']", "", part) for part in text.lower().split()) if token]
    forms, longest = _spoken()
    if times is not None and len(times) != len(tokens):
        times = None
    words: list[str | None] = []
    spans: list[tuple[float, float]] = []
    at = 0
    while at < len(tokens):
        size = next((n for n in range(longest, 0, -1) if tuple(tokens[at : at + n]) in forms), 0)
        word = forms[tuple(tokens[at : at + size])] if size else None
        after = at + (size or 1)
        if word is None and words and words[-1] is None:
            if times:
                spans[-1] = (spans[-1][0], times[after - 1][1])
        else:
            words.append(word)
            if times:
                spans.append((times[at][0], times[after - 1][1]))
        at = after
    return tuple(words), tuple(spans) if times else None


def respell(text: str, rng: np.random.Generator) -> str:
    """Write the vocabulary's words as voices read them right; a word's other forms come one time in four."""
    forms = {word.word: word.spoken for word in vocabulary()}
    return " ".join(
        str(rng.choice(forms[part])) if part in forms and rng.random() < 0.25 else forms.get(part, (part,))[0]
        for part in text.split()
    )


def near_misses() -> Sequence[str]:
    """Return the words of `near-misses.txt` that neither are in the vocabulary nor sound the same, in its order.

    Raises PhospheneError without that file.
    """
    place = PLACE.with_name("near-misses.txt")
    try:
        kept = [line for line in place.read_text().splitlines() if not line.startswith("#")]
    except OSError as error:
        raise PhospheneError("no near misses", place=str(place), cure="restore the file") from error
    texts = dict.fromkeys(word.replace("-", " ") for word in " ".join(kept).split())
    return [text for text in texts if all(word is None for word in mark(text)[0])]
