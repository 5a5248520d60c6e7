# SPDX-License-Identifier: Apache-2.0
"""Results of the co-processor as facts: the digits as they came, the label and the unit as they were declared."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Final

from phosphene.exact import Results
from phosphene.line.dictionary import Task
from phosphene.line.kind import Value
from phosphene.painter.charset import SceneError
from phosphene.painter.fit import whole_lines
from phosphene.painter.scene import LONGEST_UNIT, LONGEST_VALUE, MOST_FACTS, Fact, Grade

LIVE_AGE_S: Final = 2.0
"""A value that is asked for again and again is struck when it is older than this."""
# The dictionary keeps units in ASCII.
_SIGNS: Final = {"us": "µs", "degC": "°C", "deg": "°", "ohm": "Ohm"}


def written(value: Value) -> str:
    """Return the value as the co-processor gave it: every digit, nothing rounded."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, (int, Decimal)):
        return format(Decimal(value), "f")
    if isinstance(value, bytes):
        return f"0x{value.hex()}"
    return value


def facts_of(results: Results, given: Mapping[str, str], *, age_s: float = 0.0, live: bool = False) -> list[Fact]:
    """Return a fact for each result. `given` are the arguments, by name, as they were sent.

    Raises SceneError for a value that no layout can hold: nothing is cut.
    """
    facts: list[Fact] = []
    for name, value in results.items():
        unit = results.unit(name)
        if not unit and name == "value" and "target" in given:
            unit = given["target"]  # the unit of a conversion is an argument, not a declaration
        whole = Fact(
            key=f"{results.task.name}.{name}",
            value="none",
            label=label(name, unit),
            unit=unit_sign(unit),
            on=value if isinstance(value, bool) else None,
            age_s=age_s,
            age_limit_s=LIVE_AGE_S if live else None,
            grade=grade(results.task),
        )
        facts += lines_of(whole, value)
    return facts


def lines_of(fact: Fact, value: Value) -> list[Fact]:
    """Return `fact` with `value`, a text as one fact for each line of it, the first with the label.

    Raises SceneError for a value that no layout can hold.
    """
    if not isinstance(value, str):
        return [replace(fact, value=written(value))]
    first, *rest = _lines(value, fact.label)
    more = [replace(fact, key=f"{fact.key}.{line}", label="", value=text) for line, text in enumerate(rest, start=1)]
    return [replace(fact, value=first), *more]


def level_of(step: Results, given: Mapping[str, str], name: str) -> float | None:
    """Return how far a process is, if its progress counts towards one of its arguments."""
    goal = given.get(name) or given.get("count")
    value = step[name]
    if goal is None or isinstance(value, bool) or not isinstance(value, (int, Decimal)):
        return None
    try:
        return min(max(float(Decimal(value) / Decimal(goal)), 0.0), 1.0)
    except ArithmeticError:
        return None


def pages(facts: Sequence[Fact], beside: Sequence[Fact] = ()) -> list[list[Fact]]:
    """Cut facts into scenes, at least one. What must stand `beside` them is in each, or before them if it is long."""
    if len(beside) >= MOST_FACTS:
        return pages([*beside, *facts])
    room = MOST_FACTS - len(beside)
    return [[*beside, *facts[at : at + room]] for at in range(0, max(len(facts), 1), room)]


def label(name: str, unit: str = "") -> str:
    """Return a declared name as people write it; its unit stands behind the value, or here where it is too long."""
    stem = (name.removesuffix(f"_{unit}") if unit else name).replace("_", " ")
    return stem if unit_sign(unit) or not unit else f"{stem} in {unit}"


def unit_sign(unit: str) -> str:
    """Return a declared unit as people write it; empty when it is too long to stand behind a value."""
    sign = _SIGNS.get(unit, unit)
    return sign if len(sign) <= LONGEST_UNIT else ""


def grade(task: Task) -> Grade:
    """Return how the task's facts are guarded."""
    return Grade.OVERLAY if task.exactness == "overlay" else Grade.PAINTED


def _lines(text: str, name: str) -> list[str]:
    """A text on lines that fit, broken between words. Raises SceneError for a word that doesn't fit."""
    lines: list[str] = []
    for paragraph in text.splitlines():
        wrapped = whole_lines(" ".join(paragraph.split()), LONGEST_VALUE, len(paragraph))
        if wrapped is None:
            cure = f"at most {LONGEST_VALUE} characters without a break can be shown"
            raise SceneError(f"{paragraph!r} has a word that is too long", place=name, cure=cure)
        lines += [line.text for line in wrapped if line.text]
    return lines or ["none"]
