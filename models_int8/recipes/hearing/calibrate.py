# SPDX-License-Identifier: Apache-2.0
"""Finds what turns evidence into confidence, and the thresholds, on people and voices that training didn't see."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from phosphene.perception.audio import second_look
from phosphene.perception.audio.evidence import COUNT
from phosphene.perception.audio.graphs import COLUMN_FRAMES, HOP_COLUMNS
from phosphene.perception.audio.hops import HOP_S
from phosphene.perception.audio.listener import Change, Listener
from phosphene.perception.audio.second_look import Namer
from phosphene.perception.audio.settings import Settings
from recipes.hearing.trials import Trial

_RIDGE: Final = 1.0


@dataclass(frozen=True, slots=True)
class Evidence:
    """Rows of evidence [n, 14] for words that were heard, whether each was right [n], and of which kind of clip."""

    rows: NDArray[np.float64]
    right: NDArray[np.bool_]
    kinds: NDArray[np.str_]
    delays: NDArray[np.float64]
    said: int
    """Words that were said in all, heard or not."""


class _Watched(Listener):
    """A listener that keeps the evidence of every utterance at its end, and leaves out what is shown meanwhile.

    With a second look, it is that of the words that were looked at.
    """

    def reset(self) -> None:
        super().reset()
        self.found: list[tuple[str, NDArray[np.float64], int]] = []

    def show(self) -> Change:
        return Change()

    def end(self) -> Change:
        if self.utterance is not None:
            path, rows, looked = self.utterance.path(ended=True)
            first = self.taken - self.utterance.columns
            self.found += [
                (self._settings.words[spelt.word], row, first + spelt.column)
                for spelt, row, seen in zip(path, rows, looked, strict=True)
                if seen or self._second is None
            ]
            self.utterance = None
        return Change()

    taken = 0


def gather(
    trials: Sequence[Trial], settings: Settings, second: Namer | None = None, expect: Sequence[str] | None = None
) -> Evidence:
    """Return the evidence for all words that the best paths of these trials hold; with `expect`, of this set."""
    rows: list[NDArray[np.float64]] = []
    right: list[bool] = []
    kinds: list[str] = []
    delays: list[float] = []
    for trial in trials:
        found = heard(trial, settings, second, expect)
        matched = aligned(trial.words, [word for word, _, _ in found])
        for place, (_, row, column) in enumerate(found):
            rows.append(row)
            right.append(matched[place] >= 0)
            kinds.append(trial.kind)
            if matched[place] >= 0 and trial.ends_s:
                delays.append((column + 1) * HOP_S / HOP_COLUMNS - trial.ends_s[matched[place]])
    said = sum(len(trial.words) for trial in trials)
    table = np.array(rows).reshape(len(rows), COUNT + second_look.COUNT)
    return Evidence(table, np.array(right, np.bool_), np.array(kinds), np.array(delays), said)


def heard(
    trial: Trial, settings: Settings, second: Namer | None = None, expect: Sequence[str] | None = None
) -> list[tuple[str, NDArray[np.float64], int]]:
    """Return each word of the best paths, its evidence, and the column of the trial in which it was entered."""
    listener = _Watched(settings, second)
    if expect is not None:
        listener.expect(expect, None)
    for at in range(0, len(trial.columns), HOP_COLUMNS):
        columns = trial.columns[at : at + HOP_COLUMNS]
        listener.taken = at + len(columns)
        end_s, level = (at + len(columns)) * HOP_S / HOP_COLUMNS, float(trial.levels[at // HOP_COLUMNS])
        listener.hop(columns, trial.frames[at * COLUMN_FRAMES : (at + len(columns)) * COLUMN_FRAMES], end_s, level)
    listener.end()
    return listener.found


def aligned(said: Sequence[str], found: Sequence[str]) -> list[int]:
    """Return for each word found the place of the word said that it matches, or -1, by the smallest edit distance."""
    costs = np.zeros((len(said) + 1, len(found) + 1))
    costs[:, 0], costs[0] = np.arange(len(said) + 1), np.arange(len(found) + 1)
    for i, one in enumerate(said, 1):
        for j, other in enumerate(found, 1):
            costs[i, j] = min(costs[i - 1, j - 1] + (one != other), costs[i - 1, j] + 1, costs[i, j - 1] + 1)
    matched = [-1] * len(found)
    i, j = len(said), len(found)
    while i and j:
        if costs[i, j] == costs[i - 1, j - 1] + (said[i - 1] != found[j - 1]):
            if said[i - 1] == found[j - 1]:
                matched[j - 1] = i - 1
            i, j = i - 1, j - 1
        elif costs[i, j] == costs[i - 1, j] + 1:
            i -= 1
        else:
            j -= 1
    return matched


def fit(rows: NDArray[np.float64], right: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Return the weights of a logistic regression, by Newton's method with a small ridge."""
    weights = np.zeros(rows.shape[1])
    for _ in range(40):
        chance = 1 / (1 + np.exp(-np.clip(rows @ weights, -30, 30)))
        slope = rows.T @ (right - chance) - _RIDGE * weights
        bend = (rows * (chance * (1 - chance))[:, None]).T @ rows + _RIDGE * np.eye(rows.shape[1])
        step = np.linalg.solve(bend, slope)
        weights = weights + step
        if np.abs(step).max() < 1e-8:
            break
    return weights
