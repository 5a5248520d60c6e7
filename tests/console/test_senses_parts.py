# SPDX-License-Identifier: Apache-2.0
"""The parts behind `/senses`: the page's clock, what waits for a page, how fast it may talk."""

from __future__ import annotations

import asyncio
import time
from random import Random

import numpy as np
import pytest

from phosphene.console.budget import Budget
from phosphene.console.outbox import MOST, Outbox
from phosphene.console.page_clock import PageClock
from phosphene.console.senses_messages import PagePicture, PageSound, Take, TrackFormat
from phosphene.console.visitor import Visitor
from phosphene.sensors.blocks import Sound


def test_the_pages_clock_is_told_without_the_jitter_of_the_way() -> None:
    drawn, clock = Random(3), PageClock()
    errors: list[float] = []
    for at in range(600):
        theirs = 5000 + at / 15
        true = 100 + at / 15
        told = clock.host_s(theirs, true + 0.01 + drawn.expovariate(1 / 0.05))
        if at > 30:
            errors.append(told - true - 0.01)
    assert max(map(abs, errors)) < 0.02


def test_a_clock_that_runs_faster_is_followed_and_nothing_comes_from_the_future() -> None:
    clock = PageClock()
    for at in range(3000):
        arrived = at / 15
        told = clock.host_s(arrived * 1.001, arrived)
        assert told <= arrived
        assert arrived - told < 0.02


def test_a_page_that_stalls_gets_the_newest_and_not_all_that_it_missed() -> None:
    async def scenario() -> None:
        outbox = Outbox()
        for number in range(1000):
            outbox.put({"number": number})
            outbox.replace("seen", {"seen": number})
            outbox.replace("picture", b"head", {"picture": number})
        waiting = await outbox.next()
        assert len(waiting) == MOST + 3
        assert waiting[MOST - 1 :] == [{"number": 999}, {"seen": 999}, b"head", {"picture": 999}]
        assert outbox.lost == 1000 - MOST
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(outbox.next(), 0.05)

    asyncio.run(scenario())


def test_who_talks_too_fast_waits() -> None:
    async def scenario() -> float:
        budget = Budget(bytes_per_s=1000, messages_per_s=1000)
        began = time.monotonic()
        for _ in range(12):
            await budget.spend(100)
        return time.monotonic() - began

    # A burst of one second is free, the rest takes its time; an upper bound would judge the computer.
    assert asyncio.run(scenario()) > 0.15


def a_visitor() -> Visitor:
    form = TrackFormat(width=640, height=480, rate_hz=30.0)
    return Visitor(Take(type="take", camera=form, rate_hz=16_000))


def test_a_visitor_brings_something() -> None:
    with pytest.raises(ValueError, match="neither"):
        Visitor(Take(type="take"))


def test_samples_that_are_missing_leave_a_gap_of_their_length() -> None:
    visitor = a_visitor()
    microphone = visitor.sensors.microphone
    assert microphone is not None
    microphone.open()
    block = np.full(320, 1000, np.int16)
    visitor.sound(PageSound(16_000, 0, block))
    visitor.sound(PageSound(16_000, 960, block))  # two blocks are missing
    sounds: list[Sound] = []
    while (sound := microphone.read(0.01)) is not None:
        sounds.append(sound)
    assert np.concatenate([sound.samples for sound in sounds]).tolist() == [1000] * 320 + [0] * 640 + [1000] * 320
    with pytest.raises(ValueError, match="16000 Hz was announced"):
        visitor.sound(PageSound(8_000, 1280, block))


def test_a_picture_is_known_by_its_time() -> None:
    visitor = a_visitor()
    for number in range(5):
        visitor.picture(PagePicture(number, 50 + number / 10, b""), 10 + number / 10)
    assert visitor.number_of(10.2) == 2
    assert visitor.number_of(10.2001) == 2
    assert visitor.number_of(3.0) == -1
