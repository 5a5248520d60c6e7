# SPDX-License-Identifier: Apache-2.0
"""What a typed line is understood to mean, by the dictionary of the real firmware."""

from __future__ import annotations

import pytest

from phosphene.desk.filling import Filled, answered, completed, nothing_said
from phosphene.desk.matching import tasks_for_people, understand
from phosphene.desk.scenes import short
from phosphene.errors import BadArgument, UnknownTask
from phosphene.line.dictionary import Dictionary


def given(filled: Filled) -> dict[str, str]:
    return {name: str(typed) for name, typed in filled.given.items()}


@pytest.mark.parametrize(
    ("line", "task", "arguments"),
    [
        ("exact.decimal 1.5 + 2", "exact.decimal", {"a": "1.5", "op": "+", "b": "2", "places": "2"}),
        ("exact.decimal 1.5 / 7 20", "exact.decimal", {"a": "1.5", "op": "/", "b": "7", "places": "20"}),
        ("calculate 1.255 times 2", "exact.decimal", {"a": "1.255", "op": "*", "b": "2", "places": "3"}),
        ("How much is 6 x 7", "exact.integer", {"a": "6", "op": "*", "b": "7"}),
        ("calculate (2+3)*4", "exact.evaluate", {"expression": "(2+3)*4", "places": "2"}),
        ("timer 3 minutes", "timer.start", {"seconds": "3 minutes", "name": "3 minutes"}),
        ("timer tea 3min", "timer.start", {"name": "tea", "seconds": "3 min"}),
        ("set a timer for 90 s", "timer.start", {"seconds": "90 s", "name": "90 s"}),
        ("set a timer green tea 90", "timer.start", {"name": "green tea", "seconds": "90"}),
        ("convert 35 ml to cup", "convert.units", {"value": "35", "source": "ml", "target": "cup", "places": "2"}),
        ('convert 2.125 "fl oz" to ml', "convert.units", {"value": "2.125", "source": "fl oz", "target": "ml"}),
        ("15 percent of 80", "", {}),
        ("percent 15 of 80", "exact.percent", {"a": "15", "op": "of", "b": "80", "places": "2"}),
        ("switch led on", "gpio.write", {"output": "led", "level": "on"}),
        ("which timers are set", "timer.list", {}),
        ("cancel the timer tea", "timer.cancel", {"name": "tea"}),
        ("split the bill 10.00 3", "money.split", {"amount": "10.00", "parts": "3", "places": "2"}),
    ],
)
def test_a_line_is_the_task_that_it_names(
    dictionary: Dictionary, line: str, task: str, arguments: dict[str, str]
) -> None:
    if not task:
        with pytest.raises(UnknownTask):
            understand(line, dictionary)
        return
    filled = understand(line, dictionary)
    assert filled.task.name == task
    assert filled.missing == ()
    assert given(filled).items() >= arguments.items()


@pytest.mark.parametrize(
    ("line", "missing"),
    [
        ("convert 35 ml", ["target"]),
        ("exact.divide 7 2", ["rule"]),
        ("timer.start", ["name", "seconds"]),
        ("timer.start tea", ["seconds"]),
    ],
)
def test_what_is_not_said_is_missing(dictionary: Dictionary, line: str, missing: list[str]) -> None:
    assert [field.name for field in understand(line, dictionary).missing] == missing


def test_an_answer_fills_what_was_asked_and_nothing_else_does(dictionary: Dictionary) -> None:
    asked = understand("exact.divide 7 2", dictionary)
    assert answered(asked, "sideways") is None
    filled = answered(asked, "floor")
    assert filled is not None
    assert (filled.missing, given(filled)["rule"]) == ((), "floor")
    timer = understand("timer.start tea", dictionary)
    assert answered(timer, "soon") is None
    filled = answered(timer, "3 minutes")
    assert filled is not None
    assert given(filled) == {"name": "tea", "seconds": "3 minutes"}


@pytest.mark.parametrize(
    "line", ["exact.integer 1.5 + 2", "exact.decimal 1.5 + 2 2 2", "board.clock now", "board.abort -1"]
)
def test_words_that_have_no_place_are_refused(dictionary: Dictionary, line: str) -> None:
    with pytest.raises(BadArgument, match="does not fit"):
        understand(line, dictionary)


@pytest.mark.parametrize("line", ["frobnicate", "no.such task", "'", "   it's"])
def test_what_no_task_is_called_is_refused_with_what_is_near(dictionary: Dictionary, line: str) -> None:
    with pytest.raises(UnknownTask, match="no task is called"):
        understand(line, dictionary)


def test_an_empty_line_is_refused(dictionary: Dictionary) -> None:
    with pytest.raises(BadArgument, match="nothing was typed"):
        understand("   ", dictionary)


def test_every_task_with_a_spoken_name_can_be_chosen_from_the_list(dictionary: Dictionary) -> None:
    tasks = tasks_for_people(dictionary)
    assert len(tasks) > 30
    for task in tasks:
        begun = completed(nothing_said(task))
        assert {*begun.given, *(field.name for field in begun.missing)} == {field.name for field in task.args}


def test_every_task_can_be_named(dictionary: Dictionary) -> None:
    for task in dictionary.tasks:
        assert understand(task.name, dictionary).task is task


def test_words_that_are_too_long_are_abbreviated_between_words() -> None:
    reason = "pump is behind ENABLE: not armed; arm with a grant"
    assert short(reason, 48) == "pump is behind ENABLE: not armed; arm with a…"
    assert short("x" * 50, 48) == "x" * 47 + "…"
    assert short("fits", 4) == "fits"
    for longest in range(4, 60):
        assert len(short(reason, longest)) <= longest
    assert short("a\tb→c", 48) == "a?b?c"
