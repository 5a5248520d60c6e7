# SPDX-License-Identifier: Apache-2.0
"""From a recorded session, when each thing was said and when each frame was there: how long people waited for pixels.

A word's time ends with its last sample, which the tape knows; an utterance's with the last sample of the hop in which
hearing said that it had ended. Frames count from when a page had them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final

from phosphene.perception.percepts import Word
from phosphene.trace.records import FrameRecord, MomentRecord

HEARD: Final = "device.heard"
"""The fact that shows words while they may still change."""
NEAR_S: Final = 0.6
"""Hearing's own idea of when a word ended is at the most so far from the truth."""
LATEST_S: Final = 2.0
"""A frame that comes later than this shows something else."""


@dataclass(frozen=True, slots=True)
class Uttered:
    """A word that was said, and when its last sample was, on the host's clock."""

    text: str
    end_s: float


@dataclass
class Waited:
    """Seconds from each cause to its pixels, and from where the network named a word; what never came to pixels."""

    word: list[float] = field(default_factory=list[float])
    named: list[float] = field(default_factory=list[float])
    """From a word's last sample to that of the hop that names it: hearing's own part of `word`."""
    commit: list[float] = field(default_factory=list[float])
    unheard: list[str] = field(default_factory=list[str])
    unseen: list[str] = field(default_factory=list[str])


@dataclass(frozen=True, slots=True)
class Session:
    """What was recorded. `shown_s` says when a frame of this number, or the next, was there."""

    moments: Sequence[MomentRecord]
    frames: Sequence[FrameRecord]
    shown_s: Callable[[int], float | None]

    def waited(self, uttered: Sequence[Uttered]) -> Waited:
        """Return how long pixels took for the words that were said, in their order, and for what was committed."""
        waited = Waited()
        taken: set[int] = set()
        for said in uttered:
            found = self._heard(said, taken)
            if found is None:
                waited.unheard.append(said.text)
                continue
            moment, word, hop_s = found
            taken.add(word.number)
            shown = self._pixels(moment.tick, lambda frame, text=word.text: text in _words_in(frame))
            if shown is None or shown - hop_s > LATEST_S:
                waited.unseen.append(said.text)
                continue
            waited.named.append(hop_s - said.end_s)
            waited.word.append(shown - said.end_s)
        for moment in self.moments:
            ended = [hop for hop in moment.sensed.heard if hop.ended and any(word.committed for word in hop.words)]
            # Where nothing else is to be seen than before, there is nothing to wait for.
            if ended and moment.scene is not None:
                shown = self._pixels(moment.tick, lambda _: True)
                if shown is not None:
                    waited.commit.append(shown - ended[0].time_s)
        return waited

    def _heard(self, said: Uttered, taken: set[int]) -> tuple[MomentRecord, Word, float] | None:
        """Return where the word was heard first, as what it was, with the time of that hop."""
        for moment in self.moments:
            if moment.time_s < said.end_s - NEAR_S:
                continue
            for hop in moment.sensed.heard:
                for word in hop.words:
                    near = abs(word.end_s - said.end_s) < NEAR_S
                    if near and word.text == said.text and word.number not in taken:
                        return moment, word, hop.time_s
            if moment.time_s > said.end_s + 2 * NEAR_S:
                break
        return None

    def _pixels(self, tick: int, wanted: Callable[[FrameRecord], bool]) -> float | None:
        """Return when the first wanted frame of this tick, or of a later one, was there."""
        for frame in self.frames:
            if frame.tick >= tick and wanted(frame):
                return self.shown_s(frame.number)
        return None


def _words_in(frame: FrameRecord) -> list[str]:
    shown = next((fact.value for fact in frame.scene.facts if fact.key == HEARD), "")
    return shown.rstrip("…").split()
