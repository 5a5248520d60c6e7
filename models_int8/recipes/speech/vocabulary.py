# SPDX-License-Identifier: Apache-2.0
"""Reads `models_int8/words/vocabulary.toml`: the words, in the order of the network's outputs."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

from phosphene.errors import PhospheneError

PLACE: Final = Path(__file__).resolve().parents[2] / "words" / "vocabulary.toml"

# What the real recordings of commands hold, and what the figures on real people are about.
TWELVE: Final = ("yes", "no", "up", "down", "left", "right", "on", "off", "stop", "go", "open", "close")
DIGITS: Final = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")


@dataclass(frozen=True, slots=True)
class Word:
    """One word: `spoken` are the texts that a voice says for it, the usual one first; `value` is a number's worth.

    `alike` are other words of the same sound; `means` is the vocabulary word that stands for the same.
    """

    word: str
    spoken: tuple[str, ...]
    alike: tuple[str, ...] = ()
    value: int | None = None
    means: str | None = None


@lru_cache
def vocabulary(place: Path = PLACE) -> tuple[Word, ...]:
    """Return all words in the order of the file; raises PhospheneError when it is not there or names a word twice."""
    try:
        table = tomllib.loads(place.read_text())
        words = tuple(
            Word(
                entry["word"],
                tuple(entry["spoken"]),
                tuple(entry.get("alike", ())),
                entry.get("value"),
                entry.get("means"),
            )
            for entry in table["word"]
        )
    except (OSError, KeyError, TypeError, tomllib.TOMLDecodeError) as error:
        raise PhospheneError(f"no vocabulary: {error}", place=str(place), cure="restore the file") from error
    seen: set[str] = set()
    for word in words:
        if word.word in seen or not word.spoken:
            raise PhospheneError(
                f"{word.word!r} is there twice or says nothing", place=str(place), cure="one entry each"
            )
        seen.add(word.word)
    return words


def labels() -> tuple[str, ...]:
    """Return the words alone, in order."""
    return tuple(word.word for word in vocabulary())
