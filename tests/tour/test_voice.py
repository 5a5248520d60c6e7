# SPDX-License-Identifier: Apache-2.0
"""What the scripted visitor says is heard as it is said, by the networks that ship."""

from __future__ import annotations

import asyncio

import numpy as np
import pytest
from numpy.typing import NDArray

from phosphene.perception.audio import Hearing
from phosphene.sensors.blocks import RATE_HZ, Sound
from phosphene.sound.errors import SoundError
from phosphene_tools.tour.acts import ACTS
from phosphene_tools.tour.room import Room, RoomMicrophone
from phosphene_tools.tour.script import How
from phosphene_tools.tour.voice import Voice
from tests.tour.test_script import FILLERS

SENTENCES = sorted({step.what for act in ACTS for step in act.steps if step.how is How.SAYS})
ANSWERS = {"yes", "no", "stop", "cancel"}
"""What the device expects where one of them is said (`phosphene.loop.expect`)."""


class Silent:
    """A speech engine that isn't installed."""

    name = "none"

    def open(self) -> None:
        raise SoundError("there is none", place="speech engine")

    def say(self, text: str) -> NDArray[np.int16]:
        raise AssertionError(text)

    def close(self) -> None:
        pass


@pytest.fixture(scope="module")
def hearing() -> Hearing:
    return Hearing.load()


def heard(hearing: Hearing, spoken: NDArray[np.int16]) -> list[str]:
    """Return the words that are committed of what is said in a room after a second of quiet, and two more after it."""
    quiet = np.zeros(RATE_HZ, np.int16)
    noise = np.random.default_rng(3).normal(0, 12, spoken.size + 3 * RATE_HZ)
    tape = np.rint(np.concatenate((quiet, spoken, quiet, quiet)) + noise).astype(np.int16)
    hops = hearing.hear(Sound(tape, 100.0))
    return [word.text for hop in hops for word in hop.words if word.committed]


@pytest.mark.parametrize("sentence", SENTENCES)
def test_each_sentence_is_heard(hearing: Hearing, sentence: str) -> None:
    voice = Voice()

    async def said() -> NDArray[np.int16] | None:
        await voice.open()
        if not voice.ready:
            pytest.skip(f"no voice here: {voice.why_not}")
        return await voice.sound(sentence)

    try:
        spoken = asyncio.run(said())
    finally:
        voice.close()
    assert spoken is not None
    hearing.expect(sorted(ANSWERS) if sentence in ANSWERS else None)
    found = heard(hearing, spoken)
    assert [word for word in found if word not in FILLERS] == [word for word in sentence.split() if word not in FILLERS]


def test_without_an_engine_it_says_why_it_has_no_voice() -> None:
    voice = Voice(Silent())
    asyncio.run(voice.open())
    assert not voice.ready
    assert "there is none" in voice.why_not


def test_the_microphone_hears_the_room_and_what_is_said_in_it() -> None:
    room = Room()
    microphone = RoomMicrophone(room)
    microphone.open()
    try:
        before = microphone.read(1.0)
        assert room.say(np.full(RATE_HZ // 50, 8000, np.int16)) == pytest.approx(0.02)
        during, after = microphone.read(1.0), microphone.read(1.0)
    finally:
        microphone.close()
    assert before is not None
    assert during is not None
    assert after is not None
    assert 0 < np.abs(before.samples).max() < 100, "a room is never quite silent"
    assert during.samples.mean() == pytest.approx(8000, abs=20)
    assert np.abs(after.samples).max() < 100
    assert during.time_s == pytest.approx(before.end_s)
