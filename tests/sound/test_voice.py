# SPDX-License-Identifier: Apache-2.0
"""A whole voice on a speaker that the test holds: what is played, cut, dropped, and told."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest

from phosphene.sound.chimes import Chime, wave
from phosphene.sound.events import Happening
from phosphene.sound.samples import FADE, RATE_HZ, Samples
from phosphene.sound.spoken import Why
from phosphene.sound.states import BEGINS, ENDS
from phosphene.sound.voice import Voice
from tests.sensors.waiting import until
from tests.sound.deck import Deck, Diary
from tests.sound.scenes import alarm, confirmation, gone, result


class Hum:
    """Speaks a hum of a tenth of a second for each word, so that a test needs no engine."""

    name = "hum"

    def open(self) -> None:
        return

    def say(self, text: str) -> Samples:
        t = np.arange(len(text.split()) * RATE_HZ // 10) / RATE_HZ
        return np.rint(9000 * np.sin(2 * np.pi * 150 * t)).astype(np.int16)

    def close(self) -> None:
        return


@pytest.fixture
def deck() -> Deck:
    return Deck()


@pytest.fixture
def diary() -> Diary:
    return Diary()


@pytest.fixture
def voice(deck: Deck, diary: Diary) -> Iterator[Voice]:
    voice = Voice(deck, Hum(), diary)
    voice.start()
    yield voice
    deck.let(60)
    assert voice.stop()


def test_a_confirmation_is_chimed_and_said_and_the_text_is_told(voice: Voice, deck: Deck, diary: Diary) -> None:
    spoken = voice.tell(None, confirmation(), Why.ASKED)
    deck.let(60)
    assert spoken is not None
    assert diary.wait(Happening.ENDED).text == spoken.text
    assert diary.of(Happening.BEGAN)[0].chime is Chime.CONFIRM
    chime = wave(Chime.CONFIRM)
    assert np.array_equal(deck.tape[: chime.size], chime)
    assert np.abs(deck.tape[chime.size + RATE_HZ // 10 :].astype(int)).max() == pytest.approx(9000, abs=10)


def test_a_value_that_changes_in_a_confirmation_is_said_anew(voice: Voice, deck: Deck, diary: Diary) -> None:
    voice.tell(None, confirmation("12.5"), Why.ASKED)
    deck.let(0.3)
    diary.wait(Happening.BEGAN)
    assert voice.tell(confirmation("12.5"), confirmation("20"), Why.CAME) is not None
    deck.let(60)
    diary.wait(Happening.ENDED)
    assert [event.text for event in diary.of(Happening.CUT)] == [
        "Pour now? Dose, 12.5 milliliters. Say Pour, or Leave it."
    ]
    assert "20 milliliters" in diary.of(Happening.ENDED)[0].text


def test_a_value_that_ticks_is_not_said_again_and_again(voice: Voice, deck: Deck, diary: Diary) -> None:
    deck.let(60)
    voice.tell(None, result("1"), Why.ASKED)
    diary.wait(Happening.ENDED)
    assert voice.tell(result("1"), result("2"), Why.CAME) is None
    assert voice.tell(result("2"), result("2"), Why.CAME) is None
    assert voice.tell(result("2"), result("2"), Why.ASKED) is not None
    diary.wait(Happening.ENDED, 2)


def test_what_is_superseded_is_cut_with_a_fade(voice: Voice, deck: Deck, diary: Diary) -> None:
    voice.tell(None, result(), Why.ASKED)
    deck.let(0.05)
    until(lambda: deck.tape.size == round(0.05 * RATE_HZ))
    voice.tell(result(), result("7", seed=9), Why.ASKED)
    until(lambda: deck.ahead_s == FADE / RATE_HZ)
    deck.let(60)
    ended = diary.wait(Happening.ENDED)
    assert "7 milliliters" in ended.text
    assert len(diary.of(Happening.CUT)) == 1
    # Behind what was heard: the same hum under a falling curve, down to nothing, then the other from its beginning.
    at, hum = round(0.05 * RATE_HZ), Hum().say("x x x x")
    curve = 0.5 + 0.5 * np.cos(np.pi * (np.arange(FADE) + 1) / FADE)
    assert np.array_equal(deck.tape[:at], hum[:at])
    assert np.abs(deck.tape[at : at + FADE] - hum[at : at + FADE] * curve).max() <= 1
    assert deck.tape[at + FADE - 1] == 0
    assert np.array_equal(deck.tape[at + FADE :][: hum.size], hum)


def test_when_the_board_is_gone_a_value_is_not_said_to_its_end(voice: Voice, deck: Deck, diary: Diary) -> None:
    voice.tell(None, result(), Why.ASKED)
    deck.let(0.05)
    diary.wait(Happening.BEGAN)
    voice.tell(result(), gone(), Why.CAME)
    deck.let(60)
    assert diary.wait(Happening.ENDED).text == "The board does not answer."
    assert [event.text for event in diary.of(Happening.CUT)] == ["Poured. Dose, 12.5 milliliters."]


def test_a_value_that_is_struck_while_it_is_said_is_cut(voice: Voice, deck: Deck, diary: Diary) -> None:
    fresh, struck = result(age_s=0.1, limit_s=2.0), result(age_s=2.5, limit_s=2.0)
    voice.tell(None, fresh, Why.ASKED)
    deck.let(0.05)
    diary.wait(Happening.BEGAN)
    assert voice.tell(fresh, struck, Why.CAME) is None
    deck.let(60)
    diary.wait(Happening.CUT)
    assert not diary.of(Happening.ENDED)


def test_an_alarm_interrupts_and_comes_again_until_it_is_over(voice: Voice, deck: Deck, diary: Diary) -> None:
    voice.tell(None, result(), Why.ASKED)
    deck.let(0.05)
    diary.wait(Happening.BEGAN)
    voice.tell(result(), alarm(), Why.CAME)
    deck.let(60)
    until(lambda: [event.chime for event in diary.of(Happening.ENDED)].count(Chime.ALARM) >= 2)
    said = diary.of(Happening.ENDED)
    assert said[0].chime is Chime.ALARM
    assert said[1].text.startswith("Door open. Freezer, minus 3.9")
    assert [event.text for event in diary.of(Happening.CUT)] == ["Poured. Dose, 12.5 milliliters."]
    voice.tell(alarm(), result(), Why.CAME)
    rung = len(diary.of(Happening.BEGAN))
    voice.chime(Chime.DONE)
    until(lambda: diary.events[-1].chime is Chime.DONE and diary.events[-1].happening is Happening.ENDED)
    assert len(diary.of(Happening.BEGAN)) == rung + 1


def test_states_are_told_once_and_so_are_their_ends(voice: Voice, deck: Deck, diary: Diary) -> None:
    deck.let(60)
    for _ in range(3):
        voice.chime(Chime.BLIND)
        voice.chime(Chime.DEAF)
    diary.wait(Happening.ENDED, 2)
    voice.over(Chime.BLIND)
    voice.over(Chime.BLIND)
    diary.wait(Happening.ENDED, 3)
    told = [(event.chime, event.text) for event in diary.of(Happening.ENDED)]
    assert told == [
        (Chime.BLIND, BEGINS[Chime.BLIND]),
        (Chime.DEAF, BEGINS[Chime.DEAF]),
        (Chime.BACK, ENDS[Chime.BLIND]),
    ]


def test_it_says_until_when_it_speaks(voice: Voice, deck: Deck, diary: Diary) -> None:
    assert not voice.speaking
    voice.tell(None, result(), Why.ASKED)
    deck.let(0.05)
    began = diary.wait(Happening.BEGAN)
    size_s = Hum().say("Poured. Dose, 12.5 milliliters.").size / RATE_HZ
    assert voice.speaking_until_s == pytest.approx(began.time_s + size_s, abs=0.05)
    assert voice.status().speaking
    voice.hush()
    deck.let(60)
    cut = diary.wait(Happening.CUT)
    assert voice.speaking_until_s <= cut.time_s


def test_an_unplugged_speaker_is_told_and_its_alarm_rings_when_it_is_back(
    voice: Voice, deck: Deck, diary: Diary
) -> None:
    voice.tell(None, alarm(), Why.CAME)
    deck.let(0.1)
    diary.wait(Happening.BEGAN)
    deck.plugged = False
    assert "unplugged" in diary.wait(Happening.GONE).text
    assert "unplugged" in voice.status().speaker_text
    assert not voice.speaking
    deck.plugged = True
    deck.let(60)
    diary.wait(Happening.BACK)
    until(lambda: any(event.chime is Chime.ALARM for event in diary.of(Happening.ENDED)))
    assert voice.status().speaker_text == ""


def test_what_was_said_while_the_speaker_was_away_is_not_said_late(deck: Deck, diary: Diary) -> None:
    deck.plugged = False
    voice = Voice(deck, Hum(), diary)
    voice.start()
    try:
        diary.wait(Happening.GONE)
        voice.tell(None, result(), Why.ASKED)
        assert diary.wait(Happening.DROPPED).text == "Poured. Dose, 12.5 milliliters."
        deck.plugged = True
        deck.let(60)
        diary.wait(Happening.BACK)
        voice.chime(Chime.DONE)
        diary.wait(Happening.ENDED)
        assert [event.chime for event in diary.of(Happening.BEGAN)] == [Chime.DONE]
    finally:
        assert voice.stop()


def test_without_an_engine_there_are_chimes_and_the_status_says_so(deck: Deck, diary: Diary) -> None:
    voice = Voice(deck, None, diary)
    voice.start()
    deck.let(60)
    try:
        voice.tell(None, confirmation(), Why.ASKED)
        ended = diary.wait(Happening.ENDED)
        # The trace has no words that nobody heard.
        assert (ended.chime, ended.text) == (Chime.CONFIRM, "")
        voice.tell(None, replace(result(), seed=5), Why.ASKED)
        assert diary.wait(Happening.DROPPED).text == "Poured. Dose, 12.5 milliliters."
        assert voice.status().speech_text == "only chimes: there is no speech engine"
    finally:
        assert voice.stop()


def test_without_a_speaker_it_still_says_what_would_be_said() -> None:
    voice = Voice(None, Hum())
    voice.start()
    spoken = voice.tell(None, confirmation(), Why.ASKED)
    assert spoken is not None
    assert spoken.text.startswith("Pour now?")
    voice.chime(Chime.BLIND)
    voice.over(Chime.BLIND)
    assert not voice.speaking
    assert voice.status().speaker_text == "there is no speaker"
    assert voice.stop()
