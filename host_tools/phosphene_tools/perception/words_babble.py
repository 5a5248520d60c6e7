# SPDX-License-Identifier: Apache-2.0
"""Hours of talk that isn't for the device: which words are heard that nobody said, and which tasks they would call."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import chain
from typing import Any, Final

from phosphene.models import folder
from phosphene.perception.audio.ensemble import Ensemble
from phosphene.perception.audio.front import Front
from phosphene.perception.audio.listener import Change
from phosphene.perception.audio.overheard import Calls
from phosphene.perception.audio.settings import Settings
from phosphene.perception.percepts import Word
from phosphene.sensors.blocks import RATE_HZ
from phosphene_tools.perception.kept_figures import Kept
from phosphene_tools.perception.speech_stores import Say, own_names, stores
from phosphene_tools.perception.streamed import Committing, chances, changes
from phosphene_tools.perception.words_commands import task_grammar

# A word heard so long before a stretch of talk began or after it ended may still be of it.
_SLACK_S: Final = 0.4
_SOURCES: Final = ("packaged", "synthetic")
_MOST_S: Final = 4 * 3600
"""Of each source so much is heard; they are shuffled."""
_AT_ONCE: Final = 10
"""Streams, each a minute or so, that are kept together."""


@dataclass(slots=True)
class Tally:
    """What was counted over `seconds` of talk."""

    seconds: float = 0.0
    said: int = 0
    found: int = 0
    false: Counter[str] = field(default_factory=Counter[str])
    calls: Counter[str] = field(default_factory=Counter[str])

    def add(self, kept: dict[str, Any]) -> None:
        """Add what `as_json` returned of another."""
        self.seconds += kept["seconds"]
        self.said += kept["said"]
        self.found += kept["found"]
        self.false.update(kept["false"])
        self.calls.update(kept["calls"])

    def as_json(self) -> dict[str, Any]:
        """Return all that was counted."""
        counts = {"seconds": self.seconds, "said": self.said, "found": self.found}
        return counts | {"false": dict(self.false), "calls": dict(self.calls)}

    def rates(self) -> dict[str, Any]:
        """Return the figures per hour."""
        hours = self.seconds / 3600
        return {
            "hours": round(hours, 2),
            "words_in_vocabulary": self.said,
            "of_them_heard": self.found,
            "false_words": self.false.total(),
            "false_words_per_hour": round(self.false.total() / hours, 2),
            "false_calls": self.calls.total(),
            "false_calls_per_hour": round(self.calls.total() / hours, 2),
            "most_often": dict(self.false.most_common(8)),
            "called": dict(self.calls.most_common(8)),
        }


class _Twice(Committing):
    """Overhears, and keeps what would be committed of the same utterances if anything were expected: `anything`."""

    def reset(self) -> None:
        """See Listener."""
        super().reset()
        self.anything: list[Sequence[Word]] = []

    def end(self) -> Change:
        """See Listener."""
        if self.utterance is not None:
            calls, self.utterance.calls = self.utterance.calls, None
            self.anything.append(self.utterance.words(ended=True)[0])
            self.utterance.calls = calls
        return super().end()


class Ears:
    """What listens to the talk: nobody is known to speak to the device, or anything is expected."""

    def __init__(self) -> None:
        place = folder() / "hearing"
        settings = Settings.load(place / "thresholds.toml")
        self._front = Front(Ensemble.load(place, settings.words), settings.temperature)
        self._settings = settings
        self._calls = Calls(own_names(), settings.words)
        self._commands = Commands(task_grammar(settings.words), settings.words)

    def hear(self, streams: Sequence[Any]) -> dict[str, Any]:
        """Return what is counted in these streams, overheard and where anything is expected."""
        overheard, anything = Tally(), Tally()
        for stream in streams:
            listener = _Twice(self._settings, None)
            listener.overhear(self._calls)
            found = list(changes(listener, chances(self._front, stream.samples)))
            self._count([change.words for change in found if change.ended], stream, overheard, whole=False)
            self._count(listener.anything, stream, anything, whole=True)
        return {"overheard": overheard.as_json(), "anything_expected": anything.as_json()}

    def _count(self, utterances: Iterable[Sequence[Word]], stream: Any, tally: Tally, *, whole: bool) -> None:
        tally.seconds += len(stream.samples) / RATE_HZ
        tally.said += sum(len(one.words) for one in stream.stretches)
        unsaid = [(one.begin, one.end, Counter[str](one.words)) for one in stream.stretches]
        for words in utterances:
            wrong = _unsaid(words, unsaid, tally)
            # What was overheard was believed to be a call; what anything may be is one if it is a whole command.
            called = len(words) > 1 and self._commands.has([word.text for word in words]) if whole else bool(words)
            if wrong and called:
                tally.calls[" ".join(word.text for word in words)] += 1


def babble(say: Say, kept: Kept) -> dict[str, Any]:
    """Return false words and calls per hour, for recorded talk in many languages, synthetic talk, and both, while
    nobody is known to speak to the device; and under `anything_expected` the same where anything may be said to it.

    A false word is a committed word that wasn't said. A call is an utterance with one that is believed to call a task;
    where anything is expected, one whose words are a whole command of two words or more.
    """
    from recipes.speech.babble import streams

    ears = Ears()
    found: dict[str, dict[str, Tally]] = {}
    for source in _SOURCES:
        tallies = found[source] = {"overheard": Tally(), "anything_expected": Tally()}
        waiting: list[Any] = []
        batches = 0
        for stream in chain(streams(stores(), source), (None,)):
            if stream is not None:
                waiting.append(stream)
            if waiting and (stream is None or len(waiting) == _AT_ONCE):
                if tallies["overheard"].seconds > _MOST_S:
                    break
                counted = kept.figure(f"babble-{source}-{batches}", partial(ears.hear, waiting))
                for name, tally in tallies.items():
                    tally.add(counted[name])
                waiting, batches = [], batches + 1
                one = tallies["overheard"]
                say(f"{source}: {one.seconds / 3600:.2f} h, {one.false.total()} false words")
    told = {name: _rates(found, name) for name in ("overheard", "anything_expected")}
    return told["overheard"] | {"anything_expected": told["anything_expected"]}


def _rates(found: dict[str, dict[str, Tally]], name: str) -> dict[str, Any]:
    every = Tally()
    for tallies in found.values():
        every.add(tallies[name].as_json())
    return every.rates() | {source: tallies[name].rates() for source, tallies in found.items()}


def _unsaid(words: Sequence[Word], unsaid: Sequence[tuple[float, float, Counter[str]]], tally: Tally) -> int:
    """Match an utterance's words with those that were said about then; return how many are left, which are false."""
    wrong = 0
    for word in words:
        for begin, end, left in unsaid:
            if begin - _SLACK_S <= word.end_s and word.start_s <= end + _SLACK_S and left[word.text] > 0:
                left[word.text] -= 1
                tally.found += 1
                break
        else:
            tally.false[word.text] += 1
            wrong += 1
    return wrong


class Commands:
    """Says whether a row of words is a whole command."""

    def __init__(self, patterns: Sequence[str], vocabulary: Sequence[str]) -> None:
        from phosphene.perception.audio.grammar import phrases
        from phosphene.perception.audio.numbers import NUMBER

        self._grammar = phrases(patterns, vocabulary, NUMBER)
        self._numbers = {word: number for number, word in enumerate(vocabulary)}

    def has(self, words: Sequence[str]) -> bool:
        """Return whether these words, and no others, are one of the commands."""
        places = {0}
        for word in words:
            number = self._numbers[word]
            places = {
                int(behind)
                for place in places
                for behind in self._grammar.after[place].nonzero()[0]
                if self._grammar.words[behind] == number
            }
        return any(bool(self._grammar.last[place]) for place in places)
