# SPDX-License-Identifier: Apache-2.0
"""A sum in words, written with digits and signs: six times two point five is 6 * 2.5."""

_SIGNS = {
    "plus": "+",
    "minus": "-",
    "times": "*",
    "multiplied": "*",
    "x": "*",
    "divided": "/",
    "over": "/",
    "power": "^",
    "squared": "^ 2",
    "cubed": "^ 3",
}
_BESIDE_SIGNS = ("by", "to", "the", "of")  # divided by, to the power of
_WRITTEN = {"×": "*", "÷": "/", "−": "-"}


def written(expression: str) -> str:
    """The same with digits and signs, where it has words. Raises Refusal for a word that is no number."""
    for sign, plain in _WRITTEN.items():
        expression = expression.replace(sign, plain)
    if not any([character.isalpha() for character in expression]):
        return expression
    parts, words = [], []
    for word in expression.lower().split() + [""]:
        sign = word in _SIGNS and (word != "x" or parts or words)  # x comes first in no sum
        if word and word[0].isalpha() and not sign and word not in _BESIDE_SIGNS:
            words.append(word)
            continue
        if words:
            parts.append(_digits(words))
            words = []
        if word not in _BESIDE_SIGNS:
            parts.append(_SIGNS.get(word, word))
    return " ".join(parts).strip()


def _digits(words) -> str:
    from tasks.spoken import number  # when there is a number in words, and not before

    return number(" ".join(words))[0]
