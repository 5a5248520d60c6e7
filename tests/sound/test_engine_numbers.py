# SPDX-License-Identifier: Apache-2.0
"""The engine itself reads numbers right: the sounds of the digits are those of the numerals in words."""

from __future__ import annotations

import ctypes
import random
import re
from collections.abc import Callable

import pytest

from phosphene.sound import speech_worker
from phosphene.sound.words import value_aloud
from tests.sound.numbers import ONES, in_words


@pytest.fixture(scope="module")
def sounds() -> Callable[[str], str]:
    """Return the engine's phonemes of a sentence, without stress, and with one sign for what sounds alike."""
    try:
        engine = speech_worker._Engine("en-us", 160)
    except speech_worker._CannotSpeak as error:
        pytest.skip(f"{error.args[0]}: {error.args[1]}")
    library = engine._library
    library.espeak_TextToPhonemes.restype = ctypes.c_char_p

    def sound(text: str) -> str:
        buffer = ctypes.create_string_buffer(text.encode())
        place = ctypes.c_void_p(ctypes.addressof(buffer))
        heard: list[str] = []
        while place.value:
            # UTF-8 in, IPA out.
            heard.append((library.espeak_TextToPhonemes(ctypes.byref(place), 1, 2) or b"").decode())
        return re.sub("[ˈˌ ]", "", "|".join(heard)).replace("oː", "ɔː").replace("ᵻ", "ɪ")

    return sound


def numerals(number: str) -> list[str]:
    """Return how `number` may be read: 1993 also as nineteen hundred ninety three."""
    whole, _, fraction = number.lstrip("-").partition(".")
    value = int(whole)
    readings = [in_words(value)]
    if 1100 <= value < 2000:
        readings.append(f"{in_words(value // 100)} hundred {in_words(value % 100) if value % 100 else ''}")
    behind = f" point {' '.join(ONES[int(digit)] for digit in fraction)}" if fraction else ""
    return [f"{'minus ' if number.startswith('-') else ''}{reading}{behind}" for reading in readings]


def test_numbers_sound_as_they_are(sounds: Callable[[str], str]) -> None:
    rng = random.Random(7)
    for _ in range(1500):
        whole = rng.choice((rng.randrange(10 ** rng.randint(1, 9)), rng.randrange(2100), 1000 * rng.randrange(1000)))
        fraction = "".join(rng.choice("0123456789") for _ in range(rng.choice((0, 0, 1, 2, 4))))
        number = f"{rng.choice(('', '-'))}{whole}{'.' if fraction else ''}{fraction}"
        said = sounds(f"Dose, {value_aloud(number, 'ml')}.")
        right = {sounds(f"Dose, {words} milliliters.") for words in numerals(number)}
        if number.lstrip("-") != "1":
            assert said in right, (number, said, right)


@pytest.mark.parametrize(
    ("shown", "read"),
    [
        ("07:42", "zero seven, forty two"),
        ("1:05", "one, zero five"),
        ("1 000", "one thousand"),
        ("1e-5", "one e dash five"),
        ("007", "zero zero seven"),
        ("2026-11-23", "two thousand twenty six dash eleven dash twenty three"),
        ("1234567890", "one two three four five six seven eight nine zero"),
        ("MIX", "mix"),
        ("2½", "two and a half"),
        ("-0.05", "minus zero point zero five"),
        ("20 5", "twenty, five"),
    ],
)
def test_what_an_engine_would_misread(sounds: Callable[[str], str], shown: str, read: str) -> None:
    assert sounds(f"It is {value_aloud(shown)}.") == sounds(f"It is {read}.")
