# SPDX-License-Identifier: Apache-2.0
"""No number on the screen without what it was computed from, none cut, none of the host's own making."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from phosphene.condition import Condition
from phosphene.errors import PhospheneError
from phosphene.line.dictionary import Dictionary
from phosphene.line.kind import Value
from phosphene.loop import scenes
from phosphene.loop.compose import compose
from phosphene.loop.perceive import perceive
from phosphene.loop.shortening import short as shortened
from phosphene.loop.typed import by_hand
from phosphene.moment import Moment, Screenful, Sensed
from phosphene.painter.charset import SceneError
from phosphene.painter.scene import LONGEST_LABEL, MOST_FACTS, Fact
from phosphene.policy.dialogue import Pending
from phosphene.prove.calls import Call
from phosphene.prove.facts import label, lines_of, pages, unit_sign
from phosphene.prove.news import News, What


def call(dictionary: Dictionary, task: str, /, **values: Value) -> Call:
    return Call(dictionary.task(task), values)


def refusal_of(line: str, dictionary: Dictionary) -> PhospheneError | None:
    """Return why the line isn't understood, None when it is."""
    try:
        by_hand(Moment.first(0.0).next(0.1, Sensed(typed=(line,))), dictionary)
    except PhospheneError as error:
        return error
    return None


def test_a_title_holds_all_arguments_or_they_stand_beside_it(dictionary: Dictionary) -> None:
    short = call(dictionary, "exact.integer", a=6, op="*", b=7)
    assert (short.title, short.beside) == ("whole numbers 6 * 7", [])
    long = call(dictionary, "exact.integer", a=10**20, op="*", b=7 * 10**22)
    assert not any(character.isdigit() for character in long.title)
    assert [fact.shown for fact in long.beside] == [f"{10**20}", "*", f"{7 * 10**22}"]
    amounts = " ".join(f"{number}.50" for number in range(10, 40))
    many = call(dictionary, "money.add", amounts=amounts, places=2)
    assert " ".join(fact.shown for fact in many.beside) == amounts
    assert {fact.label for fact in many.beside} == {"amounts", ""}
    strange = call(dictionary, "timer.read", name="☕ 5")
    assert "?" not in strange.title
    with pytest.raises(SceneError):
        assert strange.beside


@given(st.integers(0, 14), st.integers(0, 14))
def test_what_stands_beside_is_on_each_page_or_first(results: int, arguments: int) -> None:
    facts = [Fact(f"result{number}", "1") for number in range(results)]
    beside = [Fact(f"argument{number}", "2") for number in range(arguments)]
    made = pages(facts, beside)
    assert all(len(page) <= MOST_FACTS for page in made)
    assert [fact for page in made for fact in page if fact in facts] == facts
    assert set(beside) <= {fact for page in made for fact in page}
    if arguments < MOST_FACTS:
        assert all(page[:arguments] == beside for page in made)


@given(st.lists(st.integers(0, 10**30).map(str) | st.sampled_from(("of", "a", "longish")), min_size=1, max_size=20))
def test_a_text_that_is_shortened_keeps_numbers_whole_or_drops_them(words: list[str]) -> None:
    text = " ".join(words)
    short = shortened(text, LONGEST_LABEL)
    assert len(short) <= LONGEST_LABEL
    assert all(word in words for word in short.rstrip("…").split() if any(map(str.isdigit, word)))


def test_a_long_text_is_broken_between_words() -> None:
    fact = Fact("list", "none", "list")
    lines = lines_of(fact, "the whole of it is 123456789 ml\n\tand\t5 ml")
    assert [line.value for line in lines] == ["the whole of it is", "123456789 ml", "and 5 ml"]
    assert [line.label for line in lines] == ["list", "", ""]
    assert lines_of(fact, "")[0].value == "none"
    with pytest.raises(SceneError, match="too long"):
        lines_of(fact, "9" * 25)


def test_a_unit_that_is_too_long_is_in_the_label() -> None:
    assert unit_sign("tablespoon") == ""
    assert label("value", "tablespoon") == "value in tablespoon"
    assert label("left_ms", "ms") == "left"


def test_what_was_said_stands_beside_the_question_only_as_it_is(dictionary: Dictionary) -> None:
    task = dictionary.task("timer.start")
    asked = Pending(task, {"name": ("☕",)})
    assert scenes.ask(asked, asked.missing[0], ()).facts == (), "a value with ? in it is another value"
    asked = Pending(task, {"name": ("tea",)})
    assert [fact.value for fact in scenes.ask(asked, asked.missing[0], ()).facts] == ["tea"]


@pytest.mark.parametrize("name", ["☕", " ", "\x07", "tea"])
def test_the_bell_can_be_stopped_whatever_its_name_is(dictionary: Dictionary, name: str) -> None:
    rings = Sensed(told=(News(What.RINGS, title="timer", task=name),))
    moment = compose(perceive(Moment.first(0.0).next(0.1, rings), dictionary), dictionary)
    assert moment.screenful is not None
    scene = moment.screenful.scene
    assert [choice.key in moment.screenful.actions for choice in scene.choices] == [True]
    assert [fact.value for fact in scene.facts] == (["tea"] if name == "tea" else [])


@pytest.mark.parametrize(
    "line",
    [
        "money.tax " + "a " * 95,
        "money.change " + "a 1 the " * 20,
        "convert.units 1 " + "a b of c " * 20,
        "timer.start " + "x a " * 45,
        "date.add " + "1 a " * 45,
    ],
)
def test_a_line_of_fillers_is_soon_understood_or_not(dictionary: Dictionary, line: str) -> None:
    began = time.process_time()
    refusal_of(line[:200], dictionary)
    assert time.process_time() - began < 5, "a line must never keep the supervisor busy"


@given(st.text(max_size=200) | st.text("0123456789 .-timera:'\"\\/()", max_size=200))
def test_any_line_is_understood_or_refused(dictionary: Dictionary, line: str) -> None:
    refused = refusal_of(line, dictionary)
    assert refused is None or refused.cure


def test_what_is_wrong_stands_beside_what_is_shown_and_a_recording_is_told(dictionary: Dictionary) -> None:
    def shown(*conditions: Condition) -> Screenful:
        sensed = Sensed(conditions=frozenset(conditions))
        moment = compose(perceive(Moment.first(0.0).next(0.1, sensed), dictionary), dictionary)
        assert moment.screenful is not None
        return moment.screenful

    plain = shown()
    assert (plain.scene.icon, plain.hint, plain.scene.facts) == ("", "", ())
    recorded = shown(Condition.RECORDING)
    assert (recorded.scene.icon, recorded.hint, recorded.scene.facts) == ("eye", "(percepts are recorded)", ())
    told_in_words = {condition for condition in Condition if not condition.wrong}
    assert told_in_words == {Condition.MUTED, Condition.RECORDING, Condition.DEMONSTRATION}
    for condition in told_in_words:
        screenful = shown(condition)
        assert f"({condition.subject} {condition.words})" in screenful.hint
        assert screenful.scene.facts == ()
    assert shown(Condition.MUTED).scene.title.startswith("Muted.")
    for condition in set(Condition) - told_in_words:
        (fact,) = shown(condition, Condition.RECORDING).scene.facts
        assert (fact.label, fact.value) == (condition.subject, condition.words)
