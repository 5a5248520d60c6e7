# SPDX-License-Identifier: Apache-2.0
"""How decisions change what is shown: missing words are asked for, effects are shown first, stopping is at once."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from phosphene.line.dictionary import Task
from phosphene.line.schema import Field
from phosphene.policy import dialogue as talk
from phosphene.policy.consent import Attention, Yes
from phosphene.policy.decision import Action, Decision
from phosphene.policy.dialogue import Call, Dialogue, Hush, Kind, Running, Stop, after, begin, fits, put_up

ML = Field("ml", "decimal", unit="ml")
POUR = Task("pump.pour", kind="process", says=("pour",), args=(ML,), privilege="operate")
LEVEL = Task("pump.level", says=("level",), privilege="read")
LOOKS = Attention(1.0, True, 0.9)


def confirming(words: tuple[str, ...] = ("fifty",)) -> Dialogue:
    """A dialogue that asks for a yes, on the screen since 1.2 s."""
    asked, wish = after(begin(0.0), Decision(Action.TASK, POUR, {"ml": words}), 1.0)
    assert wish is None
    return put_up(asked, 1.2)


def test_what_only_reads_is_done_at_once() -> None:
    shown, wish = after(begin(0.0), Decision(Action.TASK, LEVEL), 1.0)
    assert isinstance(wish, Call)
    assert wish.pending.task is LEVEL
    assert shown.shown.kind is Kind.WORKING


def test_what_is_missing_is_asked_for_and_then_an_effect_is_shown() -> None:
    asking, wish = after(begin(0.0), Decision(Action.TASK, POUR), 1.0)
    assert (asking.shown.kind, asking.shown.wanted, wish) == (Kind.ASK, ML, None)
    asked, wish = after(asking, Decision(Action.ANSWER, arguments={"ml": ("fifty", "milliliters")}), 2.0)
    assert asked.shown.kind is Kind.CONFIRM
    assert wish is None
    assert asked.pending is not None
    assert asked.pending.given == {"ml": ("fifty", "milliliters")}


def test_one_task_that_it_is_unsure_of_is_no_choice_but_shown_before_it_is_done() -> None:
    each = (Decision(Action.TASK, LEVEL),)
    asked, wish = after(begin(0.0), Decision(Action.UNSURE, runners_up=((LEVEL, 0.9),), alternatives=each), 1.0)
    assert (asked.shown.kind, wish) == (Kind.CONFIRM, None)
    done, wish = after(put_up(asked, 1.2), Decision(Action.YES), 2.0, Yes(1.5, 0.9), LOOKS)
    assert isinstance(wish, Call)
    assert done.shown.kind is Kind.WORKING
    each = (Decision(Action.TASK, POUR),)
    asked, wish = after(begin(0.0), Decision(Action.UNSURE, runners_up=((POUR, 0.9),), alternatives=each), 1.0)
    assert (asked.shown.kind, asked.shown.wanted, wish) == (Kind.ASK, ML, None)


def test_words_that_are_no_number_do_not_fill_a_number() -> None:
    asking, _ = after(begin(0.0), Decision(Action.TASK, POUR, {"ml": ("lots",)}), 1.0)
    assert asking.shown.kind is Kind.ASK


@pytest.mark.parametrize(
    ("said", "fitting"),
    [
        ("ninety", True),
        ("ninety ninety", False),
        ("two hundred and five point three", True),
        ("eighteen one", False),
        ("minus twenty-five", True),
        ("12.50", True),
        ("point", False),
        ("", False),
    ],
)
def test_a_number_is_what_the_board_reads_as_one(said: str, fitting: bool) -> None:
    assert fits(Field("x", "decimal"), tuple(said.split())) is fitting


def test_words_that_were_not_heard_well_are_shown_even_where_nothing_but_reading_is_done() -> None:
    depth = Task("pump.depth", says=("depth",), args=(ML,), privilege="read")
    _, wish = after(begin(0.0), Decision(Action.TASK, depth, {"ml": ("fifty",)}, sure={"ml": 0.9}), 1.0)
    assert isinstance(wish, Call)
    unsure, wish = after(begin(0.0), Decision(Action.TASK, depth, {"ml": ("fifty",)}, sure={"ml": 0.4}), 1.0)
    assert (unsure.shown.kind, wish) == (Kind.CONFIRM, None)
    corrected, wish = after(unsure, Decision(Action.ANSWER, arguments={"ml": ("fifteen",)}, sure={"ml": 0.9}), 2.0)
    assert (corrected.shown.kind, wish) == (Kind.CONFIRM, None)
    _, wish = after(put_up(corrected, 2.2), Decision(Action.YES), 2.5)  # nothing but reading: any yes will do
    assert isinstance(wish, Call)
    assert wish.pending.given == {"ml": ("fifteen",)}


def test_what_was_said_is_not_asked_for_again_once_it_is_clear_which_task_is_meant() -> None:
    drain = Task("pump.drain", says=("drain",), args=(ML,), privilege="operate")
    each = tuple(Decision(Action.TASK, task, {"ml": ("fifty",)}, sure={"ml": 0.5}) for task in (POUR, drain))
    unsure = Decision(Action.UNSURE, runners_up=((POUR, 0.5), (drain, 0.4)), alternatives=each)
    choosing, _ = after(begin(0.0), unsure, 1.0)
    assert choosing.shown.candidates == (POUR, drain)
    chosen, _ = after(choosing, Decision(Action.TASK, drain, touched=True), 2.0)
    assert chosen.shown.kind is Kind.CONFIRM
    assert chosen.pending is not None
    assert (chosen.pending.task, chosen.pending.given, chosen.pending.doubtful) == (drain, {"ml": ("fifty",)}, True)


def test_what_was_said_no_to_is_kept_until_something_is_done() -> None:
    declined, _ = after(confirming(), Decision(Action.NO), 2.0)
    assert (declined.shown.kind, declined.declined) == (Kind.HOME, POUR)
    done, _ = after(declined, Decision(Action.TASK, LEVEL), 3.0)
    assert done.declined is None


def test_a_spoken_no_asks_again_for_what_was_not_heard_well_and_a_second_one_or_a_finger_leaves() -> None:
    mix = Task("pump.mix", says=("mix",), args=(ML, Field("with", "text")), privilege="operate")
    heard = Decision(Action.TASK, mix, {"ml": ("fifty",), "with": ("salt",)}, sure={"ml": 0.4, "with": 0.9})
    shown, _ = after(begin(0.0), heard, 1.0)
    assert shown.shown.kind is Kind.CONFIRM
    asked, wish = after(shown, Decision(Action.NO), 2.0)
    assert (asked.shown.kind, asked.shown.wanted, wish) == (Kind.ASK, ML, None)
    assert asked.pending is not None
    assert asked.pending.given == {"with": ("salt",)}
    assert after(asked, Decision(Action.NO), 3.0)[0].shown.kind is Kind.HOME
    assert after(shown, Decision(Action.NO, touched=True), 2.0)[0].shown.kind is Kind.HOME
    fine = Decision(Action.TASK, mix, heard.arguments, sure={"ml": 0.9, "with": 0.9})
    assert after(after(begin(0.0), fine, 1.0)[0], Decision(Action.NO), 2.0)[0].shown.kind is Kind.HOME


def test_a_no_to_a_doubtful_word_that_follows_by_itself_leaves_since_nothing_is_to_be_asked() -> None:
    divide = Task("exact.d", says=("d",), args=(Field("a", "decimal"), Field("places", "u8")), privilege="read")
    heard = Decision(Action.TASK, divide, {"a": ("two",), "places": ("three",)}, sure={"a": 0.9, "places": 0.4})
    shown, _ = after(begin(0.0), heard, 1.0)
    assert shown.shown.kind is Kind.CONFIRM
    assert after(shown, Decision(Action.NO), 2.0)[0].shown.kind is Kind.HOME


def test_what_may_follow_is_asked_for_last() -> None:
    timer = Task("t.start", args=(Field("name", "text"), Field("seconds", "u32", unit="s")), privilege="operate")
    asking, _ = after(begin(0.0), Decision(Action.TASK, timer), 1.0)
    assert asking.shown.wanted is not None
    assert asking.shown.wanted.name == "seconds"
    asked, _ = after(asking, Decision(Action.ANSWER, arguments={"seconds": ("ninety",)}), 2.0)
    assert asked.shown.kind is Kind.CONFIRM


def test_a_yes_makes_the_call_with_the_words_that_were_shown() -> None:
    done, wish = after(confirming(), Decision(Action.YES), 2.0, Yes(1.5, 0.9), LOOKS)
    assert isinstance(wish, Call)
    assert wish.pending.given == {"ml": ("fifty",)}
    assert done.last == wish.pending


def test_a_yes_before_the_frame_was_up_leaves_the_question_and_says_why() -> None:
    still, wish = after(confirming(), Decision(Action.YES), 2.0, Yes(1.1, 0.9), LOOKS)
    assert wish is None
    assert still.shown.kind is Kind.CONFIRM
    assert "before" in still.refused_yes


def test_a_correction_asks_again_and_the_old_yes_is_void() -> None:
    again, wish = after(confirming(), Decision(Action.ANSWER, arguments={"ml": ("fifteen",)}), 2.0)
    assert wish is None
    assert again.shown.kind is Kind.CONFIRM
    assert again.shown.on_screen_s is None
    _, wish = after(put_up(again, 2.2), Decision(Action.YES), 2.5, Yes(1.5, 0.9), LOOKS)
    assert wish is None


def test_stop_takes_the_process_that_is_meant_or_the_newest() -> None:
    both = Dialogue(begin(0.0).shown, running=(Running(1, POUR), Running(2, LEVEL)))
    assert after(both, Decision(Action.STOP, POUR), 1.0)[1] == Stop(Running(1, POUR))
    assert after(both, Decision(Action.STOP), 1.0)[1] == Stop(Running(2, LEVEL))
    assert after(begin(0.0), Decision(Action.STOP), 1.0)[1] is None


def test_an_alarm_is_hushed_once() -> None:
    ringing = talk.rings(begin(0.0), "tea", 1.0)
    assert ringing.shown.kind is Kind.ALARM
    quiet, wish = after(ringing, Decision(Action.HUSH), 2.0)
    assert wish == Hush("tea")
    assert after(quiet, Decision(Action.HUSH), 3.0)[1] is None


def test_a_quantity_may_end_in_its_unit() -> None:
    seconds = Field("seconds", "u32", unit="s")
    assert fits(seconds, ("twenty", "five", "minutes"))
    assert not fits(seconds, ("minutes",))
    assert not fits(seconds, ("five", "grams"))
    assert fits(Field("way", "choice", choices=("left", "right")), ("left",))
    assert not fits(Field("way", "choice", choices=("left", "right")), ("lift",))


decisions = st.builds(
    Decision,
    st.sampled_from(Action),
    st.sampled_from((None, POUR, LEVEL)),
    st.sampled_from(({}, {"ml": ("fifty",)}, {"ml": ("red",)})),
    runners_up=st.sampled_from(((), ((POUR, 0.5), (LEVEL, 0.4)))),
)


@given(st.lists(decisions, max_size=30))
def test_without_a_yes_no_decisions_ever_make_an_effect(wanted: list[Decision]) -> None:
    dialogue = talk.rings(begin(0.0), "tea", 0.0)
    for step, decision in enumerate(wanted):
        dialogue, wish = after(put_up(dialogue, step), decision, step + 0.5, None, LOOKS)
        assert not isinstance(wish, Call) or wish.pending.task.privilege == "read"
        assert not isinstance(wish, Stop)  # nothing runs
