# SPDX-License-Identifier: Apache-2.0
"""From contacts on the glass to touches of the picture, over an unplugging."""

from __future__ import annotations

from collections.abc import Generator

import pytest

from phosphene.screens.framebuffer import Framebuffer
from phosphene.screens.letterbox import place
from phosphene.sensors.errors import SensorError
from phosphene.sensors.protocol import SensorEvent, Trouble
from phosphene.touch import watch as watch_module
from phosphene.touch.evdev_panel import EvdevPanel
from phosphene.touch.opening import open_touch
from phosphene.touch.protocol import Touch
from phosphene.touch.watch import TouchWatch
from tests.sensors.waiting import until
from tests.touch.recorded import EV_ABS, MT_ID, MT_X, MT_Y, Plugged, capacitive, plug


class Glass:
    """A display of 800 by 480 with a picture of 320 by 240, twice as large, in its middle."""

    def __init__(self) -> None:
        self.lit = True
        self._where = place((320, 240), (800, 480))

    def locate(self, x: float, y: float, *, clamp: bool = False) -> tuple[int, int] | None:
        return self._where.to_picture(x * 800, y * 480, clamp=clamp) if self.lit else None


class Hand:
    """A watched panel, and what came of it."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(watch_module, "RETRY_S", 0.05)
        self.there: list[Plugged] = [capacitive()]
        plug(monkeypatch, self.there)
        self.heard: list[Touch] = []
        self.events: list[SensorEvent] = []
        self.glass = Glass()
        self.watch = TouchWatch(EvdevPanel("ft5x06"), self.glass, self.heard.append, self.events.append)
        self.watch.start()
        self._number = 0

    def put(self, x: int, y: int) -> None:
        self._number += 1
        self.there[0].send((EV_ABS, MT_ID, self._number), (EV_ABS, MT_X, x), (EV_ABS, MT_Y, y))

    def move(self, x: int, y: int) -> None:
        self.there[0].send((EV_ABS, MT_X, x), (EV_ABS, MT_Y, y))

    def lift(self) -> None:
        self.there[0].send((EV_ABS, MT_ID, -1))

    @property
    def done(self) -> list[tuple[int, int, str]]:
        return [(each.x, each.y, each.phase.value) for each in self.heard]


@pytest.fixture
def hand(monkeypatch: pytest.MonkeyPatch) -> Generator[Hand]:
    hand = Hand(monkeypatch)
    yield hand
    assert hand.watch.stop()


def test_a_finger_on_the_picture(hand: Hand) -> None:
    hand.put(80, 0)
    hand.move(81, 1)  # the same pixel of the picture
    hand.move(500, 300)
    hand.move(799, 479)  # beside the picture: its edge
    hand.lift()
    until(lambda: len(hand.heard) >= 4)
    assert hand.done == [(0, 0, "down"), (210, 150, "move"), (319, 239, "move"), (319, 239, "up")]


def test_beside_the_picture_nothing_is_touched_until_the_next_finger(hand: Hand) -> None:
    hand.put(79, 100)
    hand.move(400, 100)
    hand.lift()
    hand.put(400, 100)
    hand.lift()
    until(lambda: len(hand.heard) >= 2)
    assert hand.done == [(160, 50, "down"), (160, 50, "up")]


def test_a_dark_screen_can_t_be_touched(hand: Hand) -> None:
    hand.put(400, 100)
    until(lambda: len(hand.heard) == 1)
    hand.glass.lit = False
    hand.move(402, 100)
    until(lambda: hand.done[-1] == (160, 50, "up"))
    hand.glass.lit = True
    hand.move(404, 100)  # what it was laid on has gone; the finger means nothing now
    hand.lift()
    hand.put(404, 100)
    until(lambda: len(hand.heard) >= 3)
    assert hand.done[2:] == [(162, 50, "down")]


def test_unplugging_lifts_the_finger_and_is_told_once(hand: Hand) -> None:
    hand.put(400, 100)
    until(lambda: len(hand.heard) == 1)
    gone = hand.there.pop()
    gone.unplug()
    until(lambda: hand.done[1:] == [(160, 50, "up")])
    until(lambda: hand.watch.troubles == (Trouble.GONE,))
    hand.there.append(capacitive("/dev/input/event8"))
    until(lambda: hand.watch.troubles == ())
    hand.put(80, 0)
    until(lambda: hand.done[2:] == [(0, 0, "down")])
    assert [event.trouble for event in hand.events] == [Trouble.GONE, Trouble.BACK]


@pytest.mark.parametrize(
    ("spec", "said"),
    [
        ("evdv:ft5x06", "this names no touch panel — 'evdv:ft5x06' — did you mean evdev:NAME?"),
        ("evdev", "this names no touch panel"),
        ("evdev:x@range_x=9:3", "range_x can't be '9:3' — evdev:x@range_x=9:3 — it takes two whole numbers, LOW:HIGH"),
        ("evdev:x@flip", "there is no setting 'flip' here — evdev:x@flip — known: swap, mirror_x, mirror_y, rotate"),
        ("window", "there is no window whose mouse it could be — window — show on a window, too"),
    ],
)
def test_specs_that_name_none(spec: str, said: str) -> None:
    with pytest.raises(SensorError) as caught:
        open_touch(spec, Framebuffer())
    assert said in str(caught.value)


def test_a_spec_with_all_its_settings() -> None:
    assert open_touch("none") is None
    panel = open_touch("evdev:Goodix@home@swap,mirror_x,mirror_y,rotate=270,range_x=-5:300,range_y=0:99,grab")
    assert isinstance(panel, EvdevPanel)
    assert panel.name == "Goodix@home"
