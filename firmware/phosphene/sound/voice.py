# SPDX-License-Identifier: Apache-2.0
"""A device's voice: says what a scene shows and chimes what happens, never blocking who calls."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final

from phosphene.painter.scene import Intent, Scene
from phosphene.sound.agenda import Priority, Utterance
from phosphene.sound.chimes import Chime
from phosphene.sound.engine import Engine
from phosphene.sound.events import Happening, SoundEvent, SoundStatus
from phosphene.sound.player import Player
from phosphene.sound.speaker import Speaker
from phosphene.sound.speech import Speaks
from phosphene.sound.spoken import Spoken, Why, sentence
from phosphene.sound.states import BEGINS, ENDS

ALARM_EVERY_S: Final = 1.5
_SCENE: Final = "scene"
_CHIME: Final = "chime"
_PRIORITIES: Final = {Intent.ALARM: Priority.ALARM, Intent.REFUSE: Priority.FAULT}
_PRELUDES: Final = {Intent.CONFIRM: Chime.CONFIRM, Intent.REFUSE: Chime.REFUSED}


class Voice:
    """`speaker` None is silence; `engine` None leaves the chimes. `tell` gets every SoundEvent, the spoken text among
    them, from other threads: it must be quick and not raise.

    `tell`, `chime`, `over` and `hush` belong to one thread, the loop's, and return at once.
    """

    def __init__(
        self, speaker: Speaker | None, engine: Speaks | None, tell: Callable[[SoundEvent], None] | None = None
    ) -> None:
        self._report = tell
        self._engine = Engine(engine, self._event) if engine is not None and speaker is not None else None
        self._player = Player(speaker, self._engine, self._event) if speaker is not None else None
        self._states: set[Chime] = set()

    def start(self) -> None:
        """Open speaker and engine, in threads of their own; how that goes is told."""
        if self._engine is not None:
            self._engine.start()
        if self._player is not None:
            self._player.start()

    def stop(self) -> bool:
        """Fall silent and close both. Return False when a driver hangs and was left to itself."""
        done = self._player.stop() if self._player is not None else True
        if self._engine is not None:
            self._engine.stop()
        return done

    def tell(self, before: Scene | None, now: Scene, why: Why = Why.CAME) -> Spoken | None:
        """`now` is shown after `before`. Return what is going to be said about it, None for nothing.

        With Why.ASKED, which is for the one call after a decision or a touch, it is said. With Why.CAME it is when it
        is an alarm, a refusal or a changed confirmation; the same screen with newer values is not. What was being said
        about another screen is cut, and so is a sentence with a value that is gone or struck by now.
        """
        if before is not None and _screen(before) == _screen(now) and why is Why.CAME:
            said = self._player.said(_SCENE) if self._player is not None else frozenset[str]()
            if said - {fact.key for fact in now.facts if not fact.stale}:
                self._end(_SCENE)
            return None
        self._end(_SCENE)
        if now.intent is not Intent.ALARM:
            self._end(Chime.ALARM)
        elif before is None or before.intent is not Intent.ALARM:
            self.chime(Chime.ALARM)
        spoken = sentence(now, Why.ASKED if now.intent is Intent.CONFIRM else why)
        if spoken is not None:
            priority = _PRIORITIES.get(now.intent, Priority.ANSWER)
            self._add(Utterance(priority, _SCENE, time.monotonic(), _PRELUDES.get(now.intent), spoken))
        return spoken

    def chime(self, chime: Chime) -> None:
        """Sound `chime`. A state that lasts is told once, with words, until it is `over`; the alarm comes again."""
        now_s = time.monotonic()
        if chime in BEGINS:
            if chime not in self._states:
                self._states.add(chime)
                spoken = Spoken(BEGINS[chime])
                self._add(Utterance(Priority.FAULT, chime, now_s, chime, spoken, lasts=True))
        elif chime is Chime.ALARM:
            self._add(Utterance(Priority.ALARM, chime, now_s, chime, lasts=True, every_s=ALARM_EVERY_S))
        else:
            self._add(Utterance(Priority.CHIME, _CHIME, now_s, chime))

    def over(self, chime: Chime) -> None:
        """The state or the alarm is over. Of a state that was heard, its end is told, too."""
        if chime is Chime.ALARM:
            self._end(chime)
        if chime not in self._states:
            return
        self._states.discard(chime)
        if not self._end(chime):
            spoken = Spoken(ENDS[chime])
            self._add(Utterance(Priority.FAULT, chime, time.monotonic(), Chime.BACK, spoken))

    def hush(self) -> None:
        """Somebody speaks or touches: cut an answer. States and alarms go on."""
        self._end(_SCENE)
        self._end(_CHIME)

    @property
    def speaking_until_s(self) -> float:
        """When the device's own sound ends, on the monotonic clock; what is heard until then may be itself."""
        return self._player.speaking_until_s if self._player is not None else 0.0

    @property
    def speaking(self) -> bool:
        """Whether the device sounds now."""
        return time.monotonic() < self.speaking_until_s

    def status(self) -> SoundStatus:
        """Return how it does, for the console."""
        player, engine = self._player, self._engine
        return SoundStatus(
            speaker=player.name if player is not None else "none",
            speaker_text=player.text if player is not None else "there is no speaker",
            speech=engine.name if engine is not None else "none",
            speech_text=engine.text if engine is not None else "only chimes: there is no speech engine",
            speaking=self.speaking,
        )

    def _add(self, utterance: Utterance) -> None:
        if self._player is not None:
            self._player.add(utterance)

    def _end(self, topic: str) -> bool:
        return self._player.end(topic) if self._player is not None else True

    def _event(self, happening: Happening, text: str, chime: Chime | None = None) -> None:
        if self._report is not None:
            self._report(SoundEvent(time.monotonic(), happening, text, chime))


def _screen(scene: Scene) -> object:
    """What makes a screen another one. A confirmation is another when a value in it is."""
    values = tuple(fact.shown for fact in scene.facts) if scene.intent is Intent.CONFIRM else ()
    keys = tuple(fact.key for fact in scene.facts), tuple(choice.key for choice in scene.choices)
    return scene.intent, scene.seed, scene.title, keys, values
