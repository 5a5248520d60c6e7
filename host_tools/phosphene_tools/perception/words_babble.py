# SPDX-License-Identifier: Apache-2.0
"""Hours of talk that isn't for the device: which words are heard that nobody said, and which tasks they would call."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from phosphene.perception.audio.hops import HOP
from phosphene.perception.percepts import Word
from phosphene.sensors.blocks import RATE_HZ, Sound
from phosphene_tools.perception.speech_stores import Say, as_int16, shipped, stores
from phosphene_tools.perception.words_commands import task_grammar

# A word heard so long before a stretch of talk began or after it ended may still be of it.
_SLACK_S = 0.4


@dataclass(slots=True)
class Tally:
    """What was counted over `seconds` of talk."""

    seconds: float = 0.0
    said: int = 0
    found: int = 0
    false: Counter[str] = field(default_factory=Counter[str])
    calls: Counter[str] = field(default_factory=Counter[str])

    def rates(self) -> dict[str, Any]:
        """Return the figures per hour."""
        hours = self.seconds / 3600
        return {
            "hours": round(hours, 2),
            "words_in_vocabulary": self.said,
            "of_them_heard": self.found,
            "false_words": sum(self.false.values()),
            "false_words_per_hour": round(sum(self.false.values()) / hours, 2),
            "false_calls": sum(self.calls.values()),
            "false_calls_per_hour": round(sum(self.calls.values()) / hours, 2),
            "most_often": dict(self.false.most_common(8)),
        }


def babble(say: Say, most_hours: float | None = None) -> dict[str, Any]:
    """Return false words and calls per hour, for recorded talk in many languages, synthetic talk, and both.

    A false word is a committed word that wasn't said, out of anything; a call is an utterance whose committed words
    are a command of the device's tasks, of two words or more, that wasn't said.
    """
    from recipes.speech.babble import streams

    found: dict[str, Any] = {}
    everything = Tally()
    for source in ("packaged", "synthetic"):
        tally = Tally()
        hearing = shipped()
        commands = Commands(task_grammar(hearing.vocabulary), hearing.vocabulary)
        for stream in streams(stores(), source):
            if most_hours is not None and tally.seconds > most_hours * 3600:
                break
            samples = as_int16(stream.samples)
            hearing.reset()
            utterance: list[Word] = []
            unsaid = [(one.begin, one.end, Counter(one.words)) for one in stream.stretches]
            tally.seconds += samples.size / RATE_HZ
            tally.said += sum(len(one.words) for one in stream.stretches)
            for at in range(0, samples.size, HOP):
                for one in hearing.hear(Sound(samples[at : at + HOP], at / RATE_HZ)):
                    utterance += [word for word in one.words if word.committed]
                    if one.ended:
                        _judge(utterance, unsaid, commands, tally)
                        utterance = []
            _judge(utterance, unsaid, commands, tally)
            say(f"{source}: {tally.seconds / 3600:.2f} h, {sum(tally.false.values())} false words")
        found[source] = tally.rates()
        everything.seconds += tally.seconds
        everything.said += tally.said
        everything.found += tally.found
        everything.false += tally.false
        everything.calls += tally.calls
    return everything.rates() | found


def _judge(
    words: Sequence[Word], unsaid: Sequence[tuple[float, float, Counter[str]]], commands: Commands, tally: Tally
) -> None:
    """Match an utterance's words with those that were said about then; the rest is false."""
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
    if wrong and len(words) > 1 and commands.has([word.text for word in words]):
        tally.calls[" ".join(word.text for word in words)] += 1


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
