# SPDX-License-Identifier: Apache-2.0
"""What is to be heard next, and what is not worth hearing any more. Pure: times come from outside."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import IntEnum
from typing import Final

from phosphene.sound.chimes import Chime
from phosphene.sound.spoken import Spoken

FRESH_S: Final = 2.0
"""What was made longer ago is not begun."""


class Priority(IntEnum):
    """The higher goes first; FAULT and ALARM interrupt what is lower."""

    CHIME = 0
    ANSWER = 1
    FAULT = 2
    """A refusal, or a state in which the device can't do all that it should."""
    ALARM = 3


@dataclass(frozen=True, slots=True)
class Utterance:
    """A chime, a sentence, or both, made at `made_s`. A newer one of the same `topic` takes its place.

    One that `lasts` tells a state that goes on until the topic is ended: it doesn't grow old while it waits, and begins
    again when it was interrupted. With `every_s` it also comes again so many seconds after its end.
    """

    priority: Priority
    topic: str
    made_s: float
    chime: Chime | None = None
    spoken: Spoken | None = None
    lasts: bool = False
    every_s: float | None = None
    not_before_s: float = 0.0

    @property
    def text(self) -> str:
        """Its words, empty for a chime alone."""
        return self.spoken.text if self.spoken is not None else ""

    def fresh(self, now_s: float) -> bool:
        """Whether it may still be begun: not too old, and no value in it too old to be told."""
        good_for_s = self.spoken.good_for_s if self.spoken is not None else None
        age_s = now_s - self.made_s
        return (self.lasts or age_s <= FRESH_S) and (good_for_s is None or age_s <= good_for_s)


@dataclass(slots=True)
class Agenda:
    """One utterance that is being heard, and those that wait. `cut` says that the one that is heard is to end."""

    current: Utterance | None = None
    cut: bool = False
    waiting: list[Utterance] = field(default_factory=list[Utterance])

    def add(self, new: Utterance) -> list[Utterance]:
        """Put `new` in its place; return those that it takes the place of."""
        replaced = [one for one in self.waiting if one.topic == new.topic]
        self.waiting = [one for one in self.waiting if one.topic != new.topic]
        self.waiting.append(new)
        current = self.current
        # A chime is over soon: an answer lets it end.
        if current is not None and (
            new.topic == current.topic or new.priority > max(current.priority, Priority.ANSWER)
        ):
            self.cut = True
        return replaced

    def end(self, topic: str) -> bool:
        """What `topic` tells is over. Return whether it was never heard, not even its beginning."""
        unheard = any(one.topic == topic and one.not_before_s == 0.0 for one in self.waiting)
        self.waiting = [one for one in self.waiting if one.topic != topic]
        if self.current is not None and self.current.topic == topic:
            # Nor does it come again.
            self.current = replace(self.current, lasts=False, every_s=None)
            self.cut = True
        return unheard

    def forget(self, now_s: float) -> list[Utterance]:
        """Drop what is too old to be begun, and return it."""
        old = [one for one in self.waiting if not one.fresh(now_s)]
        self.waiting = [one for one in self.waiting if one.fresh(now_s)]
        return old

    def begin(self, now_s: float) -> Utterance | None:
        """Take the most urgent, the oldest of several; None when nothing is due."""
        due = [one for one in self.waiting if one.not_before_s <= now_s and one.fresh(now_s)]
        if not due:
            return None
        self.current = max(due, key=lambda one: (one.priority, -one.made_s))
        self.waiting.remove(self.current)
        self.cut = False
        return self.current

    def finish(self, now_s: float, *, heard: bool) -> None:
        """The current one is over: `heard` to its end, or not. One that lasts or repeats waits again."""
        done, self.current = self.current, None
        self.cut = False
        if done is None or any(one.topic == done.topic for one in self.waiting):
            return
        if heard and done.every_s is not None:
            self.waiting.append(replace(done, made_s=now_s, not_before_s=now_s + done.every_s))
        elif not heard and done.lasts:
            # From now on it is one whose beginning was heard.
            self.waiting.append(replace(done, not_before_s=now_s))
