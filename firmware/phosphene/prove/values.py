# SPDX-License-Identifier: Apache-2.0
"""Words become the values of a call: numbers and units are turned on the board, never here."""

from __future__ import annotations

from typing import Final

from phosphene.errors import BadArgument
from phosphene.exact import Coprocessor
from phosphene.line.kind import Value
from phosphene.line.schema import Field
from phosphene.policy.decision import Words
from phosphene.policy.number_words import KINDS, number_like
from phosphene.policy.units import UNITS, unit_words
from phosphene.prove.facts import unit_sign, written

_MOST_PLACES: Final = 9
SIGNS: Final = {
    "plus": "+",
    "minus": "-",
    "times": "*",
    "divided": "/",
    "over": "/",
    "per": "/",
    "x": "*",
    "×": "*",
    "÷": "/",
    "−": "-",
}
"""What signs are called."""
_SYMBOL: Final = {word: symbol for symbol, words in UNITS.items() for word in words}


async def value_of(mcu: Coprocessor, field: Field, words: Words, place: str) -> Value:
    """Return the value of one argument. `place` names the task in an error.

    Raises BadArgument or OutOfRange for words that can't be it, Refused for a unit that doesn't fit, and what a call
    raises.
    """
    if field.kind in KINDS:
        return field.read(await _quantity(mcu, field, words, place), place)
    text = " ".join(words)
    if field.kind == "choice":
        text = _choice(field, text)
    elif field.kind == "bool":
        text = {"on": "yes", "off": "no"}.get(text.lower(), text)
    return field.read(text, place)


def _choice(field: Field, text: str) -> str:
    """The declared choice that is meant: as it is written, whatever its case, or the sign that the word stands for."""
    for said in (text, SIGNS.get(text.lower().partition(" ")[0], text)):
        for choice in field.choices:
            if choice.lower() == said.lower():
                return choice
    return text


async def _quantity(mcu: Coprocessor, field: Field, words: Words, place: str) -> str:
    """The digits of a number, converted into the declared unit where it was said in another."""
    count = next((at for at, word in enumerate(words) if not number_like(word)), len(words))
    number, unit = words[:count], " ".join(words[count:])
    digits = await _digits(mcu, number)
    own = unit_sign(field.unit)
    # "degrees" are of an angle, too: a unit that goes by the name that was said is meant before any other.
    if not unit or unit in (field.unit, own) or unit.lower() in UNITS.get(own, ()):
        return digits
    source = _SYMBOL.get(unit.lower(), unit)
    if source == field.unit or (unit.lower() in unit_words(field.unit) and source not in UNITS):
        return digits
    return await _converted(mcu, field, digits, source, place)


async def _digits(mcu: Coprocessor, number: Words) -> str:
    if len(number) == 1 and number[0].lstrip("-")[:1].isdigit():
        return number[0]
    return written((await mcu.call("spoken.number", words=" ".join(number))).digits)


async def _converted(mcu: Coprocessor, field: Field, digits: str, source: str, place: str) -> str:
    whole = field.kind != "decimal"
    places = 0 if whole else _MOST_PLACES
    found = await mcu.call("convert.units", value=digits, source=source, target=field.unit, places=places)
    if not found.exact:
        quantity = f"{digits} {source}"
        what = f"{quantity} is no whole number of {field.unit}" if whole else f"{quantity} has no end in {field.unit}"
        raise BadArgument(what, place=place, cure=field.allowed())
    text = written(found.value)
    return text.rstrip("0").rstrip(".") if "." in text else text
