# SPDX-License-Identifier: Apache-2.0
"""From words to a line: the committed words of one utterance, once it has ended."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from phosphene.perception.percepts import Heard, Word

_LONGEST: Final = 24
"""Words of one utterance. A command is shorter; what talks on is no command."""
_PAUSE_S: Final = 1.5
"""After so long without a word the utterance has ended, though nobody said so."""


@dataclass(frozen=True, slots=True)
class Utterance:
    """What was said in one go. Times are on the host's monotonic clock."""

    words: tuple[Word, ...]

    @property
    def line(self) -> str:
        """The words as they would be typed."""
        return " ".join(word.text for word in self.words)

    @property
    def start_s(self) -> float:
        """When the first word began."""
        return self.words[0].start_s

    @property
    def confidence(self) -> float:
        """That of the least sure word."""
        return min(word.confidence for word in self.words)


class Utterances:
    """Collects committed words until their utterance ends."""

    def __init__(self) -> None:
        self._words: list[Word] = []

    def take(self, heard: Iterable[Heard]) -> list[Utterance]:
        """Take the next hops; return the utterances that ended with them."""
        ended: list[Utterance] = []
        for hop in heard:
            self._words += [word for word in hop.words if word.committed]
            paused = bool(self._words) and hop.time_s - self._words[-1].end_s > _PAUSE_S
            if (hop.ended or paused) and self._words:
                if len(self._words) <= _LONGEST:
                    ended.append(Utterance(tuple(sorted(self._words, key=lambda word: word.start_s))))
                self._words = []
        return ended
