# SPDX-License-Identifier: Apache-2.0
"""Shown text as text that a speech engine can't misread: every digit stays, in its order, and no number is added.

An engine has opinions: it drops the minus of "1e-5", reads "1:05" as "one five", "1 000" as "one, zero" and "MIX" as a
Roman numeral. So what is written otherwise than as a plain number goes to it in pieces that have one reading only.
"""

from __future__ import annotations

import re
from typing import Final

from phosphene.sound import units

_PLAIN: Final = re.compile(r"([+\-−±]?)((?:0|[1-9][0-9]{0,8})(?:\.[0-9]{1,12})?)([^0-9]*)")
_CLOCK: Final = re.compile(r"[0-9]{1,3}(?::[0-9]{2}){1,2}(?:\.[0-9]+)?")
# Thousands in groups, as the SI and the Swiss write them. With commas it is one thing here and another there.
_GROUPED: Final = re.compile(r"([+\-−±]?)([1-9][0-9]{0,2}(?:[ '][0-9]{3})+)(\.[0-9]+)?")
_WORD: Final = re.compile(r"([\"'«(\[{¿¡]*)(.*?)([.,;:?!…\"'»)\]}]*)")
_PIECES: Final = re.compile(r"[0-9]+(?:\.[0-9]+)?|[A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u00ff']+|.")
_LETTERS: Final = re.compile(r"[A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u00ff]")
_ROMAN: Final = re.compile(r"[IVXLCDM]{2,}")
_NAMES: Final = {
    "+": "plus",
    "−": "minus",
    "±": "plus or minus",
    "×": "times",
    "÷": "divided by",
    "=": "equals",
    "/": "slash",
    "\\": "backslash",
    "-": "dash",
    "_": "underscore",
    ".": "point",
    ",": "comma",
    ":": "colon",
    "^": "to the power of",
    "<": "less than",
    ">": "greater than",
    "~": "about",
    "*": "star",
    "#": "number",
    "%": "percent",
    "°": "degrees",
    "€": "euros",
    "$": "dollars",
    "£": "pounds",
    "&": "and",
    "@": "at",
    "¹": "superscript one",
    "²": "squared",
    "³": "cubed",
    "µ": "micro",
    "'": ",",
    "|": "bar",
    "¼": "and a quarter",
    "½": "and a half",
    "¾": "and three quarters",
}
# Between digits these keep apart what would read as another number; in words they are only looks.
_ONLY_IN_NUMBERS: Final = frozenset(".,:_*~|\\^")


def aloud(text: str) -> str:
    """Return running text, such as a title or a label, as it is given to the speech engine."""
    shown = text.split()
    said: list[str] = []
    for place, word in enumerate(shown):
        parts = _WORD.fullmatch(word)
        assert parts is not None  # any word matches
        core = parts[2]
        if core == "-":
            between = 0 < place < len(shown) - 1 and shown[place - 1][-1].isdigit() and shown[place + 1][0].isdigit()
            said.append("minus" if between else ",")
            continue
        words = _core(core)
        # "20 5" must not be heard as 25.
        apart = bool(said) and said[-1][-1:].isdigit() and words[:1].isdigit()
        said.append(f"{',' if apart or _opens(parts[1]) else ''} {words}{_pause(parts[3])}")
    return tidy(" ".join(said))


def value_aloud(value: str, unit: str = "") -> str:
    """Return a fact's value, with its unit in words, as it is given to the speech engine."""
    grouped = _GROUPED.fullmatch(value)
    if grouped:
        joined = re.sub("[ ']", "", grouped[2]) + (grouped[3] or "")
        value_words = f"{_sign(grouped[1])}{joined if _PLAIN.fullmatch(joined) else _spelled(joined)}"
    else:
        value_words = aloud(value)
    if not unit:
        return value_words
    return tidy(f"{value_words} {units.said(unit, value) or _core(unit)}")


def tidy(text: str) -> str:
    """Return `text` with one blank between words, none before a pause, and no pause after a pause."""
    text = re.sub(r"[\s,]*([.?])[\s,.]*", r"\1 ", re.sub(r"(?<=[0-9])\.(?=[0-9])", "\0", text))
    text = re.sub(r"\s*,[\s,]*", ", ", text).replace("\0", ".")
    return re.sub(r"\s+", " ", text).strip(" ,")


def _core(core: str) -> str:
    if not any("0" <= character <= "9" for character in core):
        return _wordy(core)
    plain = _PLAIN.fullmatch(core)
    if plain and (not plain[3] or units.said(plain[3], plain[2])):
        unit = f" {units.said(plain[3], plain[2])}" if plain[3] else ""
        return f"{_sign(plain[1])}{plain[2]}{unit}"
    if _CLOCK.fullmatch(core):
        return core.replace(":", ", ")
    return _mixed(core)


def _wordy(core: str) -> str:
    """A word without digits."""
    said: list[str] = []
    for piece in _PIECES.findall(core):
        if _LETTERS.match(piece):
            said.append(_letters(piece))
        elif piece in "-'" and said:
            said.append(" ")
        elif piece == "," or piece not in _ONLY_IN_NUMBERS:
            said.append(f" {_NAMES.get(piece, ',' if piece == ',' else '')} ")
    return "".join(said)


def _mixed(core: str) -> str:
    """What has digits and is no plain number: every character has its say."""
    said: list[str] = []
    hexadecimal = core.startswith(("0x", "0X"))
    pieces = _PIECES.findall(core)
    for place, piece in enumerate(pieces):
        if piece[0].isdigit() and piece.isascii():
            said.append(_spelled(piece) if hexadecimal else _run(piece))
        elif _LETTERS.match(piece):
            said.append(" ".join(piece) if hexadecimal or len(piece) == 1 else _letters(piece))
        else:
            negative = piece == "-" and place == 0
            said.append("minus" if negative else _NAMES.get(piece, ","))
    return " ".join(said)


def _run(number: str) -> str:
    """Digits as one number where that has one reading, else one by one."""
    return number if _PLAIN.fullmatch(number) or re.fullmatch("0[0-9]", number) else _spelled(number)


def _spelled(number: str) -> str:
    return " ".join("point" if character == "." else character for character in number)


def _letters(word: str) -> str:
    """A word that can't be taken for a Roman numeral."""
    if not _ROMAN.fullmatch(word):
        return word
    return word.lower() if "I" in word[1:-1] else " ".join(word)


def _sign(sign: str) -> str:
    return f"{_NAMES['−' if sign == '-' else sign]} " if sign else ""


def _opens(lead: str) -> bool:
    return any(mark in lead for mark in "([{«")


def _pause(tail: str) -> str:
    if "?" in tail:
        return "?"
    if any(mark in tail for mark in ".!…"):
        return "."
    return "," if tail.strip("\"'") else ""
