# SPDX-License-Identifier: Apache-2.0
"""Texts that are shortened: by rule, numbers whole, and never two of a scene to the same words."""

from __future__ import annotations

from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from phosphene.painter.abbreviation import differences, label_lines
from phosphene.painter.fit import Line, whole_lines
from phosphene.painter.paging import paginate
from phosphene.painter.panel import Panel
from phosphene.painter.placement import Role
from phosphene.painter.plain import plain
from phosphene.painter.scene import Choice, Context, Fact, Scene

KETTLES = ("Temperature of kettle 1", "Temperature of kettle 2", "Temperature outside", "Pressure")


def test_a_long_label_is_abbreviated_in_its_last_line() -> None:
    assert whole_lines("Outside temperature", 10) is None
    assert label_lines("Outside temperature", 10) == (Line(0, "Outside"), Line(8, "temperatu…"))
    assert label_lines("temperature", 6, 1) == (Line(0, "tempe…"),)


@pytest.mark.parametrize("columns", range(4, 40))
def test_no_line_of_a_label_is_too_long(columns: int) -> None:
    lines = label_lines("a rather long label for a small thing", columns)
    assert lines is not None
    assert len(lines) <= 2
    assert all(0 < len(line.text) <= columns for line in lines)


def test_three_columns_say_nothing() -> None:
    assert label_lines("temperature", 3) is None


def test_where_texts_differ_is_known() -> None:
    apart = differences(KETTLES)
    assert apart == {KETTLES[0]: (13, 22), KETTLES[1]: (13, 22), "Temperature outside": (13,), "Pressure": ()}
    assert differences(("Kettle", "Kettle", "Kettle 2")) == {"Kettle": (6,), "Kettle 2": (6,)}


def test_what_differs_is_kept_from_the_end_of_a_label() -> None:
    label = KETTLES[0]
    assert label_lines(label, 14, 1) == (Line(0, "Temperature o…"),), "as it is when no other label is like it"
    assert label_lines(label, 14, 1, (22,)) == (Line(0, "Temperature… 1"),)
    assert label_lines(label, 14, 1, (13, 22)) is None
    assert label_lines(label, 16, 1, (13, 22)) == (Line(0, "Tem… of kettle 1"),)
    assert label_lines(label, 8, 2, (22,)) == (Line(0, "Tempera…"), Line(22, "1"))


WORDS = st.lists(st.sampled_from(["pump", "kettle", "1", "2", "12", "of", "temperature", "a", "b", "aab"]), max_size=5)


@settings(max_examples=300)
@given(st.lists(WORDS.map(" ".join).filter(bool), min_size=2, max_size=6), st.data())
def test_no_two_texts_are_shortened_to_the_same_words(texts: list[str], data: st.DataObject) -> None:
    apart = differences(tuple(texts))
    shown: dict[str, str] = {}
    for text in {*texts}:
        columns, most = data.draw(st.integers(4, 12)), data.draw(st.sampled_from((1, 2)))
        lines = label_lines(text, columns, most, apart[text])
        if lines is not None:
            assert len(lines) <= most
            assert all(0 < len(line.text) <= columns for line in lines)
            shown[text] = " ".join(line.text for line in lines)
    for one, other in combinations(shown, 2):
        assert shown[one] != shown[other], (one, other)


@pytest.mark.parametrize("distance", [60.0, 200.0, 450.0])
@pytest.mark.parametrize("panel", [Panel(160, 120, 36), Panel(), Panel(800, 480, 154)], ids=lambda one: f"{one.width}")
def test_labels_and_choices_differ_on_whatever_page_they_stand(panel: Panel, distance: float) -> None:
    facts = tuple(Fact(f"fact{n}", f"{n}0.5", f"Temperature of kettle {n}", "°C") for n in range(6))
    choices = tuple(Choice(f"choice{n}", f"Start the kettle {n}") for n in range(4))
    scene = Scene(facts, choices, "Kettles", context=Context(distance))
    shown: dict[tuple[Role, str], str] = {}
    for page in paginate(scene, panel):
        texts_here: dict[tuple[Role, str], str] = {}
        for run in plain(page, panel).runs:
            if run.role in {Role.LABEL, Role.CHOICE}:
                texts_here[run.role, run.key] = texts_here.get((run.role, run.key), "") + run.text
        # A choice may stand on each page.
        shown |= texts_here
    labels = [text for (role, _), text in shown.items() if role is Role.LABEL]
    assert len({*labels}) == len(labels) == 6
    texts = [text for (role, _), text in shown.items() if role is Role.CHOICE]
    assert len({*texts}) == len(texts) == 4
