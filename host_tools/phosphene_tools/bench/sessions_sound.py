# SPDX-License-Identifier: Apache-2.0
"""A stage with ears: what is said is sound, and it is heard by the device's own hearing, told what may be said."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from difflib import SequenceMatcher
from typing import Final

import numpy as np

from phosphene.loop.expect import expected, spoken_to
from phosphene.perception.audio.hearing import Hearing
from phosphene.perception.audio.hops import HOP
from phosphene.perception.percepts import Heard, Word
from phosphene.policy.consent import LOOKING
from phosphene.senses.perceived import Expectation, Overheard
from phosphene.sensors.blocks import RATE_HZ, Sound
from phosphene_tools.bench.sessions_voices import Says
from phosphene_tools.perception.speech_stores import Samples, as_int16
from phosphene_tools.sessions.stage import IDLE_S, Spoken, Stage, Steps

HOP_S: Final = HOP / RATE_HZ
_AFTER_S: Final = 1.4
"""So long somebody is silent after an utterance: its words come about 0.9 s after its end."""
_SPEECH_DB: Final = -24.0
_QUIET_DB: Final = 46.0
"""Of a quiet room: that far below the speech."""
_RUMBLE_HZ: Final = 60.0


@dataclass(slots=True)
class Room:
    """Noise without an end, `below_db` below speech: pink, with the hum of a machine that swells. The bench's own."""

    rng: np.random.Generator
    below_db: float = _QUIET_DB
    _phase: float = 0.0

    def sound(self, count: int) -> Samples:
        """Return so many samples more."""
        spectrum = np.fft.rfft(self.rng.standard_normal(count))
        spectrum /= np.sqrt(np.maximum(np.fft.rfftfreq(count, 1 / RATE_HZ), _RUMBLE_HZ))
        pink = np.fft.irfft(spectrum, count)
        at = self._phase + np.arange(count) / RATE_HZ
        self._phase += count / RATE_HZ
        hum = sum(np.sin(2 * math.pi * 100 * k * at) / k for k in (1, 2, 3)) * (1 + 0.5 * np.sin(2 * math.pi * at / 7))
        made = pink / max(float(pink.std()), 1e-9) + 0.3 * np.asarray(hum)
        level = 10 ** ((_SPEECH_DB - self.below_db) / 20) / max(float(np.sqrt(np.mean(made**2))), 1e-9)
        return (made * level).astype(np.float32)


@dataclass(slots=True)
class Counted:
    """Words of the vocabulary that were said, those of them that were heard in their order, and those put in."""

    said: int = 0
    right: int = 0
    put_in: int = 0

    def add(self, said: Sequence[str], heard: Sequence[str]) -> None:
        """Count one utterance."""
        match = SequenceMatcher(None, said, heard, autojunk=False)
        right = sum(block.size for block in match.get_matching_blocks())
        self.said += len(said)
        self.right += right
        self.put_in += max(0, len(heard) - len(said))


@dataclass(slots=True)
class ClearStage(Stage):
    """A stage that hears each of the words that hearing knows, when it would hear them."""

    sayable: frozenset[str] = field(kw_only=True)

    def say(self, words: Sequence[Spoken], pace_s: float = 0.4) -> Steps:
        """Somebody says something."""
        yield from self.say_at_once([word for word in words if word.text in self.sayable], pace_s)


@dataclass(slots=True)
class SoundStage(Stage):
    """A step is due as in the device's loop: when words are committed, an utterance ends, or nothing was for long.

    `hearing` begins anew with the session. Sound may lag behind the clock for a moment and then catches up.
    """

    says: Says = field(kw_only=True)
    sayable: frozenset[str] = field(kw_only=True)
    hearing: Hearing = field(kw_only=True)
    room: Room = field(kw_only=True)
    free: Counted = field(default_factory=Counted)
    """Where any task may be named."""
    bound: Counted = field(default_factory=Counted)
    """Where a few words were expected."""
    _heard_s: float = 0.0
    _expected: Expectation = None
    _committed: list[str] = field(default_factory=list[str])

    def __post_init__(self) -> None:
        self.hearing.reset()
        self.hearing.expect()
        self._heard_s = self.now_s

    def say(self, words: Sequence[Spoken], pace_s: float = 0.4) -> Steps:
        """Somebody says something in their own voice, at their own pace, and waits for what comes of it."""
        del pace_s
        said = [word.text for word in words if word.text in self.sayable]
        counted = self.bound if isinstance(self._expected, frozenset) else self.free
        self._committed.clear()
        behind = max(0, round((self.now_s - self._heard_s) * RATE_HZ))
        yield from self._sounds(np.pad(self.says([word.text for word in words]), (behind, 0)))
        yield from self.wait(_AFTER_S)
        if self.person.looking >= LOOKING:  # what is said to somebody else is better not heard
            counted.add(said, self._committed)

    def wait(self, seconds: float) -> Steps:
        """Nothing is said for a while."""
        missing = self.now_s + seconds - self._heard_s
        yield from self._sounds(np.zeros(max(0, round(missing * RATE_HZ)), np.float32))

    def _sounds(self, samples: Samples) -> Steps:
        padded = np.pad(samples, (0, -samples.size % HOP))
        if not padded.size:
            return
        padded = as_int16(padded + self.room.sound(padded.size))
        for at in range(0, padded.size, HOP):
            self._expect()
            heard = self.hearing.hear(Sound(padded[at : at + HOP], self._heard_s))
            self._heard_s += HOP_S
            self._pass(max(0.0, self._heard_s - self.now_s))
            for hop in heard:
                yield from self._take(hop)

    def _take(self, hop: Heard) -> Steps:
        standing = {word.number: word for word in self._words}
        for number in hop.withdrawn:
            standing.pop(number, None)
        standing |= {word.number: word for word in hop.words}
        self._words = sorted(standing.values(), key=lambda word: word.start_s)[-32:]
        committed: list[Word] = [word for word in hop.words if word.committed]
        self._committed += [word.text for word in committed]
        if committed or hop.ended or self.now_s - self._stepped_s >= IDLE_S:
            yield from self._step(ended=hop.ended)

    def _expect(self) -> None:
        """Tell the ears what may be said, as `phosphene.loop.expect` does, in the words that they know."""
        now: Expectation = expected(self.dialogue)
        if not spoken_to(self.dialogue, replace(self.person, time_s=self.now_s), self.now_s):
            now = Overheard(tuple(name for task in self.lexicon.tasks for name in task.says))
        if now == self._expected:
            return
        self._expected = now
        if isinstance(now, Overheard):
            self.hearing.overhear(now.calls)
        else:
            self.hearing.expect(None if now is None else sorted(now & set(self.hearing.vocabulary)))
