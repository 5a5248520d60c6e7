# SPDX-License-Identifier: Apache-2.0
"""What the policy should have done: by one who knows what was meant and to whom, and sees what was heard of it.

These rules stay here. The device has only what the network made of them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

import numpy as np

from phosphene.policy.copying import copied
from phosphene.policy.decision import Action, Decision
from phosphene.policy.dialogue import Kind
from phosphene.policy.layout import COVERED, EXPLAINED, WEIGHTED, WHOLE, Inputs
from phosphene.policy.pointing import arguments_of
from phosphene.policy.situation import YES_WORDS, Situation
from recipes.policy.meant import NOTHING, said_for
from recipes.policy.people import Session

_NO: Final = frozenset({"no", "cancel", "back"})
_HUSH: Final = frozenset({"stop", "quiet", "okay", "thanks", "off"})
_CLEAR_LEAD: Final = 0.04
_IN_QUESTION: Final = 0.25
_LEAST: Final = 0.35


@dataclass(frozen=True, slots=True)
class Lesson:
    """The right action; the row of the right task, -1 for none; and where its arguments' words stand."""

    action: Action
    row: int = -1
    spans: dict[str, tuple[int, int]] = field(default_factory=dict[str, tuple[int, int]])


_WAIT: Final = Lesson(Action.WAIT)
_PUZZLED: Final = Lesson(Action.NOT_UNDERSTOOD)


def lesson(session: Session, situation: Situation, inputs: Inputs) -> Lesson:
    """Return what is right at this step of `session`."""
    meant = session.meant
    if meant is NOTHING:
        return _WAIT
    row = next((n for n, task in enumerate(inputs.rows) if meant.task is not None and task.name == meant.task.name), -1)
    if meant.action is Action.STOP and situation.person.gesture is not None:
        return Lesson(Action.STOP, row)
    if not situation.ended or not situation.heard:
        return _WAIT
    texts = {word.text.lower() for word in situation.heard}
    match meant.action:
        case Action.YES:
            return Lesson(Action.YES) if texts & YES_WORDS else Lesson(Action.NO) if texts & _NO else _PUZZLED
        case Action.NO | Action.HOME:
            return Lesson(Action.NO) if texts & _NO else Lesson(Action.HOME) if "home" in texts else _PUZZLED
        case Action.AGAIN:
            return Lesson(Action.AGAIN) if "again" in texts else _PUZZLED
        case Action.HUSH:
            return Lesson(Action.HUSH) if texts & _HUSH else _PUZZLED
        case Action.STOP:
            heard = texts | {text for word in situation.heard for text, share in word.others if share > 0.15}
            return Lesson(Action.STOP, row) if "stop" in heard else _PUZZLED
        case Action.ANSWER:
            return _answer(session, situation, texts)
        case Action.TASK:
            return _task(session, situation, inputs, row)
        case _:
            return _WAIT


def as_decision(lesson: Lesson, situation: Situation, inputs: Inputs) -> Decision:
    """Return the decision that the lesson stands for."""
    task = inputs.rows[lesson.row] if lesson.row >= 0 else None
    if lesson.action is Action.UNSURE:
        shares = _strength(inputs)
        best = [(inputs.rows[n], float(shares[n])) for n in np.argsort(-shares)[:3] if n < len(inputs.rows)]
        if task is not None and all(entry[0] is not task for entry in best):
            best[-1] = (task, 0.0)
        said = copied(lesson.spans, situation.heard, task) if task is not None else ({}, {})
        each = (Decision(Action.TASK, one, *(said[:1] if one is task else ())) for one, _ in best)
        return Decision(Action.UNSURE, runners_up=tuple(best), alternatives=tuple(each))
    about = task if lesson.action is Action.TASK else situation.dialogue.pending and situation.dialogue.pending.task
    if about is None or not lesson.spans:
        return Decision(lesson.action, task)
    words, sure = copied(lesson.spans, situation.heard, about)
    return Decision(lesson.action, task, words, sure=sure)


def _strength(inputs: Inputs) -> np.ndarray:
    rows = inputs.tasks[:, 0]
    return 0.5 * rows[:, WEIGHTED] + 0.2 * rows[:, COVERED] + 0.1 * rows[:, WHOLE] + 0.2 * rows[:, EXPLAINED]


def _task(session: Session, situation: Situation, inputs: Inputs, row: int) -> Lesson:
    if row < 0:
        return _PUZZLED
    strength = _strength(inputs)
    candidates = {task.name for task in situation.dialogue.shown.candidates}
    choosing = situation.dialogue.shown.kind is Kind.CHOOSE and inputs.rows[row].name in candidates
    declined = situation.dialogue.declined
    rivals = [
        float(strength[n])
        for n, task in enumerate(inputs.rows)
        if n != row and (not choosing or task.name in candidates) and task is not declined
    ]
    mine, best = float(strength[row]), max(rivals, default=0.0)
    task = inputs.rows[row]
    tags = session.stage.tags
    spans = {a.name: span for a in arguments_of(task) if (span := said_for(situation, a, tags))}
    if mine < _LEAST:
        if mine <= 0.6 * _LEAST or mine <= best + _CLEAR_LEAD:
            return _PUZZLED
        # What has an effect is shown and asked about anyway.
        return Lesson(Action.UNSURE if task.privilege == "read" else Action.TASK, row, spans)
    if mine > best + (0.0 if choosing else _CLEAR_LEAD) or (choosing and mine >= best):
        return Lesson(Action.TASK, row, spans)
    return Lesson(Action.UNSURE, row, spans) if mine > best - _IN_QUESTION else _PUZZLED


def _answer(session: Session, situation: Situation, texts: set[str]) -> Lesson:
    pending = situation.dialogue.pending
    if pending is None:
        return _PUZZLED
    found = {
        a.name: span
        for a in arguments_of(pending.task, situation.dialogue.shown.wanted)
        if (span := said_for(situation, a, session.stage.tags))
    }
    if found:
        return Lesson(Action.ANSWER, spans=found)
    return Lesson(Action.NO) if texts & _NO else _PUZZLED
