# SPDX-License-Identifier: Apache-2.0
"""A dictionary of tasks, laid out so that a heard word is held against all of them in a few array operations."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from phosphene.line.dictionary import Task
from phosphene.perception.percepts import Word
from phosphene.policy.columns import Column, Matches
from phosphene.policy.everyday import FILLERS
from phosphene.policy.number_words import KINDS, number_like
from phosphene.policy.readings import most
from phosphene.policy.shown import choices_of
from phosphene.policy.spelling import SIZE, alike, sound
from phosphene.policy.units import unit_words

_LONGEST_PHRASE: Final = 7
_WORD: Final = re.compile(r"[^\W_]+")
_KEPT: Final = 48
"""Words whose columns are kept: those of the last utterances, as they were at first and in the end."""


class Lexicon:
    """The tasks that have spoken names, their words, and how much each word tells.

    `phrases` is int [P, 7]: numbers of words, padded with the number of no word; `phrase_task` [P] and `phrase_length`
    [P] belong to it. `idf` [V] is 0 … 1: 1 for a word of one task only. `kinds` [T, 9] is what each task is, apart from
    its words; `row` is where each stands, by its name.
    """

    def __init__(self, tasks: Sequence[Task]) -> None:
        self.tasks = tuple(task for task in tasks if task.says)
        said = [(place, phrase) for place, task in enumerate(self.tasks) for phrase in _phrases(task)]
        named = [_names(task) for task in self.tasks]
        every = sorted({word for _, phrase in said for word in phrase} | {word for names in named for word in names})
        self.number = {word: number for number, word in enumerate(every)}
        none = len(every)
        self.sounds = np.stack([sound(word) for word in every]) if every else np.zeros((0, SIZE), np.float32)
        self.phrases = np.full((len(said), _LONGEST_PHRASE), none, np.intp)
        for row, (_, phrase) in enumerate(said):
            self.phrases[row, : len(phrase)] = [self.number[word] for word in phrase]
        self.phrase_task = np.array([place for place, _ in said], np.intp)
        self.phrase_length = np.array([len(phrase) for _, phrase in said], np.float32)
        # Phrases lie task by task: where each task's begin, for reduceat.
        self.first_phrase = np.searchsorted(self.phrase_task, np.arange(len(self.tasks)))
        uses = np.zeros(none + 1, np.float32)
        for place in range(len(self.tasks)):
            uses[np.unique(self.phrases[self.phrase_task == place])] += 1
        self.idf = np.append(1.0 - np.log(np.maximum(uses[:-1], 1.0)) / np.log(len(self.tasks) + 1.0), 0.0)
        self.idf = self.idf.astype(np.float32)
        weight = self.idf[self.phrases]
        weight = weight / np.maximum(weight.sum(axis=1, keepdims=True), 1e-6)
        # Phrases beside each other in memory: there are many of them, and few places in each.
        self._places, self.place_weight = (np.ascontiguousarray(one.T) for one in (self.phrases, weight))
        self.names = np.full((len(self.tasks), max((len(names) for names in named), default=1)), none, np.intp)
        for row, names in enumerate(named):
            self.names[row, : len(names)] = [self.number[word] for word in names]
        self.units = [frozenset[str]().union(*(unit_words(a.unit) for a in task.args)) for task in self.tasks]
        self.choices = [frozenset(c.lower() for a in task.args for c in choices_of(a)) for task in self.tasks]
        self.takes_number = np.array([any(a.kind in KINDS for a in task.args) for task in self.tasks], np.float32)
        self.kinds = _kinds(self.tasks)
        self.row = {task.name: place for place, task in enumerate(self.tasks)}
        self._rows: dict[str, NDArray[np.float32]] = {}
        self._sets: dict[str, tuple[NDArray[np.float32], NDArray[np.float32]]] = {}
        self._columns: dict[tuple[object, ...], Column] = {}
        self.newest: tuple[tuple[Column, ...], Matches] | None = None
        """What was matched last, and by which columns."""

    def against(self, text: str) -> NDArray[np.float32]:
        """Return how much `text` is each word of the lexicon, float32 [V + 1]: 1 the same, below 0.9 alike, last 0."""
        row = self._rows.get(text)
        if row is None:
            row = np.append(np.float32(0.9) * alike(text, self.sounds), np.float32(0.0)).astype(np.float32)
            same = self.number.get(text.lower())
            if same is not None:
                row[same] = 1.0
            self._rows[text] = row
        return row

    def with_others(self, word: Word) -> NDArray[np.float32]:
        """Return the same as `against` with the word's other readings, which count less, taken in: float32 [V + 1]."""
        row = self.against(word.text)
        for text, share in word.others:
            row = np.maximum(row, self.against(text) * np.float32(min(0.95, 0.55 + share)))
        return row

    def unit_and_choice(self, text: str) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Return for each task whether `text` is a unit of its arguments and whether it is one of their choices."""
        low = text.lower()
        found = self._sets.get(low)
        if found is None:
            found = (
                np.array([low in units for units in self.units], np.float32),
                np.array([low in choices for choices in self.choices], np.float32),
            )
            self._sets[low] = found
        return found

    def column(self, word: Word) -> Column:
        """Return what `word` matches. It is kept: a word stands for many ticks, and costs the more the more tasks."""
        key = (word.text, word.confidence, word.others)
        column = self._columns.get(key)
        if column is None:
            if len(self._columns) >= _KEPT:
                del self._columns[next(iter(self._columns))]
            column = self._columns[key] = self._column(word)
        return column

    def best(self, of_phrases: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return for each task the best of what its phrases have: [… T] of [… P]."""
        return np.maximum.reduceat(of_phrases, self.first_phrase, axis=-1)

    def _column(self, word: Word) -> Column:
        own, wide = self.against(word.text), self.with_others(word)
        exact = (own == 1.0).astype(np.float32)
        in_phrases = wide[self._places]
        offered = np.maximum(*self.unit_and_choice(word.text))
        number = np.float32(most(word, number_like)) * self.takes_number
        matches = [
            *(self.best((row * self.idf)[self._places].max(axis=0)) for row in (own, exact, wide)),
            exact[self.names].max(axis=1),
            offered,
            number,
        ]
        filler = np.full_like(number, word.text.lower() in FILLERS)
        explained = np.maximum.reduce([self.best(in_phrases.max(axis=0)), offered, number, filler])
        return Column(in_phrases, np.stack(matches), explained)


def _phrases(task: Task) -> list[list[str]]:
    return [words for phrase in task.says if (words := _WORD.findall(phrase.lower())[:_LONGEST_PHRASE])]


def _names(task: Task) -> list[str]:
    texts = [task.name, *(argument.name for argument in task.args)]
    return sorted({word for text in texts for word in _WORD.findall(text.lower().replace("_", " "))})


def _kinds(tasks: Sequence[Task]) -> NDArray[np.float32]:
    rows = [
        [
            1.0,
            sum(a.kind in KINDS for a in task.args) / 4,
            sum(a.kind == "text" for a in task.args) / 4,
            sum(a.kind in ("choice", "bool") for a in task.args) / 4,
            not task.args,
            task.privilege != "read",
            task.is_process,
            any(a.unit for a in task.args),
            task.privilege in ("arm", "maintain"),
        ]
        for task in tasks
    ]
    return np.minimum(np.array(rows, np.float32).reshape(-1, 9), 1.0)
