# SPDX-License-Identifier: Apache-2.0
"""The script as data: it can be read, it can be heard, and what stands on a screen is held against it."""

from __future__ import annotations

import re

import pytest

from phosphene.painter.text_tree import Node
from phosphene.perception.audio import Hearing
from phosphene_tools.tour.acts import ACTS
from phosphene_tools.tour.script import HOME, Act, How, Stands, Step
from phosphene_tools.tour.standing import button_of, facts_of, in_words, missing

STEPS = [(act, step) for act in ACTS for step in act.steps]
FILLERS = {"the", "to", "it"}
"""What may be lost of a sentence."""

SCREEN = (
    Node("heading", "", "dispense 200", (0, 0, 300, 40)),
    Node("meter", "dispense.pour.ml", "43.200 ml", (0, 50, 300, 40), label="ml", level=0.2),
    Node("text", "device.heard", "yes", (0, 90, 100, 20), label="heard"),
    Node("button", "loop.stop", "Stop", (0, 120, 100, 40), main=True),
    Node("button", "page", "1/5", (200, 120, 40, 20), label="page"),
)


@pytest.mark.parametrize(("act", "step"), STEPS, ids=lambda one: getattr(one, "name", getattr(one, "told", "")))
def test_what_must_stand_there_can_be_looked_for(act: Act, step: Step) -> None:
    for pattern in (step.stands.title, *step.stands.facts, *step.stands.choices):
        re.compile(pattern)
    assert step.within_s > 0
    assert step.told.strip()
    assert step.how is not How.SAYS or step.typed, "whoever isn't heard types"


def test_every_act_begins_and_ends_at_the_list_of_tasks() -> None:
    """So that one that is left out spoils none after it."""
    for act in ACTS:
        last = act.steps[-1].stands.title
        assert re.search("What shall I do", last), act.name


def test_what_is_said_is_of_words_that_hearing_knows() -> None:
    known = {*Hearing.load().vocabulary, *FILLERS}
    said = {word for _, step in STEPS if step.how is How.SAYS for word in step.what.split()}
    assert said - known == set()


def test_what_stands_is_found() -> None:
    assert missing(SCREEN, Stands("dispense \\d+", (r"ml \d+\.\d+ ml",), ("Stop",))) == ""
    assert facts_of(SCREEN) == ["ml 43.200 ml"], "what the device says of itself is none of them"
    assert in_words(SCREEN) == "dispense 200; ml 43.200 ml; [Stop, 1/5]"


@pytest.mark.parametrize(
    ("wanted", "lacks"),
    [
        (Stands("dispense"), "the title 'dispense'"),
        (Stands("dispense.*", ("ml 99.*",)), "the fact 'ml 99.*'"),
        (Stands("dispense.*", choices=("Yes",)), "the choice 'Yes'"),
        (Stands("dispense.*", numbers=False), "that there is no value, where ml 43.200 ml stands"),
        (HOME, "the title 'What shall I do\\\\?'"),
    ],
)
def test_what_does_not_stand_there_is_named(wanted: Stands, lacks: str) -> None:
    assert missing(SCREEN, wanted) == lacks


def test_a_button_is_found_by_all_of_its_text() -> None:
    found = button_of(SCREEN, r"1/\d")
    assert found is not None
    assert found.key == "page"
    assert button_of(SCREEN, "Sto") is None
