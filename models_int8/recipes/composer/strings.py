# SPDX-License-Identifier: Apache-2.0
"""Random words, labels and values over the whole character set."""

from __future__ import annotations

import numpy as np

from phosphene.painter.charset import CHARACTERS
from phosphene.painter.scene import LONGEST_VALUE
from recipes.composer.chance import one_of, weighted

_ONSETS = (
    "b",
    "br",
    "c",
    "ch",
    "d",
    "dr",
    "f",
    "fl",
    "g",
    "gr",
    "h",
    "j",
    "k",
    "l",
    "m",
    "n",
    "p",
    "pl",
    "qu",
    "r",
    "s",
)
_ONSETS += ("sh", "sp", "st", "t", "tr", "v", "w", "z", "ñ", "ç", "")
_VOWELS = ("a", "e", "i", "o", "u", "ai", "ea", "ee", "io", "oo", "ou", "y", "ä", "é", "ö", "ü", "å")
_ENDS = ("", "", "", "l", "m", "n", "nd", "nt", "r", "rt", "s", "st", "t", "x", "ß")


def word(rng: np.random.Generator) -> str:
    """Return something that can be spoken."""
    return "".join(
        one_of(rng, _ONSETS) + one_of(rng, _VOWELS) + one_of(rng, _ENDS)
        for _ in range(1 + weighted(rng, (0.4, 0.45, 0.15)))
    )


def phrase(rng: np.random.Generator, longest: int) -> str:
    """Return one to seven words in one of the usual cases, at most `longest` characters."""
    count = (1, 2, 3, 5, 7)[weighted(rng, (0.5, 0.27, 0.13, 0.06, 0.04))]
    text = " ".join(word(rng) for _ in range(count))
    case = rng.random()
    text = text.upper() if case < 0.25 else text.capitalize() if case < 0.85 else text
    # "ß" becomes two characters in capitals.
    text = text[:longest].strip()
    return text + one_of(rng, ("?", "!", ":", "")) if len(text) < longest and rng.random() < 0.15 else text


def value(rng: np.random.Generator) -> str:
    """Return a number, time, date, word, code or any row of characters: 1 to 24 of them."""
    kind = weighted(rng, (0.26, 0.16, 0.16, 0.06, 0.06, 0.12, 0.06, 0.04, 0.04, 0.04))
    number = int(10 ** rng.uniform(0, 6.5))
    if kind == 0:
        return f"{number / 10 ** rng.integers(1, 4):.{rng.integers(0, 3)}f}"
    if kind == 1:
        return f"{rng.integers(0, 24):02d}:{rng.integers(0, 60):02d}" + (
            f":{rng.integers(0, 60):02d}" if rng.random() < 0.3 else ""
        )
    if kind == 2:
        return str(number % int(10 ** rng.integers(1, 5)))
    if kind == 3:
        return f"−{rng.uniform(0, 60):.1f}"
    if kind == 4:
        return f"{number:,}".replace(",", " ") + (f".{rng.integers(0, 100):02d}" if rng.random() < 0.5 else "")
    if kind == 5:
        return phrase(rng, 14)
    if kind == 6:
        return f"{one_of(rng, ('€', '£', '$', '¥'))}{one_of(rng, ('', ' '))}{rng.uniform(0, 999):.2f}"
    if kind == 7:
        return f"{rng.integers(1, 29)} {word(rng).capitalize()[:9]} {rng.integers(2020, 2040)}"
    if kind == 8:
        return f"{rng.integers(0, 20)}{one_of(rng, ('/', '×', '÷', '±', '+', '-'))}{rng.integers(1, 99)}"
    length = int(rng.integers(1, LONGEST_VALUE + 1))
    return "".join(CHARACTERS[int(i)] for i in rng.integers(1, len(CHARACTERS), length))
