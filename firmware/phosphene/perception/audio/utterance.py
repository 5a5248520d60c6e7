# SPDX-License-Identifier: Apache-2.0
"""One utterance while it is being spoken: its columns so far, the best paths through them, the words shown of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from phosphene.perception.audio import overheard, second_look
from phosphene.perception.audio.decoder import Decoder, Spelt, chances_of
from phosphene.perception.audio.evidence import COUNT, confidence, evidence, others, spans
from phosphene.perception.audio.features import Float
from phosphene.perception.audio.grammar import Grammar
from phosphene.perception.audio.graphs import NOTHING, WORDS_FROM
from phosphene.perception.audio.overheard import Calls
from phosphene.perception.audio.second_look import Looks, Seen, agreed, bounded, without_echoes
from phosphene.perception.audio.settings import Settings
from phosphene.perception.percepts import Word

COLUMN_S: Final = 0.04
# Nobody says two words within a quarter of a second.
_APART: Final = 6
_LONGEST_S: Final = 0.9
_SHORTEST_S: Final = 0.1
# A column says whether somebody spoke about so long before it.
_SPEAKING_S: Final = 0.1
# In a phrase that is believed as a whole, a single word may be so unsure.
_CARRIED: Final = 0.2
_EVEN: Final = float(np.log(0.5))
_NUMBERS: Final = COUNT + second_look.COUNT
# A word whose confidence moved by less than this hasn't changed.
_CHANGED: Final = 0.05


@dataclass(frozen=True, slots=True)
class Expected:
    """What the state of the device waits for: these words, bool [words], in the order that the grammar allows.

    `phrases` says that the grammar is of whole phrases, not of words in any order.
    """

    allowed: NDArray[np.bool_]
    grammar: Grammar
    phrases: bool = False


@dataclass(slots=True)
class _Shown:
    column: int
    word: Word


class Utterance:
    """Takes columns and says what they change. `anything` is the grammar of all words; `first` is the number of the
    first word shown of it. With `calls` it is overheard, and nothing is shown of it, until they are taken away.
    """

    def __init__(
        self,
        settings: Settings,
        looks: Looks | None,
        anything: Grammar,
        expected: Expected | None,
        calls: Calls | None,
        first: int,
    ) -> None:
        self._settings, self._looks, self._expected, self.calls = settings, looks, expected, calls
        self._free = Decoder(anything, settings.cost, _APART)
        self._bound = Decoder(expected.grammar, settings.cost_expected, _APART) if expected else None
        self._columns: list[Float] = []
        self._times: list[float] = []
        self._levels: list[float] = []
        self._shown: list[_Shown] = []
        self.next_number = first

    def add(self, column: Float, frames: Float, time_s: float, level_db: float) -> None:
        """Take one column of log chances [outputs], whose last sample is at `time_s`, the frames [4, 32] that it has
        more than the last, and how loud it was then.
        """
        self._columns.append(column)
        if self._looks:
            self._looks.add(frames)
        self._times.append(time_s)
        self._levels.append(level_db)
        words, idle = chances_of(column[None])
        self._free.add(words[0], float(idle[0]))
        if self._bound and self._expected:
            words, idle = chances_of(column[None], self._expected.allowed)
            self._bound.add(words[0], float(idle[0]))

    @property
    def columns(self) -> int:
        """How many columns it has."""
        return len(self._columns)

    @property
    def began_s(self) -> float:
        """When its first column ended."""
        return self._times[0]

    def words(self, *, ended: bool) -> tuple[tuple[Word, ...], tuple[int, ...]]:
        """Return the words that are new or changed, and the numbers of those that turned out to be none.

        With `ended` all words that are left are committed, and the others withdrawn.
        """
        if self.calls and not ended:
            return (), ()
        path, rows, looked = self.path(ended=ended)
        sure = self._sure(rows, looked)
        commit = self._settings.expected if self._expected else self._settings.commit
        least = commit if ended else min(commit, self._settings.show)
        kept = [place for place in range(len(path)) if sure[place] >= least]
        if self.calls and not self._meant(self.calls):
            kept = []
        if ended and self._expected and self._expected.phrases and _carried(sure, least):
            kept = list(range(len(path)))
        before = {shown.word.number: shown for shown in self._shown}
        chances = np.exp(np.stack(self._columns))
        cuts = spans(path, len(chances))
        changed: list[Word] = []
        after: list[_Shown] = []
        earliest = -np.inf
        for place in kept:
            word = self._word(chances, path[place], cuts[place], float(sure[place]), earliest, ended)
            earliest = word.end_s
            old = self._same(before, path[place])
            if old is None:
                number, self.next_number = self.next_number, self.next_number + 1
            else:
                number = old.word.number
                del before[number]
            word = replace(word, number=number)
            after.append(_Shown(path[place].column, word))
            if old is None or ended or _differs(old.word, word):
                changed.append(word)
            else:
                after[-1].word = old.word
        self._shown = after
        return tuple(changed), tuple(sorted(before))

    def _sure(self, rows: NDArray[np.float64], looked: NDArray[np.bool_]) -> NDArray[np.float64]:
        """How sure each word is, by what is known of it."""
        bare = self._settings.weights_expected if self._expected else self._settings.weights
        return np.where(looked, confidence(rows, self._settings.weights_looked), confidence(rows[:, :COUNT], bare))

    def path(self, *, ended: bool) -> tuple[list[Spelt], NDArray[np.float64], NDArray[np.bool_]]:
        """Return the best path's words, the evidence for each [words, 14], and at which a second look was taken
        [words]: elsewhere the last two numbers are 0. With `ended`, of whole phrases only.
        """
        score, path = self._free.best()
        behind = 0.0
        if self._bound:
            free = score + self._settings.cost * len(path)
            bound, path = self._bound.best(ended=ended)
            behind = max(0.0, free - (bound + self._settings.cost_expected * len(path)))
        if not path:
            return path, np.zeros((0, _NUMBERS)), np.zeros(0, np.bool_)
        chances = np.exp(np.stack(self._columns))
        if self._expected:
            # What isn't expected is other talk, not a rival.
            words = chances[:, WORDS_FROM:]
            chances[:, WORDS_FROM - 1] += words[:, ~self._expected.allowed].sum(axis=1)
            words[:, ~self._expected.allowed] = 0
        seen = [self._seen(spelt, mass, len(path) == 1, ended) for spelt, mass in _massed(path, chances)]
        seen = seen if self._expected and self._expected.phrases else without_echoes(seen)
        path, looks = [one.spelt for one in seen], [one.look for one in seen]
        rows = np.zeros((len(path), _NUMBERS))
        rows[:, :COUNT] = evidence(chances, path, behind, np.array(self._levels, np.float32))
        for place, look in enumerate(looks):
            if look is not None:
                rows[place, COUNT:] = second_look.numbers(look, path[place].word)
        return path, rows, np.array([look is not None for look in looks])

    def _seen(self, spelt: Spelt, mass: Float, alone: bool, ended: bool) -> Seen:
        """Look again at a word, if it is one that the second look knows and something is expected: in phrases, only if
        it stands alone.
        """
        expected = self._expected
        if not (self._looks and expected and self._looks.known[spelt.word]) or (expected.phrases and not alone):
            return Seen(spelt, None)
        look = bounded(self._looks.at(spelt.column), expected.allowed)
        return Seen(replace(spelt, word=agreed(spelt.word, mass, look, expected.grammar, ended=ended)), look)

    def told(self) -> tuple[list[Spelt], NDArray[np.float64]]:
        """Return the words that may have been said and what tells whether that was meant (`overheard.standing`)."""
        path, rows, _ = self.path(ended=True)
        sure = confidence(rows[:, :COUNT], self._settings.weights)
        kept = np.flatnonzero(sure >= self._settings.show)
        if not kept.size:
            return [], np.zeros(overheard.COUNT)
        words = [path[place] for place in kept]
        spoken = sum(bool(column[NOTHING] < _EVEN) for column in self._columns)
        return words, overheard.standing(words, rows[kept], sure[kept], spoken)

    def _meant(self, calls: Calls) -> bool:
        """Say whether an utterance that was overheard is a call all the same."""
        words, told = self.told()
        sure = float(confidence(told, self._settings.weights_overheard))
        return calls.within([spelt.word for spelt in words]) and sure >= self._settings.overheard

    def _word(self, chances: Float, spelt: Spelt, span: slice, sure: float, earliest: float, ended: bool) -> Word:
        peak = span.start + int(chances[span, WORDS_FROM + spelt.word].argmax())
        end = self._times[peak] - self._settings.delay_s
        # Back through the columns in which somebody spoke.
        behind = round(self._settings.delay_s / COLUMN_S)
        first = max(0, peak - behind)
        while first > 0 and chances[first - 1, NOTHING] < 0.5 and (peak - first) * COLUMN_S < _LONGEST_S:
            first -= 1
        start = max(self._times[first] - _SPEAKING_S, earliest, end - _LONGEST_S)
        start = min(start, end - _SHORTEST_S)
        names = self._settings.words
        near = tuple((names[number], share * (1 - sure)) for number, share in others(chances, spelt.word, span))
        return Word(-1, names[spelt.word], start, end, sure, ended, near)

    def _same(self, before: dict[int, _Shown], spelt: Spelt) -> _Shown | None:
        """The word shown before at about this place: it keeps its number, though it may be another word by now."""
        near = [shown for shown in before.values() if abs(shown.column - spelt.column) <= 4]
        return min(near, key=lambda shown: abs(shown.column - spelt.column), default=None)


def _massed(path: list[Spelt], chances: Float) -> Iterator[tuple[Spelt, Float]]:
    """Go through a path's words, each with the sums of all words' chances over the columns that speak for it."""
    for spelt, span in zip(path, spans(path, len(chances)), strict=True):
        yield spelt, chances[span, WORDS_FROM:].sum(axis=0)


def _carried(sure: NDArray[np.float64], least: float) -> bool:
    """Whether a phrase is believed as a whole: by the geometric mean of its words, none of which is out of place."""
    return len(sure) > 0 and float(sure.min()) >= _CARRIED and float(np.exp(np.log(sure).mean())) >= least


def _differs(old: Word, new: Word) -> bool:
    return old.text != new.text or abs(old.confidence - new.confidence) > _CHANGED or old.committed != new.committed
