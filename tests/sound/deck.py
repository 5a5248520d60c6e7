# SPDX-License-Identifier: Apache-2.0
"""A speaker whose tape a test looks at: it plays as much as the test lets it, and can be unplugged."""

from __future__ import annotations

import threading

import numpy as np

from phosphene.sound.errors import SoundError
from phosphene.sound.events import Happening, SoundEvent
from phosphene.sound.samples import RATE_HZ, Samples, cut_off, silence
from tests.sensors.waiting import until


class Deck:
    """`let` grants seconds of sound, silence apart; `tape` is what was heard."""

    name = "deck"
    live = True

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._granted = 0
        self._left = silence(0.0)
        self.plugged = True
        self.tape = silence(0.0)

    def let(self, seconds: float) -> None:
        """Let so much more be played."""
        with self._lock:
            self._granted += round(seconds * RATE_HZ)

    def open(self) -> None:
        self._left = silence(0.0)
        self.check()

    def play(self, samples: Samples) -> None:
        self.check()
        self._left = np.concatenate((self._left, samples))

    def cut(self) -> None:
        self.check()
        self._left = cut_off(self._left)

    @property
    def ahead_s(self) -> float:
        return self._left.size / RATE_HZ

    def check(self) -> None:
        if not self.plugged:
            raise SoundError("unplugged", place=self.name, cure="plug it in again")
        with self._lock:
            heard, self._left = self._left[: self._granted], self._left[self._granted :]
            self._granted -= heard.size
            self.tape = np.concatenate((self.tape, heard))

    def close(self) -> None:
        return


class Diary:
    """The events that were told."""

    def __init__(self) -> None:
        self.events: list[SoundEvent] = []

    def __call__(self, event: SoundEvent) -> None:
        self.events.append(event)

    def of(self, happening: Happening) -> list[SoundEvent]:
        """Return those of one kind."""
        return [event for event in self.events if event.happening is happening]

    def wait(self, happening: Happening, count: int = 1) -> SoundEvent:
        """Return the newest of a kind when there are so many."""
        until(lambda: len(self.of(happening)) >= count)
        return self.of(happening)[-1]
