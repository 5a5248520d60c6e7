# SPDX-License-Identifier: Apache-2.0
"""What is heard next: alarm before fault before answer before chime, the newest of a kind, nothing old."""

from __future__ import annotations

from phosphene.sound.agenda import FRESH_S, Agenda, Priority, Utterance
from phosphene.sound.spoken import Spoken


def one(priority: Priority, topic: str, made_s: float = 0.0, **more: object) -> Utterance:
    return Utterance(priority, topic, made_s, spoken=Spoken(topic), **more)  # pyright: ignore[reportArgumentType]


def order(agenda: Agenda, now_s: float = 0.5) -> list[str]:
    """Play all that is due to its end."""
    heard: list[str] = []
    while (utterance := agenda.begin(now_s)) is not None:
        heard.append(utterance.topic)
        agenda.finish(now_s, heard=True)
    return heard


def test_the_more_urgent_goes_first_and_the_older_of_two() -> None:
    agenda = Agenda()
    agenda.add(one(Priority.CHIME, "chime"))
    agenda.add(one(Priority.FAULT, "deaf", 0.2))
    agenda.add(one(Priority.ANSWER, "answer"))
    agenda.add(one(Priority.ALARM, "alarm"))
    agenda.add(one(Priority.FAULT, "blind", 0.1))
    assert order(agenda) == ["alarm", "blind", "deaf", "answer", "chime"]


def test_the_newest_of_a_topic_takes_the_place_of_the_older() -> None:
    agenda = Agenda()
    older = one(Priority.ANSWER, "answer")
    agenda.add(older)
    assert agenda.add(one(Priority.ANSWER, "answer", 0.1)) == [older]
    begun = agenda.begin(0.2)
    assert begun is not None
    assert begun.made_s == 0.1
    assert not agenda.cut
    agenda.add(one(Priority.ANSWER, "answer", 0.3))
    assert agenda.cut


def test_faults_and_alarms_interrupt_and_an_answer_lets_a_chime_end() -> None:
    for playing, new, cut in [
        (Priority.CHIME, Priority.ANSWER, False),
        (Priority.CHIME, Priority.FAULT, True),
        (Priority.ANSWER, Priority.CHIME, False),
        (Priority.ANSWER, Priority.FAULT, True),
        (Priority.FAULT, Priority.ANSWER, False),
        (Priority.FAULT, Priority.FAULT, False),
        (Priority.FAULT, Priority.ALARM, True),
        (Priority.ALARM, Priority.FAULT, False),
    ]:
        agenda = Agenda()
        agenda.add(one(playing, "first"))
        agenda.begin(0.0)
        agenda.add(one(new, "second"))
        assert agenda.cut is cut, (playing, new)


def test_nothing_older_than_two_seconds_is_begun() -> None:
    agenda = Agenda()
    agenda.add(one(Priority.ANSWER, "answer", 0.0))
    assert agenda.begin(FRESH_S + 0.01) is None
    assert [old.topic for old in agenda.forget(FRESH_S + 0.01)] == ["answer"]
    agenda.add(one(Priority.ANSWER, "answer", 0.0))
    assert agenda.begin(FRESH_S) is not None


def test_a_value_is_not_begun_when_it_would_be_struck() -> None:
    agenda = Agenda()
    agenda.add(Utterance(Priority.ANSWER, "answer", 0.0, spoken=Spoken("Dose, 5.", good_for_s=0.4)))
    assert agenda.begin(0.41) is None
    assert len(agenda.forget(0.41)) == 1


def test_a_state_that_lasts_waits_as_long_as_it_must_and_begins_again_when_interrupted() -> None:
    agenda = Agenda()
    agenda.add(one(Priority.FAULT, "blind", 0.0, lasts=True))
    assert agenda.begin(60.0) is not None
    agenda.add(one(Priority.ALARM, "alarm", 60.0))
    assert agenda.cut
    agenda.finish(60.0, heard=False)
    assert order(agenda, 60.1) == ["alarm", "blind"]
    assert order(agenda, 99.0) == []


def test_an_alarm_comes_again_until_it_is_ended() -> None:
    agenda = Agenda()
    agenda.add(one(Priority.ALARM, "alarm", lasts=True, every_s=2.0))
    assert order(agenda, 1.0) == ["alarm"]
    assert agenda.begin(2.9) is None
    assert agenda.begin(3.0) is not None
    assert not agenda.end("alarm")
    assert agenda.cut
    agenda.finish(3.1, heard=False)
    assert order(agenda, 99.0) == []


def test_what_is_ended_before_it_was_heard_says_so() -> None:
    agenda = Agenda()
    agenda.add(one(Priority.FAULT, "blind", lasts=True))
    assert agenda.end("blind")
    assert order(agenda) == []
    agenda.add(one(Priority.FAULT, "blind", lasts=True))
    assert order(agenda) == ["blind"]
    assert not agenda.end("blind")
