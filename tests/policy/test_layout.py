# SPDX-License-Identifier: Apache-2.0
"""What the networks see: matches of words and descriptors, bounded, of one size however many tasks there are."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from phosphene.line.dictionary import Task
from phosphene.line.schema import Field
from phosphene.perception.percepts import Word
from phosphene.policy import dialogue as talk
from phosphene.policy.copying import copied
from phosphene.policy.decision import Action, Decision
from phosphene.policy.dialogue import Pending
from phosphene.policy.layout import COLUMNS, PAIR, REST, ROWS, TASK, WORD, lay_out
from phosphene.policy.lexicon import Lexicon
from phosphene.policy.matching import match
from phosphene.policy.pointing import lay_out_arguments, spans
from phosphene.policy.situation import MOST_WORDS, Situation
from phosphene.policy.spelling import alike, sound

SECONDS = Field("seconds", "u32", unit="s")
NAME = Field("name", "text")
TIMER = Task("timer.start", says=("set a timer", "start a timer"), args=(SECONDS, NAME))
ALARM = Task("alarm.set", number=1, says=("set an alarm",), args=(NAME,))
LAMP = Task("lamp.switch", number=2, says=("lamp",), args=(Field("on", "choice", choices=("on", "off")),))
LEXICON = Lexicon((TIMER, ALARM, LAMP))


def words(text: str, others: tuple[tuple[str, float], ...] = ()) -> tuple[Word, ...]:
    """Clear words without pauses, heard until 10 s."""
    said = text.split()
    start = 10.0 - 0.4 * len(said)
    return tuple(
        Word(n + 1, word, start + 0.4 * n, start + 0.4 * n + 0.35, 0.95, True, others) for n, word in enumerate(said)
    )


def situation(text: str, lexicon: Lexicon = LEXICON) -> Situation:
    """A device that is at home and hears `text`."""
    return Situation(10.5, lexicon, talk.begin(0.0), words(text), ended=True)


@pytest.mark.parametrize(
    ("said", "meant"),
    [("start a timer", TIMER), ("set an alarm", ALARM), ("lamp off", LAMP), ("set timer five minutes", TIMER)],
)
def test_the_task_that_is_named_stands_in_the_first_row(said: str, meant: Task) -> None:
    assert lay_out(situation(said)).rows[0] is meant


def test_a_misheard_word_still_matches_by_its_second_reading() -> None:
    heard = match(LEXICON, words("lump", (("lamp", 0.3),)))
    deaf = match(LEXICON, words("lump"))
    assert heard.weighted[2] > deaf.weighted[2] > 0.0


def test_what_sounds_alike_is_nearer_than_what_does_not() -> None:
    near, far = alike("timer", np.stack([sound("time"), sound("window")]))
    assert near > 0.3 > far
    assert alike("kettle", sound("kettle")[None])[0] == pytest.approx(1.0, abs=1e-5)


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.sampled_from(("set", "a", "timer", "lamp", "off", "five", "stop", "grumble", "yes")), max_size=22),
    st.integers(1, 200),
)
def test_the_inputs_have_one_size_and_stay_in_bounds(said: list[str], tasks: int) -> None:
    lexicon = Lexicon(tuple(Task(f"t.t{n}", says=(f"lamp {n}" if n else "lamp",)) for n in range(tasks)))
    seen = lay_out(situation(" ".join(said), lexicon))
    assert seen.pairs.shape == (ROWS, COLUMNS, PAIR)
    assert seen.tasks.shape == (ROWS, 1, TASK)
    assert seen.words.shape == (1, COLUMNS, WORD)
    assert seen.rest.shape == (1, 1, REST)
    assert len(seen.rows) == min(ROWS, tasks)
    for part in (seen.pairs, seen.tasks, seen.words, seen.rest):
        assert part.min() >= 0.0
        assert part.max() <= 1.0


def test_of_two_hundred_tasks_the_one_that_is_named_is_laid_out() -> None:
    lexicon = Lexicon(tuple(Task(f"t.t{n}", says=(f"open {chr(97 + n % 26)}{n} gate",)) for n in range(200)))
    assert lay_out(situation("open k140 gate", lexicon)).rows[0].name == "t.t140"


def test_a_pause_begins_another_utterance_and_what_was_heeded_is_gone() -> None:
    first, second = words("lamp off"), words("set a timer")
    late = tuple(Word(w.number + 9, w.text, w.start_s + 3, w.end_s + 3, 0.9, True) for w in second)
    both = Situation(13.5, LEXICON, talk.begin(0.0), (*first, *late))
    assert [word.text for word in both.heard] == ["set", "a", "timer"]
    heeded, _ = talk.after(talk.begin(0.0), Decision(Action.HOME), 13.4)
    assert not Situation(13.5, LEXICON, heeded, (*first, *late)).heard
    assert len(situation("a " * 30).heard) == MOST_WORDS


def test_spans_copy_words_and_only_what_fits() -> None:
    heard = words("set a timer five minutes tea")
    logits = np.full((4, COLUMNS, 2), -5.0, np.float32)
    logits[0, 3, 0] = logits[0, 4, 1] = 5.0  # seconds: "five minutes"
    logits[1, 5, 0] = logits[1, 5, 1] = 5.0  # name: "tea"
    found = spans(logits, heard, TIMER)
    assert found == {"seconds": (3, 5), "name": (5, 6)}
    assert copied(found, heard, TIMER)[0] == {"seconds": ("five", "minutes"), "name": ("tea",)}
    assert copied({"seconds": (5, 6)}, heard, TIMER) == ({}, {})


def test_a_second_reading_that_fits_takes_the_place_of_one_that_does_not() -> None:
    heard = words("of", (("off", 0.3),))
    assert copied({"on": (0, 1)}, heard, LAMP) == ({"on": ("off",)}, {"on": 0.3})


def test_who_says_a_thing_again_meant_another_reading_of_it() -> None:
    heard = words("fifteen", (("fifty", 0.3),))
    assert copied({"seconds": (0, 1)}, heard, TIMER)[0] == {"seconds": ("fifteen",)}
    assert copied({"seconds": (0, 1)}, heard, TIMER, {"seconds": ("fifteen",)})[0] == {"seconds": ("fifty",)}


def test_a_word_that_was_put_in_is_left_out() -> None:
    twelve, boiler, minutes = words("twelve boiler minutes")
    heard = (twelve, replace(boiler, confidence=0.4), minutes)
    assert copied({"seconds": (0, 3)}, heard, TIMER) == ({"seconds": ("twelve", "minutes")}, {"seconds": 0.4})


def test_no_word_is_pointed_at_twice() -> None:
    heard = words("set a timer five minutes")
    logits = np.full((4, COLUMNS, 2), -5.0, np.float32)
    logits[0, 3, 0] = logits[0, 4, 1] = 5.0
    logits[1, 3, 0] = logits[1, 4, 1] = 4.0  # less sure, and the words are taken
    assert spans(logits, heard, TIMER) == {"seconds": (3, 5)}


def test_a_task_that_was_said_no_to_is_marked_for_a_while() -> None:
    declined, _ = talk.after(talk.begin(0.0), Decision(Action.TASK, TIMER), 9.0)
    declined, _ = talk.after(declined, Decision(Action.NO), 9.5)
    marks = {now: lay_out(Situation(now, LEXICON, declined, ended=True)).tasks[:, 0, 12].sum() for now in (10.5, 40.0)}
    assert marks == {10.5: 1.0, 40.0: 0.0}


def test_arguments_see_which_words_can_be_theirs() -> None:
    seen = lay_out_arguments(LEXICON, words("set a timer five minutes"), TIMER, None, Pending(TIMER))
    assert seen.min() >= 0.0
    assert seen.max() <= 1.0
    assert seen[0, 3, 3] == 1.0
    assert seen[1, 3, 3] == 0.0
    assert seen[0, 4, 6] == 1.0  # its unit
