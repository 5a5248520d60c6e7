# SPDX-License-Identifier: Apache-2.0
"""Scenes that can't be shown are refused when they are made, with place and cure; what is allowed stays as it is."""

from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from phosphene.painter.abbreviation import label_lines
from phosphene.painter.charset import CHARACTERS, SceneError
from phosphene.painter.scene import Choice, Context, Fact, Scene
from tests.painter.any_scene import scenes

FACT = Fact("tea", "12", "Kettle", "°C")


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"value": ""}, "empty"),
        ({"value": "   "}, "empty"),
        ({"value": None}, "no text"),
        ({"value": 12}, "no text"),
        ({"value": "1" * 25}, "never cut"),
        ({"value": "12\n"}, "U\\+000A"),
        ({"value": "12\x00"}, "U\\+0000"),
        ({"value": "1☕"}, "U\\+2615"),
        ({"value": "1\ud800"}, "U\\+D800"),
        ({"value": "٣"}, "U\\+0663"),
        ({"value": "1\u202e2"}, "U\\+202E"),
        ({"label": "L" * 49}, "48"),
        ({"label": "日"}, "U\\+65E5"),
        ({"unit": "kilometres"}, "8"),
        ({"unit": "2kg"}, "part of the value"),
        ({"unit": "½"}, "part of the value"),
        ({"unit": ".5"}, "part of the value"),
        ({"key": ""}, "no key"),
        ({"level": 1.01}, "level"),
        ({"level": math.nan}, "level"),
        ({"history": (0.5, -0.1)}, "history"),
        ({"history": (0.5,) * 33}, "history"),
        ({"age_s": -1.0}, "age_s"),
        ({"age_s": math.nan}, "age_s"),
        ({"age_limit_s": math.inf}, "age_limit_s"),
    ],
)
def test_a_malformed_fact_is_refused(wrong: dict[str, Any], said: str) -> None:
    arguments: dict[str, Any] = {"key": "tea", "value": "12"} | wrong
    with pytest.raises(SceneError, match=said) as refused:
        Fact(**arguments)
    assert refused.value.place
    assert refused.value.cure


@pytest.mark.parametrize(
    "wrong",
    [
        {"facts": ()},
        {"facts": (), "title": "   "},
        {"facts": (FACT, FACT)},
        {"facts": tuple(Fact(f"fact{number}", "1") for number in range(7))},
        {"choices": tuple(Choice(f"choice{number}", "Go") for number in range(5))},
        {"choices": (Choice("go", "Go"), Choice("go", "No"))},
        {"choices": (Choice("go", "Go", fact="milk"),)},
        {"choices": (Choice("page", "Page"),)},
        {"title": "T" * 49},
        {"title": "☕"},
        {"icon": "teapot"},
        {"seed": -1},
        {"seed": 2**64},
    ],
)
def test_a_malformed_scene_is_refused(wrong: dict[str, Any]) -> None:
    arguments: dict[str, Any] = {"facts": (FACT,)} | wrong
    with pytest.raises(SceneError) as refused:
        Scene(**arguments)
    assert refused.value.place
    assert refused.value.cure


@pytest.mark.parametrize(
    "wrong", [{"distance_cm": 0.0}, {"distance_cm": math.nan}, {"light": 1.1}, {"light": math.nan}, {"noise": -0.1}]
)
def test_a_context_that_cannot_be_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(SceneError):
        Context(**wrong)


@pytest.mark.parametrize("text", ["", "   ", "x" * 25, "☕"])
def test_a_choice_that_cannot_be_shown_is_refused(text: str) -> None:
    with pytest.raises(SceneError):
        Choice("go", text)


@given(st.text(CHARACTERS, min_size=1, max_size=24).filter(lambda text: bool(text.strip())))
def test_a_value_of_the_tables_characters_is_kept_as_it_is(value: str) -> None:
    assert Fact("a", value).value == value
    assert Fact("a", value, unit="kg").shown == f"{value} kg"
    assert Fact("a", value, unit="%").shown == f"{value}%"


def test_spellings_of_one_thing_are_one() -> None:
    assert Fact("a", "1\u202f000\u00a0\u03bcm e\u0301").value == "1 000 µm é"


def test_blanks_alone_are_no_label() -> None:
    assert Fact("a", "1", "   ").label == ""


@given(scenes())
def test_what_is_allowed_is_a_key_for_caches(scene: Scene) -> None:
    assert hash(scene) == hash(Scene(**{name: getattr(scene, name) for name in Scene.__slots__}))


@given(st.integers(0, 10**15).map(str), st.integers(4, 20), st.sampled_from((1, 2)))
def test_an_abbreviation_never_cuts_a_number(number: str, columns: int, most: int) -> None:
    for text in (f"Channel {number} of the long machine", f"{number} times", f"calculate 7 * {number}"):
        lines = label_lines(text, columns, most) or ()
        for line in lines:
            for word in line.text.rstrip("…").split():
                assert not any(character.isdigit() for character in word) or word in text.split()
