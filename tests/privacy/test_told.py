# SPDX-License-Identifier: Apache-2.0
"""Muted is told calmly: on the screen, once by a chime, in the trace; and what was being said is forgotten."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from phosphene.condition import Condition
from phosphene.loop.outputs import Speaking
from phosphene.moment import Moment, Sensed
from phosphene.painter.scene import Urgency
from phosphene.perception.percepts import Heard, Word
from phosphene.sound.chimes import Chime
from phosphene.sound.events import Happening
from phosphene.sound.voice import Voice
from phosphene.trace.records import MomentRecord, decode, encode
from tests.broker.desk import run_time_folder
from tests.loop.sitting import Sitting, before_the_device
from tests.sensors.waiting import until
from tests.sound.deck import Deck, Diary

__all__ = ["run_time_folder"]


def hop(time_s: float, number: int, text: str) -> Heard:
    return Heard(time_s, -30.0, 0.9, (Word(number, text, time_s - 0.2, time_s, 0.9, committed=False),))


def test_the_screen_says_so_and_stays_calm_and_whole() -> None:
    async def scenario(person: Sitting) -> None:
        before = await person.until(lambda scene: scene.title == "What shall I do?")
        person.inbox.heard((hop(person.now_s(), 1, "timer"),))
        await person.until(lambda scene: any(fact.key == "device.heard" for fact in scene.facts))
        person.inbox.condition(Condition.MUTED, there=True)
        scene = await person.until(lambda scene: scene.title == "Muted. What shall I do?")
        assert scene.choices == before.choices, "all that can be touched is there still"
        assert scene.facts == (), "what was being said is taken back"
        assert person.moment.words == ()
        assert (scene.urgency, scene.seed) == (Urgency.CALM, before.seed)
        assert "(camera and microphone muted)" in person.hint
        # Fingers and typed lines still count.
        await person.type("exact.integer 6 * 7", "Muted. ")
        kept = decode(encode(MomentRecord.of(person.moment, None)), MomentRecord, "a record")
        assert Condition.MUTED in kept.sensed.conditions
        person.inbox.condition(Condition.MUTED, there=False)
        await person.until(lambda scene: not scene.title.startswith("Muted"))

    before_the_device(scenario)


def test_it_is_heard_once_when_it_begins_and_once_when_it_is_over() -> None:
    deck, diary = Deck(), Diary()
    deck.let(60)
    voice = Voice(deck, None, diary)
    voice.start()
    try:
        speaking, moment = Speaking(voice), Moment.first(0.0)
        muted = replace(moment, sensed=Sensed(conditions=frozenset({Condition.MUTED})))

        async def loop() -> None:
            for now in (*[muted] * 20, *[moment] * 20):
                speaking.take(now)
                await asyncio.sleep(0.05)

        asyncio.run(loop())
        until(lambda: len(diary.of(Happening.ENDED)) >= 2)
    finally:
        voice.stop()
    assert [event.chime for event in diary.of(Happening.BEGAN)] == [Chime.MUTED, Chime.BACK]
