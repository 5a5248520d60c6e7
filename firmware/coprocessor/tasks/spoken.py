# SPDX-License-Identifier: Apache-2.0
"""Spoken numbers: words become digits here, so that not even a heard number is made by a network."""

from refusal import refused
from task import field, task

_ONES = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
]
_TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]


@task(
    "spoken.number",
    says=("which number is",),
    args=(field("words", "text", min=1, max=160),),
    results=(field("digits", "decimal", max=24),),
    idempotent=True,
    privilege="read",
    help="A number in words as digits, up to 999,999: minus two hundred and five point three is -205.3.",
)
def number(words):
    said = words.lower().replace("-", " ").split()
    minus = said[:1] == ["minus"]
    said = said[minus:]
    at = said.index("point") if "point" in said else len(said)
    whole = _whole(said[:at], words)
    fraction = [_digit(word, words) for word in said[at + 1 :]]
    if at < len(said) and not fraction:
        raise refused("nothing follows the point in %r" % words[:40])
    # A digit is a string all the way: "point five zero" keeps its zero.
    return ("%s%d%s" % ("-" if minus else "", whole, "." + "".join(fraction) if fraction else ""),)


def _whole(said, words):
    """The whole part. Raises Refusal for words that nobody would read as one number, such as "five twenty"."""
    if not said:
        raise refused("%r holds no number" % words[:40])
    if "thousand" in said:
        at = said.index("thousand")
        rest = said[at + 1 :]
        if rest[:1] == ["and"]:
            rest = rest[1:]
            if "hundred" in rest or not rest:
                raise _no_number(words)
        below = _below_thousand(rest, words) if rest else 0
        many = _below_thousand(said[:at], words)
        if not many:
            raise _no_number(words)
        return 1000 * many + below
    return _below_thousand(said, words)


def _below_thousand(said, words):
    hundreds = 0
    if len(said) > 1 and said[1] == "hundred":
        hundreds = _ONES.index(said[0]) if said[0] in _ONES[1:10] else 1 if said[0] == "a" else 0
        if not hundreds:
            raise _no_number(words)
        said = said[2:]
        if not said:
            return 100 * hundreds
        if said[0] == "and":
            said = said[1:]
        if said == ["zero"]:
            raise _no_number(words)
    return 100 * hundreds + _below_hundred(said, words)


def _below_hundred(said, words):
    if len(said) == 1 and said[0] in _ONES:
        return _ONES.index(said[0])
    if 1 <= len(said) <= 2 and said[0] in _TENS:
        tens = 10 * _TENS.index(said[0]) + 20
        if len(said) == 1:
            return tens
        if said[1] in _ONES[1:10]:
            return tens + _ONES.index(said[1])
    raise _no_number(words)


def _digit(word, words):
    if word not in _ONES[:10]:
        raise refused("%r is no digit behind the point in %r" % (word[:12], words[:40]))
    return "%d" % _ONES.index(word)


def _no_number(words):
    return refused("%r is no number; say it as in two hundred and five point three" % words[:40])
