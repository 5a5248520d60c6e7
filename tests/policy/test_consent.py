# SPDX-License-Identifier: Apache-2.0
"""No effect without attention, a question that was shown, and a yes to it: whatever a network wants."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from phosphene.line.dictionary import Task
from phosphene.policy.consent import CLEAR, FRESH_S, LOOKING, SEEN_S, Attention, Confirmation, Yes, objection

POUR = Task("pump.pour", says=("pour",), privilege="operate")
READ = Task("pump.level", says=("level",), privilege="read")
WORDS = {"ml": ("fifty",)}
ASKED = Confirmation("pump.pour", WORDS, 10.0)
SAID = Yes(11.0, 0.95)
LOOKS = Attention(11.5, True, 0.9)
NOW = 12.0

times = st.floats(allow_nan=True, allow_infinity=True)
shares = st.floats(min_value=-1, max_value=2) | st.just(math.nan)
arguments = st.dictionaries(st.sampled_from(("ml", "key")), st.tuples(st.sampled_from(("fifty", "five"))), max_size=2)
confirmations = st.none() | st.builds(Confirmation, st.sampled_from(("pump.pour", "pump.level")), arguments, times)
answers = st.none() | st.builds(Yes, times, shares, st.booleans())
attentions = st.none() | st.builds(Attention, times, st.booleans(), shares)


def test_a_clear_yes_to_what_is_shown_counts() -> None:
    assert objection(POUR, WORDS, ASKED, SAID, LOOKS, NOW) == ""


def test_a_touch_on_yes_needs_no_camera() -> None:
    assert objection(POUR, WORDS, ASKED, Yes(11.0, touched=True), None, NOW) == ""


def test_reading_is_free() -> None:
    assert objection(READ, {}, None, None, None, NOW) == ""


@pytest.mark.parametrize("privilege", ["operate", "arm", "maintain"])
def test_every_privilege_above_read_needs_it(privilege: str) -> None:
    task = Task("pump.pour", says=("pour",), privilege=privilege)  # pyright: ignore[reportArgumentType]
    assert objection(task, WORDS, None, SAID, LOOKS, NOW)


@pytest.mark.parametrize(
    ("confirmation", "yes", "attention", "why"),
    [
        (None, SAID, LOOKS, "not on the screen"),
        (replace(ASKED, on_screen_s=12.5), SAID, LOOKS, "not on the screen"),
        (replace(ASKED, task="pump.empty"), SAID, LOOKS, "another one"),
        (replace(ASKED, arguments={"ml": ("fifteen",)}), SAID, LOOKS, "another one"),
        (replace(ASKED, arguments={}), SAID, LOOKS, "another one"),
        (ASKED, None, LOOKS, "nobody said yes"),
        (ASKED, replace(SAID, begun_s=9.9), LOOKS, "before the question"),
        (ASKED, replace(SAID, begun_s=13.0), LOOKS, "before the question"),
        (ASKED, replace(SAID, confidence=0.79), LOOKS, "not clear"),
        (ASKED, replace(SAID, confidence=math.nan), LOOKS, "not clear"),
        (ASKED, SAID, None, "nobody can be seen"),
        (ASKED, SAID, replace(LOOKS, time_s=NOW - SEEN_S - 0.1), "nobody can be seen"),
        (ASKED, SAID, replace(LOOKS, present=False), "nobody looks"),
        (ASKED, SAID, replace(LOOKS, looking=0.49), "nobody looks"),
    ],
)
def test_each_thing_that_lacks_is_named(
    confirmation: Confirmation | None, yes: Yes | None, attention: Attention | None, why: str
) -> None:
    assert why in objection(POUR, WORDS, confirmation, yes, attention, NOW)


def test_an_old_yes_is_none() -> None:
    assert "too long ago" in objection(POUR, WORDS, ASKED, SAID, replace(LOOKS, time_s=20.0), 11.0 + FRESH_S + 0.1)


@given(confirmations, answers, attentions, arguments, times)
def test_whatever_is_let_through_has_all_of_it(
    confirmation: Confirmation | None,
    yes: Yes | None,
    attention: Attention | None,
    words: dict[str, tuple[str, ...]],
    now_s: float,
) -> None:
    if objection(POUR, words, confirmation, yes, attention, now_s):
        return
    assert confirmation is not None
    assert confirmation.task == POUR.name
    assert confirmation.arguments == words
    assert yes is not None
    assert confirmation.on_screen_s <= yes.begun_s <= now_s <= yes.begun_s + FRESH_S
    if not yes.touched:
        assert yes.confidence >= CLEAR
        assert attention is not None
        assert attention.present
        assert attention.looking >= LOOKING


@given(
    st.floats(0, 1e6),
    st.floats(0, 100),
    st.floats(0, FRESH_S / 2),
    st.floats(0, FRESH_S / 2 - 0.01),
    st.floats(CLEAR, 1),
    st.floats(LOOKING, 1),
)
def test_whoever_looks_and_says_a_clear_yes_in_time_is_heard(
    shown: float, until_yes: float, until_end: float, until_now: float, confidence: float, looking: float
) -> None:
    begun = shown + until_yes
    now = begun + until_end + until_now
    seen = Attention(max(begun, now - SEEN_S + 0.01), True, looking)
    assert objection(POUR, WORDS, replace(ASKED, on_screen_s=shown), Yes(begun, confidence), seen, now) == ""
