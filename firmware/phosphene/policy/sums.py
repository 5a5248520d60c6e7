# SPDX-License-Identifier: Apache-2.0
"""A sum that was said is one argument from its first number to its last: none of its numbers is another argument."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from phosphene.line.dictionary import Task
from phosphene.line.schema import Field
from phosphene.perception.percepts import Word
from phosphene.policy.number_words import number_like

Spans = dict[str, tuple[int, int]]
SIGNS: Final = frozenset(
    {"plus", "minus", "times", "multiplied", "divided", "over", "power", "squared", "cubed", "x", "×", "÷", "−"}
)
"""What the signs of a sum are called; the board reads them (`exact.evaluate`)."""
_BETWEEN: Final = frozenset({"by", "and", "to", "the", "of"})


def is_sum(argument: Field) -> bool:
    """Return whether the argument is a sum in words or signs."""
    return (argument.name, argument.kind) == ("expression", "text")


def with_whole_sum(found: Spans, heard: Sequence[Word], task: Task) -> Spans:
    """Return the spans with that of a sum made whole; what lay in it is given up. Without a sum, the same."""
    argument = next((argument for argument in task.args if is_sum(argument)), None)
    if argument is None:
        return found
    pointed = found.get(argument.name)
    spans = [run for run in _runs([word.text.lower() for word in heard]) if pointed is None or _meet(run, pointed)]
    if not spans:
        return found
    whole = max(spans, key=lambda run: run[1] - run[0])
    return {argument.name: whole} | {
        name: span for name, span in found.items() if name != argument.name and not _meet(span, whole)
    }


def _runs(texts: Sequence[str]) -> list[tuple[int, int]]:
    """Stretches of numbers and signs, at least one of each, that begin and end with such."""
    runs: list[tuple[int, int]] = []
    begin = 0
    while begin < len(texts):
        end = begin
        while end < len(texts) and (_operand(texts[end]) or _sign(texts[end]) or texts[end] in _BETWEEN):
            end += 1
        first, last = begin, end
        while first < last and texts[first] in _BETWEEN:
            first += 1
        while first < last and texts[last - 1] in _BETWEEN:
            last -= 1
        inside = texts[first:last]
        # A sign at the beginning alone makes a number, not a sum.
        if any(map(_operand, inside)) and any(map(_sign, inside[1:])):
            runs.append((first, last))
        begin = end + 1
    return runs


def _operand(text: str) -> bool:
    return number_like(text.strip("()")) and text != "minus"


def _sign(text: str) -> bool:
    return text in SIGNS or (bool(text) and all(character in "+-*/%^()" for character in text))


def _meet(one: tuple[int, int], other: tuple[int, int]) -> bool:
    return one[0] < other[1] and other[0] < one[1]
