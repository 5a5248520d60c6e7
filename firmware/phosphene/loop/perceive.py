# SPDX-License-Identifier: Apache-2.0
"""The stage after the senses: which words stand now, who is there, what a finger means, what the board said."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from phosphene.condition import Condition
from phosphene.errors import BadArgument
from phosphene.line.dictionary import Dictionary
from phosphene.loop.typed import by_hand
from phosphene.moment import Displayed, Moment, Proof, Sensed
from phosphene.perception.percepts import Heard, Word
from phosphene.policy import dialogue as talk
from phosphene.policy.decision import Decision
from phosphene.policy.dialogue import Dialogue, Kind, Running
from phosphene.policy.situation import MOST_WORDS, Person
from phosphene.prove.news import News, What

_KEPT_S: Final = 12.0
_TYPED_PACE_S: Final = 0.001
_OF_THE_BOARD: Final = frozenset({What.BEFORE, What.NOTICE})
_IDLE: Final = frozenset({Kind.HOME, Kind.PUZZLED})
_MOST_WAITING: Final = 8


def perceive(moment: Moment, dictionary: Dictionary) -> Moment:
    """Return the moment with words, person and dialogue as they are after what was sensed. `dictionary` names the
    tasks of processes that the board tells of.
    """
    sensed = moment.sensed
    words = _standing(moment.words, sensed.heard, moment.time_s)
    if Condition.MUTED in sensed.conditions:
        # Who mutes takes back what they were saying.
        words = tuple(word for word in words if word.number < 0)
    person = _person(moment)
    dialogue, proof = moment.dialogue, moment.proof
    waiting = moment.waiting
    for news in sensed.told:
        if _passed_over(news, dialogue, proof):
            waiting = (*waiting, news)
        dialogue, proof = _heed(dialogue, proof, news, moment.time_s, dictionary)
    late = next((news for news in waiting if _free(dialogue, news)), None)
    if late is not None:
        dialogue, proof = _told_late(dialogue, late, moment)
        waiting = tuple(news for news in waiting if news is not late)
    if proof.settled and proof is not moment.proof:
        proof = replace(proof, since=moment.tick)
    dialogue = _put_up(dialogue, proof, sensed.displayed)
    touched: Decision | None = None
    try:
        touched = by_hand(moment, dictionary)
    except BadArgument as error:
        dialogue = talk.told(dialogue, moment.time_s, refused=True)
        proof = Proof(moment.tick, error.message, hint=str(error))
    else:
        for line in sensed.typed if touched is None else ():
            words = (*words, *_typed(line, moment))
    return replace(
        moment,
        touched=touched,
        words=words[-2 * MOST_WORDS :],
        ended=bool(sensed.typed) or any(hop.ended for hop in sensed.heard),
        due=_due(sensed, moment.person, person),
        person=person,
        dialogue=dialogue,
        proof=proof,
        waiting=waiting[-_MOST_WAITING:],
    )


def _passed_over(news: News, dialogue: Dialogue, proof: Proof) -> bool:
    """Whether a person must be told of it and nothing that is shown tells it: of the board, or of what they wanted
    done before they turned to something else.
    """
    if news.what in _OF_THE_BOARD:
        return bool(news.facts)
    there = dialogue.shown.kind is Kind.WORKING if news.what is What.ENDED else True
    return news.owed and not (_wanted(news, proof) and there)


def _free(dialogue: Dialogue, news: News) -> bool:
    """Whether it can be told now. What did not happen goes before what was asked for since."""
    shown = dialogue.shown
    return shown.kind in _IDLE or (news.owed and shown.kind is Kind.RESULT and shown.pending is not None)


def _told_late(dialogue: Dialogue, news: News, moment: Moment) -> tuple[Dialogue, Proof]:
    """Show it in place of what stands there."""
    dialogue = talk.home(dialogue, moment.time_s)
    dialogue = talk.told(dialogue, moment.time_s, refused=news.what is What.REFUSED)
    return dialogue, Proof(moment.tick, news.title, news.facts, news.hint)


def _person(moment: Moment) -> Person:
    """Who is there. A device that can't see takes whoever speaks to it for its user; consent knows the difference."""
    if not moment.sensed.camera:
        return Person.unseen(moment.time_s)
    return moment.person if moment.sensed.seen is None else Person.of(moment.sensed.seen)


def _due(sensed: Sensed, before: Person, person: Person) -> bool:
    """Whether something came that a decision may depend on: what a step of the policy was taught to be."""
    return (
        bool(sensed.touched or sensed.typed)
        or any(news.what not in _OF_THE_BOARD for news in sensed.told)
        or any(hop.ended or any(word.committed for word in hop.words) for hop in sensed.heard)
        or (before.present, before.gesture) != (person.present, person.gesture)
    )


def _standing(words: tuple[Word, ...], heard: tuple[Heard, ...], now_s: float) -> tuple[Word, ...]:
    """Words as they stand after `heard`: changed ones replaced, withdrawn ones gone, old ones forgotten."""
    standing = {word.number: word for word in words if word.start_s > now_s - _KEPT_S}
    for hop in heard:
        for number in hop.withdrawn:
            standing.pop(number, None)
        for word in hop.words:
            standing[word.number] = word
    return tuple(sorted(standing.values(), key=lambda word: word.start_s))


def _typed(line: str, moment: Moment) -> list[Word]:
    """A typed line as words that were heard without any doubt, all of them just now."""
    texts = line.split()[:MOST_WORDS]
    begin = moment.time_s - _TYPED_PACE_S * (len(texts) - 1)
    return [
        Word(
            # Heard words count upwards from 0; these must be nobody else's.
            -(moment.tick * MOST_WORDS + place) - 1,
            text,
            begin + place * _TYPED_PACE_S,
            begin + place * _TYPED_PACE_S,
            1.0,
            committed=True,
        )
        for place, text in enumerate(texts)
    ]


def _put_up(dialogue: Dialogue, proof: Proof, displayed: Displayed | None) -> Dialogue:
    """A question is on the screen when its frame is; and what shall be confirmed, once the board has settled it."""
    unsettled = dialogue.shown.kind is Kind.CONFIRM and not proof.settled
    if displayed is None or displayed.tick < proof.shown_from or unsettled:
        return dialogue
    return talk.put_up(dialogue, displayed.time_s)


def _heed(dialogue: Dialogue, proof: Proof, news: News, now_s: float, dictionary: Dictionary) -> tuple[Dialogue, Proof]:
    """Take in one piece of news. What answers an older question than the one that is shown is too late to be shown."""
    kind = dialogue.shown.kind
    wanted = _wanted(news, proof)
    gone = news.what is What.RESULT and not news.ok
    said = Proof(proof.asked, news.title, news.facts, news.hint, gone=gone, pid=news.pid)
    match news.what:
        case What.RINGS:
            return talk.rings(dialogue, news.task, now_s), Proof(title=news.title)
        case What.SILENT:
            silent = replace(dialogue, ringing="")
            return (talk.home(silent, now_s), Proof()) if kind is Kind.ALARM else (silent, proof)
        case What.STARTED:
            running = Running(news.pid, dictionary.task(news.task))
            if wanted or not news.asked:
                return talk.told(dialogue, now_s, started=running), said
            return replace(dialogue, running=(*dialogue.running, running)), proof
        case What.ENDED:
            mine = wanted and kind is Kind.WORKING
            left = tuple(process for process in dialogue.running if process.pid != news.pid)
            if not mine:
                return replace(dialogue, running=left), proof
            return talk.ended(dialogue, news.pid, now_s), said
        case What.SETTLED if wanted and kind is Kind.CONFIRM:
            return dialogue, replace(said, settled=True)
        case What.RESULT if wanted and kind is Kind.WORKING:
            return talk.told(dialogue, now_s), said
        case What.RESULT | What.STEP if wanted and kind in (Kind.RESULT, Kind.WORKING):
            return dialogue, said
        case What.REFUSED if wanted:
            return talk.told(dialogue, now_s, refused=True), said
        case _:
            return dialogue, proof


def _wanted(news: News, proof: Proof) -> bool:
    """Whether it answers the question that is shown."""
    return (news.asked == proof.asked and news.asked > 0) or (news.pid == proof.pid and news.pid > 0)
