# SPDX-License-Identifier: Apache-2.0
"""The judge of what was shown: it finds each way in which a value can be wrong, and nothing where all is right."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from phosphene.line.dictionary import Dictionary
from phosphene.line.kind import Value
from phosphene.painter.text_tree import Node
from phosphene_tools.bench.sessions_shown import Screenshot, judge, used
from phosphene_tools.bench.sessions_witness import Answer
from phosphene_tools.firmware_image import build_dictionary
from phosphene_tools.places import coprocessor

BOX = (0, 0, 8, 8)
NAME = Dictionary.parse(build_dictionary(coprocessor())[0]).task("exact.integer").says[0]
"""What people call the task of these tests."""


@pytest.fixture(scope="module")
def dictionary() -> Dictionary:
    """The firmware's tasks."""
    return Dictionary.parse(build_dictionary(coprocessor())[0])


def shot(heading: str, *facts: tuple[str, str], at_s: float = 2.0) -> Screenshot:
    """A screen with a title and values by their keys."""
    nodes = (Node("text", key, text, BOX, label=key.rpartition(".")[2]) for key, text in facts)
    return Screenshot(at_s, (Node("heading", "", heading, BOX), *nodes))


def answer(dictionary: Dictionary, task: str, arguments: dict[str, Value], **results: Value) -> Answer:
    """What the board said a second in."""
    return Answer(1.0, dictionary.task(task), arguments, results)


@pytest.fixture
def product(dictionary: Dictionary) -> Answer:
    """Six times seven."""
    return answer(dictionary, "exact.integer", {"a": 6, "op": "*", "b": 7}, value=42, remainder=0)


RIGHT = shot(f"{NAME} 6 * 7", ("exact.integer.value", "42"), ("exact.integer.remainder", "0"))


def test_what_the_board_said_of_what_stands_there_is_right(dictionary: Dictionary, product: Answer) -> None:
    verdict = judge(RIGHT, [product], dictionary, [])
    assert (verdict.values, verdict.wrong) == (2, [])
    assert used(RIGHT, [product], dictionary) == [product]


@pytest.mark.parametrize(
    "tampered",
    [
        shot(f"{NAME} 6 * 7", ("exact.integer.value", "43")),
        shot(f"{NAME} 6 * 7", ("exact.integer.value", "420")),
        shot(f"{NAME} 6 * 7", ("exact.integer.value", "4")),
        shot(f"{NAME} 6 * 7", ("exact.integer.value", "42 ml")),
        shot(f"{NAME} 6 * 7", ("exact.integer.remainder", "42")),
        shot(f"{NAME} 6 * 8", ("exact.integer.value", "42")),
        shot(f"{NAME} 6 * 7 8", ("exact.integer.value", "42")),
        shot(NAME, ("exact.integer.value", "42")),
        shot(f"{NAME} 6 * 7", ("exact.decimal.value", "42")),
        shot(f"{NAME} 6 * 7", ("made.up", "42")),
        shot(f"{NAME} 6 * 7", ("exact.integer.value", "42"), at_s=0.5),
    ],
    ids=lambda one: f"{one.heading}: {one.values[0].key} {one.values[0].text} at {one.at_s}",
)
def test_a_value_that_was_tampered_with_is_counted(
    dictionary: Dictionary, product: Answer, tampered: Screenshot
) -> None:
    assert len(judge(tampered, [product], dictionary, ["calculate 6 * 7"]).wrong) == 1


def test_a_result_of_other_arguments_than_those_beside_it_is_wrong(dictionary: Dictionary, product: Answer) -> None:
    other = answer(dictionary, "exact.integer", {"a": 6, "op": "*", "b": 8}, value=48, remainder=0)
    assert not judge(RIGHT, [product, other], dictionary, []).wrong
    assert judge(RIGHT, [other], dictionary, []).wrong


def test_arguments_that_stand_beside_are_held_against_the_call(dictionary: Dictionary) -> None:
    amount = 10**20
    made = answer(dictionary, "exact.integer", {"a": amount, "op": "+", "b": 7}, value=amount + 7, remainder=0)
    facts = [(f"exact.integer.argument.{name}", text) for name, text in (("a", str(amount)), ("op", "+"), ("b", "7"))]
    whole = shot(NAME, *facts, ("exact.integer.value", str(amount + 7)))
    assert not judge(whole, [made], dictionary, []).wrong
    facts[2] = ("exact.integer.argument.b", "8")
    assert judge(shot(NAME, *facts, ("exact.integer.value", str(amount + 7))), [made], dictionary, []).wrong


def test_what_is_to_be_confirmed_is_what_the_board_made_of_the_words(dictionary: Dictionary) -> None:
    question = shot("set a timer?", ("timer.start.argument.name", "tea"), ("timer.start.argument.seconds", "300 s"))
    turned = answer(dictionary, "convert.units", {"value": Decimal(5), "source": "min"}, value=Decimal(300), exact=True)
    said = ["start a timer tea five minutes"]
    assert not judge(question, [turned], dictionary, said).wrong
    assert judge(question, [], dictionary, said).wrong, "no answer of the board's is 300"
    assert judge(question, [replace(turned, results={"value": Decimal(3000)})], dictionary, said).wrong
    assert judge(question, [turned], dictionary, ["start a timer bread five minutes"]).wrong, "nobody said tea"


def test_places_follow_from_the_numbers_or_are_what_the_board_made_of_a_word(dictionary: Dictionary) -> None:
    question = shot("calculate?", ("exact.evaluate.argument.places", "9"))
    turned = answer(dictionary, "spoken.number", {"words": "nine"}, digits=Decimal(9))
    assert judge(question, [], dictionary, ["calculate four to nine places"]).wrong
    assert not judge(question, [turned], dictionary, ["calculate four to nine places"]).wrong
    assert not judge(question, [], dictionary, ["calculate 2.123456789"]).wrong


def test_what_is_left_of_a_timer_is_what_the_board_wrote(dictionary: Dictionary) -> None:
    left = Screenshot(2.0, (Node("meter", "timer.left", "00:04:59", BOX, label="tea"),))
    read = answer(dictionary, "timer.read", {"name": "tea"}, left_ms=299_400)
    wrote = answer(dictionary, "duration.show", {"seconds": Decimal(299)}, duration="00:04:59")
    assert not judge(left, [read, wrote], dictionary, []).wrong
    other = replace(read, arguments={"name": "bread"})
    assert judge(left, [other, wrote], dictionary, []).wrong
    assert judge(left, [replace(read, results={"left_ms": 199_400}), wrote], dictionary, []).wrong


def test_words_and_what_the_device_says_of_itself_are_no_values(dictionary: Dictionary) -> None:
    words = shot("set a timer: name?", ("timer.start.given.seconds", "five minutes"), ("device.heard", "five…"))
    verdict = judge(words, [], dictionary, [])
    assert (verdict.values, verdict.wrong) == (0, [])


@pytest.mark.parametrize(
    ("whole", "shown", "wrong"),
    [
        pytest.param(
            "-4138541 -555436 -3147469", "-4138541 -555436", 0, id="25 characters: its other line is on a page behind"
        ),
        pytest.param(
            "-4138541 -55543 -3147469", "-4138541 -55543", 1, id="24 characters: it fits, and a part of it is wrong"
        ),
    ],
)
def test_the_lines_of_a_long_value_may_stand_on_pages_of_their_own(
    dictionary: Dictionary, whole: str, shown: str, wrong: int
) -> None:
    shares = answer(dictionary, "money.share", {"amount": "-7841446", "weights": "38 5.1 28.9"}, shares=whole)
    name = dictionary.task("money.share").says[0]
    told = " ".join(str(value) for value in shares.arguments.values())
    seen = shot(f"{name} {told}", ("money.share.shares", shown))
    assert len(judge(seen, [shares], dictionary, []).wrong) == wrong
