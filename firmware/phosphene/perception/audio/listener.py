# SPDX-License-Identifier: Apache-2.0
"""Turns columns of chances into word events: finds where an utterance begins and ends, and what is expected of it."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from phosphene.errors import PhospheneError
from phosphene.perception.audio.features import Float
from phosphene.perception.audio.grammar import any_words, phrases
from phosphene.perception.audio.graphs import COLUMN_FRAMES, NOTHING
from phosphene.perception.audio.numbers import NUMBER
from phosphene.perception.audio.overheard import Calls
from phosphene.perception.audio.second_look import LOOK_FRAMES, Looks, Namer
from phosphene.perception.audio.settings import Settings
from phosphene.perception.audio.utterance import COLUMN_S, Expected, Utterance
from phosphene.perception.percepts import Word

# Somebody who says nothing for so long has come to an end.
_PAUSE_COLUMNS: Final = 12
# Nor does an utterance last longer.
_LONGEST_COLUMNS: Final = 300
# Columns from before somebody seems to speak that belong to the utterance.
_LEAD: Final = 6
_EVEN: Final = math.log(0.5)


@dataclass(slots=True)
class Change:
    """What a hop changes: words that are new or other than before, numbers of those taken back, and whether an
    utterance ended; then `began_s` is when it began, and `overheard` whether it was no more than that.
    """

    words: list[Word] = field(default_factory=list)
    withdrawn: list[int] = field(default_factory=list)
    ended: bool = False
    began_s: float = 0.0
    overheard: bool = False

    def add(self, words: Sequence[Word], withdrawn: Sequence[int]) -> None:
        """Put more changes after these."""
        self.words += words
        self.withdrawn += withdrawn


class Listener:
    """Follows one stream of columns."""

    def __init__(self, settings: Settings, second: Namer | None) -> None:
        self._settings, self._second = settings, second
        self._anything = any_words(range(len(settings.words)))
        self._expected: Expected | None = None
        self._calls: Calls | None = None
        self._next_number = 0
        self.reset()

    def reset(self) -> None:
        """Forget the utterance; what is expected stays, and numbers go on."""
        self.forget()
        self.utterance: Utterance | None = None
        self._quiet = 0

    def forget(self) -> None:
        """What comes is not the going on of what was before: something is missing between."""
        self._lead: deque[tuple[Float, float, float]] = deque(maxlen=_LEAD)
        # The frames of each of the last columns.
        self._past: deque[Float] = deque(maxlen=LOOK_FRAMES // COLUMN_FRAMES + _LEAD)

    def expect(self, words: Iterable[str] | None, grammar: Sequence[str] | None) -> None:
        """See `Hearing.expect`."""
        self._calls = None
        if self.utterance is not None:
            self.utterance.calls = None
        names = self._settings.words
        if words is None and grammar is None:
            self._expected = None
            return
        listed = set(names if words is None else words)
        unknown = sorted(listed - set(names))
        if unknown:
            raise PhospheneError(
                f"the network does not know {', '.join(unknown)}",
                place="what hearing is to expect",
                cure="`Hearing.vocabulary` has its words",
            )
        kept = np.array([name in listed for name in names])
        built = any_words(np.flatnonzero(kept).tolist()) if grammar is None else phrases(list(grammar), names, NUMBER)
        allowed = np.zeros(len(names), np.bool_)
        allowed[built.words[1:]] = True
        self._expected = Expected(allowed & kept, built, grammar is not None)

    def overhear(self, calls: Calls) -> None:
        """See `Hearing.overhear`."""
        self._expected, self._calls = None, calls

    def hop(self, columns: Float, frames: Float, end_s: float, level_db: float) -> Change:
        """Take a hop's columns of log chances [n, outputs], the last of which ends at `end_s`, and its level.

        `frames` [4 * n or more, 32] are the features that they came of, and what was passed over before them.
        """
        pieces = [frames[at : at + COLUMN_FRAMES] for at in range(0, len(frames), COLUMN_FRAMES)]
        before = len(pieces) - len(columns)
        self._past.extend(pieces[:before])
        for place, column in enumerate(columns):
            self._past.append(pieces[before + place])
            self._take(column, end_s - (len(columns) - 1 - place) * COLUMN_S, level_db)
        if self.utterance is None:
            return Change()
        if self._quiet >= _PAUSE_COLUMNS or self.utterance.columns >= _LONGEST_COLUMNS:
            return self.end()
        return self.show()

    def show(self) -> Change:
        """Say what the utterance looks like so far."""
        change = Change()
        if self.utterance is not None:
            change.add(*self.utterance.words(ended=False))
        return change

    def end(self) -> Change:
        """End the utterance, if there is one: its words are committed or taken back."""
        change = Change()
        if self.utterance is not None:
            change.add(*self.utterance.words(ended=True))
            change.ended, change.began_s = True, self.utterance.began_s
            change.overheard = self.utterance.calls is not None
            self._next_number = self.utterance.next_number
            self.utterance = None
        return change

    def number(self) -> int:
        """Return a number for a word that comes from elsewhere."""
        self._next_number += 1
        return self._next_number - 1

    def _take(self, column: Float, time_s: float, level_db: float) -> None:
        speaking = bool(column[NOTHING] < _EVEN)
        if self.utterance is not None:
            self.utterance.add(column, self._past[-1], time_s, level_db)
            self._quiet = 0 if speaking else self._quiet + 1
            return
        self._lead.append((column, time_s, level_db))
        if speaking:
            first = self._next_number
            past = list(self._past)
            led = len(past) - len(self._lead)
            looks = Looks(self._second, past[:led]) if self._second and self._expected else None
            self.utterance = Utterance(self._settings, looks, self._anything, self._expected, self._calls, first)
            for (old, old_s, old_db), frames in zip(self._lead, past[led:], strict=True):
                self.utterance.add(old, frames, old_s, old_db)
            self._lead.clear()
            self._quiet = 0
