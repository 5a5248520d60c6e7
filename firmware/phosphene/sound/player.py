# SPDX-License-Identifier: Apache-2.0
"""Plays what the agenda holds, in a thread of its own; cuts what is superseded, and gets a lost speaker back."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Final

import numpy as np

from phosphene.sound.agenda import Agenda, Utterance
from phosphene.sound.chimes import Chime, wave
from phosphene.sound.engine import Engine
from phosphene.sound.errors import SoundError
from phosphene.sound.events import Happening
from phosphene.sound.samples import Samples, silence
from phosphene.sound.speaker import Speaker

_LOOK_S: Final = 0.25
_STEP_S: Final = 0.02
_FIRST_BACKOFF_S: Final = 0.25
_LONGEST_BACKOFF_S: Final = 2.0
_BEFORE_WORDS_S: Final = 0.08
# Between two utterances.
_AFTER: Final = silence(0.03)


class Player:
    """Owns a speaker. `tell` gets what happens, from this thread: it must be quick and not raise."""

    def __init__(
        self,
        speaker: Speaker,
        engine: Engine | None,
        tell: Callable[[Happening, str, Chime | None], None],
    ) -> None:
        self._speaker = speaker
        self._engine = engine
        self._tell = tell
        self._agenda = Agenda()
        self._changed = threading.Condition()
        self._stopping = threading.Event()
        self._until_s = 0.0
        self._text = "it is being opened"
        self._was_lost = False
        self._thread = threading.Thread(target=self._run, name=speaker.name, daemon=True)

    @property
    def name(self) -> str:
        """The speaker's."""
        return self._speaker.name

    @property
    def text(self) -> str:
        """What is wrong with the speaker; empty when nothing is."""
        return self._text

    @property
    def speaking_until_s(self) -> float:
        """When the last sample of what is being heard, or was last, leaves the speaker; on the monotonic clock."""
        return self._until_s

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self, patience_s: float = 3.0) -> bool:
        """Cut what is heard and close the speaker. Return False when its driver hangs and was left to itself."""
        with self._changed:
            self._stopping.set()
            self._agenda.cut = True
            self._changed.notify_all()
        self._thread.join(patience_s)
        self._speaker.close()
        self._thread.join(patience_s)
        return not self._thread.is_alive()

    def add(self, utterance: Utterance) -> None:
        """Have it heard, in its turn."""
        with self._changed:
            replaced = self._agenda.add(utterance)
            self._changed.notify_all()
        for one in replaced:
            self._tell(Happening.DROPPED, one.text, one.chime)

    def end(self, topic: str) -> bool:
        """What `topic` tells is over: cut it, or forget it. Return whether it was never heard."""
        with self._changed:
            unheard = self._agenda.end(topic)
            self._changed.notify_all()
        return unheard

    def said(self, topic: str) -> frozenset[str]:
        """Return the keys of the facts whose values are being said, or are to be, about `topic`."""
        with self._changed:
            there = [*self._agenda.waiting, *([self._agenda.current] if self._agenda.current is not None else [])]
        return frozenset(key for one in there if one.topic == topic and one.spoken for key in one.spoken.facts)

    def _run(self) -> None:
        backoff_s = _FIRST_BACKOFF_S
        while not self._stopping.is_set():
            try:
                self._speaker.open()
                self._opened()
                while not self._stopping.is_set():
                    self._turn()
                    backoff_s = _FIRST_BACKOFF_S
            except SoundError as error:
                self._lost(error)
            self._speaker.close()
            if not self._speaker.live:
                backoff_s = float("inf")
            self._wait_without(backoff_s)
            backoff_s = min(2 * backoff_s, _LONGEST_BACKOFF_S)

    def _turn(self) -> None:
        """Play the next utterance, or see that the speaker is still there."""
        with self._changed:
            utterance = self._agenda.begin(time.monotonic())
            if utterance is None:
                self._changed.wait(_LOOK_S)
        self._forget()
        if utterance is None:
            self._speaker.check()
            return
        heard = False
        try:
            heard = self._perform(utterance)
        finally:
            with self._changed:
                self._agenda.finish(time.monotonic(), heard=heard)

    def _perform(self, utterance: Utterance) -> bool:
        samples, text = self._sound(utterance)
        if self._agenda.cut or not samples.size:
            self._tell(Happening.DROPPED, utterance.text, utterance.chime)
            return not samples.size
        try:
            self._speaker.play(np.concatenate((samples, _AFTER)))
        except SoundError:
            self._tell(Happening.DROPPED, utterance.text, utterance.chime)
            raise
        self._until_s = time.monotonic() + self._speaker.ahead_s
        self._tell(Happening.BEGAN, text, utterance.chime)
        whole = False
        try:
            whole = self._see_to_its_end()
        finally:
            self._until_s = min(self._until_s, time.monotonic())
            self._tell(Happening.ENDED if whole else Happening.CUT, text, utterance.chime)
        return whole

    def _see_to_its_end(self) -> bool:
        """Return whether it came to its own; when nothing of it is to be heard any more."""
        cut = False
        while (ahead_s := self._speaker.ahead_s) > 0.0:
            with self._changed:
                if cut or not self._agenda.cut:
                    self._changed.wait(min(_STEP_S, ahead_s))
            if self._agenda.cut and not cut:
                cut = True
                self._speaker.cut()
            self._speaker.check()
            self._until_s = time.monotonic() + self._speaker.ahead_s
        return not cut

    def _sound(self, utterance: Utterance) -> tuple[Samples, str]:
        """Return what is played, and the words in it: none where there is no engine."""
        chime = wave(utterance.chime) if utterance.chime is not None else silence(0.0)
        words = self._engine.say(utterance.text) if self._engine is not None and utterance.text else None
        if words is None or not words.size:
            return chime, ""
        pause = silence(_BEFORE_WORDS_S) if chime.size else silence(0.0)
        return np.concatenate((chime, pause, words)), utterance.text

    def _forget(self) -> None:
        with self._changed:
            old = self._agenda.forget(time.monotonic())
        for one in old:
            self._tell(Happening.DROPPED, one.text, one.chime)

    def _wait_without(self, seconds: float) -> None:
        until_s = time.monotonic() + seconds
        while not self._stopping.is_set() and time.monotonic() < until_s:
            self._stopping.wait(_LOOK_S)
            self._forget()

    def _opened(self) -> None:
        self._text = ""
        if self._was_lost:
            self._was_lost = False
            self._tell(Happening.BACK, self._speaker.name, None)

    def _lost(self, error: SoundError) -> None:
        self._text = str(error)
        self._until_s = min(self._until_s, time.monotonic())
        if not self._was_lost and not self._stopping.is_set():
            self._was_lost = True
            self._tell(Happening.GONE, str(error), None)
