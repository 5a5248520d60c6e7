# SPDX-License-Identifier: Apache-2.0
"""What a typed line means that leaves nothing to guess, by the dictionary of the real firmware."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from phosphene.errors import BadArgument
from phosphene.line.dictionary import Dictionary
from phosphene.loop.compose import compose
from phosphene.loop.perceive import perceive
from phosphene.loop.prove import prove
from phosphene.loop.scenes import tasks_for_people
from phosphene.loop.shortening import short
from phosphene.loop.typed import by_hand
from phosphene.moment import Moment, Sensed
from phosphene.policy.decision import Action, Decision
from phosphene.policy.dialogue import Pending
from phosphene.policy.pointing import arguments_of
from phosphene.prove.calls import Call, new_key


def typed(line: str, dictionary: Dictionary, before: Moment | None = None) -> Decision | None:
    """Return what is meant by a line that is typed after the moment `before`."""
    return by_hand((before or Moment.first(0.0)).next(0.1, Sensed(typed=(line,))), dictionary)


@pytest.mark.parametrize(
    ("line", "arguments"),
    [
        ("exact.decimal 1.5 + 2", {"a": "1.5", "op": "+", "b": "2", "places": "2"}),
        ("exact.decimal 1.5 / 7 20", {"a": "1.5", "op": "/", "b": "7", "places": "20"}),
        ("exact.decimal 1.255 times 2", {"a": "1.255", "op": "*", "b": "2", "places": "3"}),
        ("exact.integer 6 x 7", {"a": "6", "op": "*", "b": "7"}),
        ("exact.evaluate (2+3)*4", {"expression": "(2+3)*4", "places": "2"}),
        ("exact.evaluate (2+3)*4 2", {"expression": "(2+3)*4", "places": "2"}),
        ("timer.start 3 minutes", {"seconds": "3 minutes", "name": "3 minutes"}),
        ("timer.start tea 3min", {"name": "tea", "seconds": "3 minutes"}),
        ("timer.start green tea 90", {"name": "green tea", "seconds": "90"}),
        ("convert.units 35 ml cup 2", {"value": "35", "source": "ml", "target": "cup", "places": "2"}),
        ('convert.units 2.125 "fl oz" to ml', {"value": "2.125", "source": "fl oz", "target": "ml"}),
        ("exact.percent 15 of 80", {"a": "15", "op": "of", "b": "80", "places": "2"}),
        ("gpio.write led on", {"output": "led", "level": "on"}),
        ("timer.cancel tea", {"name": "tea"}),
        ("money.split 10.00 3", {"amount": "10.00", "parts": "3", "places": "2"}),
    ],
)
def test_a_task_by_its_full_name_takes_its_arguments_in_their_order(
    dictionary: Dictionary, line: str, arguments: dict[str, str]
) -> None:
    said = typed(line, dictionary)
    assert said is not None
    assert (said.action, said.touched) == (Action.TASK, True)
    assert said.task is not None
    assert said.task is dictionary.task(line.split(maxsplit=1)[0])
    pending = Pending(said.task).with_words(said.arguments)
    assert pending.missing == ()
    assert {name: " ".join(words) for name, words in pending.arguments.items()}.items() >= arguments.items()


@pytest.mark.parametrize(
    ("line", "missing"),
    [
        ("convert.units 35 ml", ["target"]),
        ("exact.divide 7 2", ["rule"]),
        ("timer.start", ["seconds", "name"]),
        ("timer.start tea", ["seconds"]),
    ],
)
def test_what_is_not_said_is_missing(dictionary: Dictionary, line: str, missing: list[str]) -> None:
    said = typed(line, dictionary)
    assert said is not None
    assert said.task is not None
    assert [field.name for field in Pending(said.task).with_words(said.arguments).missing] == missing


def asking(line: str, dictionary: Dictionary) -> Moment:
    """Return the moment in which something is asked after `line`."""
    moment = perceive(Moment.first(0.0).next(0.1, Sensed(typed=(line,))), dictionary)
    assert moment.touched is not None
    return compose(prove(replace(moment, decision=moment.touched)), dictionary)


def test_an_answer_fills_what_was_asked_and_nothing_else_does(dictionary: Dictionary) -> None:
    asked = asking("exact.divide 7 2", dictionary)
    assert typed("sideways", dictionary, asked) is None
    assert typed("floor", dictionary, asked) == Decision(Action.ANSWER, arguments={"rule": ("floor",)}, touched=True)
    asked = asking("timer.start tea", dictionary)
    assert typed("soon", dictionary, asked) is None
    said = typed("3 minutes", dictionary, asked)
    assert said is not None
    assert said.arguments == {"seconds": ("3", "minutes")}


def test_what_stands_on_a_button_can_be_typed(dictionary: Dictionary) -> None:
    asked = asking("exact.divide 7 2", dictionary)
    said = typed("cancel", dictionary, asked)
    assert said is not None
    assert said.action is Action.NO


@pytest.mark.parametrize(
    "line", ["exact.integer 1.5 + 2", "exact.decimal 1.5 + 2 2 2", "board.clock now", "board.abort -1"]
)
def test_words_that_have_no_place_are_refused(dictionary: Dictionary, line: str) -> None:
    with pytest.raises(BadArgument, match="does not fit"):
        typed(line, dictionary)


@pytest.mark.parametrize("line", ["frobnicate", "no.such task", "'", "   it's", "set a timer for tea", "   "])
def test_ordinary_words_are_left_to_the_policy(dictionary: Dictionary, line: str) -> None:
    assert typed(line, dictionary) is None


def test_every_task_can_be_typed_by_its_name(dictionary: Dictionary) -> None:
    for task in dictionary.tasks:
        said = typed(task.name, dictionary)
        assert said is not None
        assert said.task is task


def test_the_tasks_with_a_spoken_name_are_those_for_people(dictionary: Dictionary) -> None:
    tasks = tasks_for_people(dictionary)
    assert len(tasks) > 30
    assert all(task.says for task in tasks)


def test_words_that_are_too_long_are_abbreviated_between_words() -> None:
    reason = "pump is behind ENABLE: not armed; arm with a grant"
    assert short(reason, 48) == "pump is behind ENABLE: not armed; arm with a…"
    assert short("x" * 50, 48) == "x" * 47 + "…"
    assert short("fits", 4) == "fits"
    for longest in range(4, 60):
        assert len(short(reason, longest)) <= longest
    assert short("a\tb→c", 48) == "a?b?c"


def test_a_durable_key_is_never_said_asked_for_or_shown(dictionary: Dictionary) -> None:
    task = dictionary.task("dispense.pour")
    pending = Pending(task).with_words({"key": ("50",), "ml": ("50",)})
    assert (dict(pending.given), pending.missing) == ({"ml": ("50",)}, ())
    assert [field.name for field in arguments_of(task)] == ["ml"]
    call = Call(task, {"key": new_key(), "ml": Decimal(50)})
    assert (call.title, [fact.label for fact in call.facts]) == ("dispense 50", ["ml"])
    said = typed("dispense.pour 50", dictionary)
    assert said is not None
    assert said.arguments == {"ml": ("50",)}
    keys = [new_key() for _ in range(3)]
    assert keys == sorted(keys)
