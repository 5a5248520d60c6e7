# SPDX-License-Identifier: Apache-2.0
"""How alike two words are to the ear, from their spelling: pairs of neighbouring sounds, hashed, one vector a word."""

from __future__ import annotations

import re
import zlib
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

SIZE: Final = 96
_SOUNDS: Final = (
    *(("ph", "f"), ("ck", "k"), ("ght", "t"), ("wh", "w"), ("kn", "n"), ("wr", "r"), ("sch", "sk")),
    *(("qu", "kw"), ("x", "ks"), ("c", "k"), ("z", "s"), ("y", "i"), ("ee", "i"), ("oo", "u")),
)
_TWICE: Final = re.compile(r"(.)\1")
_FLOOR: Final = 0.35
"""Words with so little in common have nothing in common."""


@lru_cache(maxsize=2048)
def sound(word: str) -> NDArray[np.float32]:
    """Return the unit vector [SIZE], float32, of what `word` sounds like, roughly, in English."""
    text = word.lower()
    for letters, heard in _SOUNDS:
        text = text.replace(letters, heard)
    text = "<" + _TWICE.sub(r"\1", text) + ">"
    vector = np.zeros(SIZE, np.float32)
    for start in range(len(text) - 1):
        vector[zlib.crc32(text[start : start + 2].encode()) % SIZE] += 1.0
    # Vowels are what is misheard first: the skeleton of consonants counts by itself.
    bones = re.sub("[aeiou]", "", text)
    for start in range(len(bones) - 1):
        vector[zlib.crc32(b"." + bones[start : start + 2].encode()) % SIZE] += 0.7
    vector /= max(float(np.linalg.norm(vector)), 1e-6)
    vector.setflags(write=False)
    return vector


def alike(word: str, sounds: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return how alike `word` is to each of the `sounds` [n, SIZE]: float32 [n], 0 … 1."""
    return np.clip((sounds @ sound(word) - _FLOOR) / (1.0 - _FLOOR), 0.0, 1.0)
