# SPDX-License-Identifier: Apache-2.0
"""Lays a situation out as the policy network's inputs: match features of tasks × words, then words, then the rest.

Everything is 0 … 1. A task with no word in common with what was heard can't be meant by it, so of a large dictionary
the ROWS tasks that match best are laid out, best first; the network is the same size for ten tasks and for two hundred.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from phosphene.line.dictionary import Task
from phosphene.perception.percepts import Gesture, Word
from phosphene.policy.dialogue import Kind
from phosphene.policy.everyday import CONTROLS, FILLERS
from phosphene.policy.matching import match
from phosphene.policy.number_words import KINDS, number_like
from phosphene.policy.readings import most, readings
from phosphene.policy.situation import MOST_WORDS, Situation
from phosphene.policy.units import unit_words

Array = NDArray[np.float32]
ROWS: Final = 24
COLUMNS: Final = MOST_WORDS
_GESTURES: Final = (Gesture.OPEN_PALM, Gesture.THUMB_UP, Gesture.THUMB_DOWN)
_KINDS: Final = tuple(Kind)
_DECLINED_S: Final = 20.0
"""As long after a no, who says the same words again means another task by them."""
PAIR: Final = 12
TASK: Final = 17
COVERED, WEIGHTED, EXPLAINED, WHOLE = 13, 14, 15, 16
"""Places in a task's row: how much of its best phrase was heard, the same weighted, the share of words that it
explains, and the longest run of its words."""
WORD: Final = 12 + len(CONTROLS)
REST: Final = 22 + len(_GESTURES) + len(_KINDS)


@dataclass(frozen=True, slots=True)
class Inputs:
    """What the network sees. pairs [ROWS, COLUMNS, PAIR], tasks [ROWS, 1, TASK], words [1, COLUMNS, WORD],
    rest [1, 1, REST], all float32, 0 … 1. `rows` are the tasks in the rows, fewer if there are fewer.
    """

    pairs: Array
    tasks: Array
    words: Array
    rest: Array
    rows: tuple[Task, ...]


def lay_out(situation: Situation) -> Inputs:
    """Return the network's inputs for `situation`."""
    lexicon, heard = situation.lexicon, situation.heard
    found = match(lexicon, heard) if heard and lexicon.tasks else None
    tasks = lexicon.tasks
    flags = _flags(situation)
    strength = flags.max(axis=1, initial=0.0) * 0.05
    if found is not None:
        strength = strength + found.weighted + 0.3 * found.explained
    order = np.argsort(-strength, kind="stable")[:ROWS]
    pairs = np.zeros((ROWS, COLUMNS, PAIR), np.float32)
    rows = np.zeros((ROWS, 1, TASK), np.float32)
    rows[: len(order), 0, :9] = lexicon.kinds[order]
    rows[: len(order), 0, 9:13] = flags[order]
    if found is not None:
        count = len(heard)
        pairs[: len(order), :count, :8] = found.cells[order]
        pairs[: len(order), :count, 8:] = _surface(situation, heard)[None]
        rows[: len(order), 0, COVERED] = found.covered[order]
        rows[: len(order), 0, WEIGHTED] = found.weighted[order]
        rows[: len(order), 0, EXPLAINED] = found.explained[order]
        rows[: len(order), 0, WHOLE] = found.cells[order, :, 4].max(axis=1)
    words = np.zeros((1, COLUMNS, WORD), np.float32)
    if heard:
        words[0, : len(heard)] = _word_features(situation, heard)
    return Inputs(pairs, rows, words, _rest(situation, heard, rows), tuple(tasks[place] for place in order))


def _flags(situation: Situation) -> Array:
    """[T, 4]: whether the task runs, is pending, is a candidate on the screen, was just said no to."""
    dialogue = situation.dialogue
    running = {process.task.name for process in dialogue.running}
    pending = dialogue.pending.task.name if dialogue.pending else ""
    candidates = {task.name for task in dialogue.shown.candidates}
    recent = situation.now_s - dialogue.shown.since_s < _DECLINED_S
    declined = dialogue.declined.name if dialogue.declined is not None and recent else ""
    flags = np.zeros((len(situation.lexicon.tasks), 4), np.float32)
    # Few tasks have any of them, however many there are.
    for place, names in enumerate((running, {pending}, candidates, {declined})):
        rows = [row for name in names if (row := situation.lexicon.row.get(name)) is not None]
        flags[rows, place] = 1.0
    return flags


def _surface(situation: Situation, heard: tuple[Word, ...]) -> Array:
    """[W, 4]: existence, confidence, whether it is committed, how long ago."""
    rows = [[1.0, w.confidence, w.committed, min(1.0, max(0.0, situation.now_s - w.end_s) / 8)] for w in heard]
    return np.array(rows, np.float32)


def _word_features(situation: Situation, heard: tuple[Word, ...]) -> Array:
    shown = situation.dialogue.shown
    pending = situation.dialogue.pending
    awaited = (shown.wanted,) if shown.wanted else pending.task.args if pending else ()
    choices = {choice.lower() for argument in awaited for choice in argument.choices}
    units = frozenset[str]().union(*(unit_words(argument.unit) for argument in awaited))
    takes_number = any(argument.kind in KINDS for argument in awaited)
    on_screen = shown.on_screen_s
    known = situation.lexicon.number
    rows = np.zeros((len(heard), WORD), np.float32)
    rows[:, :4] = _surface(situation, heard)
    for row, word in zip(rows, heard, strict=True):
        text = word.text.lower()
        number = most(word, number_like)
        row[4:7] = number, text in known, text in FILLERS
        row[7:9] = most(word, choices.__contains__), most(word, units.__contains__)
        row[9:11] = takes_number * number, bool(pending)
        row[11] = on_screen is not None and word.start_s >= on_screen
        for said, share in readings(word):
            if said in CONTROLS:
                place = 12 + CONTROLS.index(said)
                row[place] = max(float(row[place]), share * word.confidence)
    return rows


def _rest(situation: Situation, heard: tuple[Word, ...], rows: Array) -> Array:
    dialogue, person, now = situation.dialogue, situation.person, situation.now_s
    shown = dialogue.shown
    pending = dialogue.pending
    wanted = shown.wanted
    sure = [word.confidence for word in heard]
    known = [word.text.lower() in situation.lexicon.number for word in heard]
    weighted = np.sort(rows[:, 0, WEIGHTED])[::-1]
    values = [
        situation.ended,
        min(1.0, max(0.0, now - heard[-1].end_s) / 4) if heard else 1.0,
        len(heard) / COLUMNS,
        min(sure, default=0.0),
        sum(sure) / len(sure) if sure else 0.0,
        sum(known) / len(known) if known else 0.0,
        person.present,
        person.looking,
        min(1.0, person.distance_cm / 300),
        wanted is not None and wanted.kind in KINDS,
        wanted is not None and wanted.kind in ("choice", "bool"),
        wanted is not None and wanted.kind == "text",
        min(1.0, len(dialogue.running) / 3),
        bool(dialogue.ringing),
        min(1.0, (now - shown.since_s) / 10),
        shown.on_screen_s is not None,
        pending is not None and pending.task.privilege != "read",
        weighted[0],
        weighted[1],
        weighted[0] - weighted[1],
        rows[0, 0, EXPLAINED],
        dialogue.last is not None,
        *(person.gesture is gesture for gesture in _GESTURES),
        *(shown.kind is kind for kind in _KINDS),
    ]
    return np.array(values, np.float32).reshape(1, 1, REST)
