# SPDX-License-Identifier: Apache-2.0
"""The promise about spoken numbers: each is quoted from what is shown, and a struck value is never said."""

from __future__ import annotations

import re
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from phosphene.painter.scene import Fact, Intent, Scene
from phosphene.sound.spoken import Why, sentence
from phosphene.sound.states import BEGINS, ENDS
from tests.sound.scenes import alarm, confirmation, gone, result, scenes
from tests.sound.test_words import digits

_GROUPS = re.compile("(?<=[0-9])[ '](?=[0-9]{3})")


@settings(max_examples=40)
@given(scenes(), st.sampled_from(Why))
def test_every_number_is_quoted_from_what_is_shown(scene: Scene, why: Why) -> None:
    spoken = sentence(scene, why)
    if spoken is None:
        return
    shown = [scene.title, *(choice.text for choice in scene.choices)]
    shown += [text for fact in scene.facts for text in (fact.label, fact.value, fact.unit)]
    assert all(quote in shown for quote in spoken.quotes)
    # All of their digits, in their order, and no other.
    assert digits(spoken.text) == digits("".join(spoken.quotes))
    # And no number that is put together of two.
    quoted = [text for quote in spoken.quotes for text in (quote, _GROUPS.sub("", quote))]
    for number in re.findall(r"[0-9]+(?:\.[0-9]+)?", spoken.text):
        assert any(number in quote for quote in quoted), (number, spoken)


@settings(max_examples=25)
@given(scenes())
def test_a_struck_value_is_never_said(scene: Scene) -> None:
    spoken = sentence(scene)
    for fact in scene.facts:
        if fact.stale:
            assert spoken is not None
            assert fact.key not in spoken.facts
    # What is said is the same whatever the struck values are.
    other = tuple(replace(fact, value="98765") if fact.stale else fact for fact in scene.facts)
    assert sentence(replace(scene, facts=other)) == spoken


def test_a_confirmation_says_what_will_be_done_and_then_how_to_agree() -> None:
    spoken = sentence(confirmation())
    assert spoken is not None
    assert spoken.text == "Pour now? Dose, 12.5 milliliters. Say Pour, or Leave it."
    assert spoken.facts == ("pump.dose",)


def test_a_refusal_says_its_reason_also_unasked() -> None:
    spoken = sentence(gone(), Why.CAME)
    assert spoken is not None
    assert spoken.text == "The board does not answer."


def test_what_came_by_itself_is_said_only_when_it_cant_wait() -> None:
    assert sentence(result(), Why.CAME) is None
    assert sentence(result(), Why.ASKED) is not None
    told = sentence(alarm(), Why.CAME)
    assert told is not None
    assert told.text == "Door open. Freezer, minus 3.9 degrees Celsius, fault. Say Quiet."


def test_a_value_that_grows_old_says_how_long_it_is_good_for() -> None:
    spoken = sentence(result(age_s=0.5, limit_s=2.0))
    assert spoken is not None
    assert spoken.good_for_s == 1.5
    struck = sentence(result(age_s=3.0, limit_s=2.0))
    assert struck is not None
    assert struck.text == "Poured. Dose is out of date."
    assert struck.good_for_s is None


def test_what_is_unknown_is_said_as_a_word() -> None:
    spoken = sentence(Scene((Fact("t", "unknown", "Outside"),), intent=Intent.TELL))
    assert spoken is not None
    assert spoken.text == "Outside, unknown."


def test_no_state_is_told_with_a_number() -> None:
    assert BEGINS.keys() == ENDS.keys()
    assert not any(digits(text) for text in (*BEGINS.values(), *ENDS.values()))
