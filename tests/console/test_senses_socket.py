# SPDX-License-Identifier: Apache-2.0
"""What goes over `/senses`: who gets in, whose camera and microphone are the device's, and what stays bounded."""

from __future__ import annotations

import io
import json
import socket
import threading
import time
from struct import pack, unpack_from
from typing import Any

import numpy as np
import pytest
from PIL import Image
from websockets.exceptions import InvalidStatus

from phosphene.console.server import Where
from phosphene.errors import PhospheneError
from phosphene.perception.percepts import Seen
from phosphene.senses.senses import Sensors
from phosphene.senses.spectrum import BANDS
from phosphene.sensors.blocks import RATE_HZ, Frame
from phosphene.sensors.still import StillPicture
from tests.console.running import Console, SensesClient, connected, console_elsewhere
from tests.console.signals import MarkerEye, a_picture, spoken

SECRET = "correct horse battery"


def a_jpeg(**marks: Any) -> bytes:
    packed = io.BytesIO()
    Image.fromarray(a_picture(**marks)).save(packed, "JPEG", quality=90)
    return packed.getvalue()


def say(page: SensesClient, words: tuple[str, ...], first: int = 0) -> int:
    """Send words in blocks of 20 ms, as fast as a microphone would; return the number of the next sample."""
    samples = spoken(words, RATE_HZ, after_s=0.6)
    due = time.monotonic()
    for at in range(0, samples.size, 320):
        page.sound(first + at, samples[at : at + 320].tobytes())
        due += 0.02
        time.sleep(max(0.0, due - time.monotonic()))
    return first + samples.size


@pytest.fixture
def page(console: Console) -> SensesClient:
    return console.senses()


@pytest.mark.parametrize("origin", ["http://evil.example", "https://127.0.0.1:1", "null", None])
def test_a_foreign_origin_is_refused(console: Console, origin: str | None) -> None:
    with pytest.raises(InvalidStatus) as refused:
        console.senses(origin=origin)
    assert refused.value.response.status_code == 403


def test_a_name_that_was_made_to_point_here_is_refused(console: Console) -> None:
    port = console.authority.partition(":")[2]
    way = socket.create_connection(("127.0.0.1", int(port)))
    with pytest.raises(InvalidStatus) as refused:
        console.pages.enter_context(connected(f"http://evil.example:{port}/", "senses", sock=way))
    assert refused.value.response.status_code == 403


def test_without_the_token_nobody_gets_in() -> None:
    with console_elsewhere(Where(port=0, token=SECRET)) as console:
        with pytest.raises(InvalidStatus):
            console.senses()
        page = console.senses(additional_headers={"authorization": f"Bearer {SECRET}"})
        assert page.next("senses")["there"]


def test_a_picture_comes_back_as_percepts(page: SensesClient) -> None:
    page.take(rate_hz=None)
    page.next("senses", mine=True)
    page.picture(0, a_jpeg(face=(160, 120, 160)))
    seen = page.next("seen", number=0)
    (face,) = seen["faces"]
    assert face["box"] == pytest.approx([0.25, 0.25, 0.25, 0.333], abs=0.02)
    assert face["distance_cm"] == pytest.approx(60, rel=0.1)


def test_words_come_back_provisional_and_then_committed(console: Console, page: SensesClient) -> None:
    page.take(camera=False)
    page.next("senses", mine=True)
    sender = threading.Thread(target=say, args=(page, ("timer", "five", "minutes")))
    sender.start()
    said: list[tuple[str, bool]] = []
    while ("minutes", True) not in said:
        said += [(word["text"], word["committed"]) for word in page.next("heard")["words"]]
    assert said.index(("timer", False)) < said.index(("timer", True)) < said.index(("five", True))
    assert page.next("line") == {"type": "line", "words": "timer five minutes", "outcome": "written down"}
    sender.join()
    assert console.notebook.utterances == ["timer five minutes"]
    magic, _, bands, first_s, step_s = unpack_from("<4sHBxdd", page.bytes[-1])
    assert (magic, bands, step_s) == (b"PHS1", BANDS, 0.02)
    assert abs(time.monotonic() - first_s) < 5, "columns are on the host's clock"


def test_sound_at_another_rate_is_brought_to_ours(console: Console, page: SensesClient) -> None:
    page.take(camera=False, rate_hz=48_000)
    page.next("senses", mine=True)
    samples = spoken(("six",), 48_000, before_s=0.3)
    for at in range(0, samples.size, 960):
        page.sound(at, samples[at : at + 960].tobytes(), 48_000)
        time.sleep(0.015)
    while not any(word["text"] == "six" for word in page.next("heard")["words"]):
        pass


def test_another_page_has_to_say_that_it_takes_over(console: Console, page: SensesClient) -> None:
    page.take()
    page.next("senses", mine=True)
    other = console.senses()
    held = other.next("senses", mine=False)
    assert held["who"] == "a page on 127.0.0.1"
    assert "camera" not in held, "what the other's sensors are is not ours to know"
    other.take()
    assert "are in use" in other.next("refused")["text"]
    other.take(over=True)
    assert other.next("senses", mine=True)
    assert "taken over by a page on 127.0.0.1" in page.next("lost")["text"]
    assert page.next("senses", mine=False, who="a page on 127.0.0.1")


def test_what_a_visitor_shows_and_says_is_not_for_other_pages(console: Console, page: SensesClient) -> None:
    other = console.senses()
    page.take()
    other.next("senses", who="a page on 127.0.0.1")
    page.picture(0, a_jpeg())
    page.next("seen")
    say(page, ("yes",))
    page.next("line")
    page.send(type="give_back")
    heard: list[dict[str, Any]] = []
    while True:
        message = other.socket.recv(5)
        assert isinstance(message, str), "no spectrum, no picture"
        heard.append(json.loads(message))
        if heard[-1].get("who") == "":
            break
    assert {message["type"] for message in heard} == {"senses"}


def test_a_page_that_leaves_gives_back(console: Console, page: SensesClient) -> None:
    page.take()
    page.next("senses", mine=True)
    page.socket.close()
    other = console.senses()
    other.next("senses", who="")
    other.take()
    other.next("senses", mine=True)


def test_the_devices_own_camera_is_shown_and_comes_back_after_a_visitor(tmp_path: Any) -> None:
    Image.fromarray(a_picture(face=(160, 120, 160))).save(tmp_path / "room.png")
    with console_elsewhere(own=lambda: Sensors(StillPicture(tmp_path / "room.png"), None)) as console:
        page, other = console.senses(), console.senses()
        for watcher in (page, other):
            assert len(watcher.next("seen")["faces"]) == 1
            magic, number, _ = unpack_from("<4sId", watcher.bytes[-1])
            assert magic == b"PHV1"
            picture = Image.open(io.BytesIO(watcher.bytes[-1][16:]))
            assert picture.size == (640, 480)
            watcher.send(type="drawn", number=number)
        page.take()
        page.next("senses", mine=True)
        other.next("senses", who="a page on 127.0.0.1")
        page.send(type="give_back")
        assert other.next("senses", who="the device")["camera"]
        # At most two pictures are on their way: what came before the visitor must be answered, too.
        for told in other.bytes:
            other.send(type="drawn", number=unpack_from("<4sId", told)[1])
        assert len(other.next("seen")["faces"]) == 1


@pytest.mark.parametrize(
    "message",
    [
        b"",
        b"PHV1",
        b"PHX1" + bytes(40),
        pack("<4sId", b"PHV1", 1, float("nan")) + b"x",
        pack("<4sId", b"PHA1", 16_000, 0) + bytes(3),
        pack("<4sId", b"PHA1", 16_000, 0) + bytes(40_000),
        pack("<4sId", b"PHA1", 3, 0) + bytes(20),
        pack("<4sId", b"PHA1", 16_000, float("inf")) + bytes(20),
        "{}",
        '{"type":"take","camera":{"width":1e9,"height":1,"rate_hz":1}}',
        '{"type":"take"}',
        '{"type":"take","rate_hz":1}',
        '{"type":"follow","setting":"panel","on":true}',
        "x" * 9000,
    ],
)
def test_a_message_that_is_none_is_answered_and_ends_nothing(page: SensesClient, message: bytes | str) -> None:
    page.socket.send(message)
    assert page.next("say")["text"].startswith("not understood")
    page.take(rate_hz=None)
    page.picture(0, a_jpeg())
    assert page.next("seen")["number"] == 0


def test_bytes_that_are_no_picture_are_an_event(page: SensesClient) -> None:
    page.take(rate_hz=None)
    page.picture(0, b"\xff\xd8 this is no JPEG")
    assert page.next("event")["trouble"] == "torn"
    page.picture(1, a_jpeg())
    assert page.next("seen")["number"] == 1


class SlowEye(MarkerEye):
    """Takes its time; knows which pictures it saw."""

    def __init__(self) -> None:
        self.looked: list[int] = []

    def look(self, frame: Frame) -> Seen:
        self.looked.append(frame.number)
        time.sleep(0.15)
        return super().look(frame)


def test_a_page_that_floods_gets_newest_only_and_starves_nobody() -> None:
    eye = SlowEye()
    with console_elsewhere(see=lambda: eye) as console:
        page, watcher = console.senses(), console.page()
        page.take(rate_hz=None)
        page.next("senses", mine=True)
        jpeg = a_jpeg()
        jpeg += bytes(300_000 - len(jpeg))  # what follows a picture is no part of it
        over = threading.Event()
        sent = 0

        def flood() -> None:
            nonlocal sent
            while not over.is_set():
                page.picture(sent, jpeg)
                sent += 1

        # What is sent is counted, not what arrives; so counting begins when the buffers of both ends are full.
        flooding = threading.Thread(target=flood, daemon=True)
        flooding.start()
        time.sleep(1)
        before, began = sent, time.monotonic()
        pulses: list[float] = []
        while time.monotonic() - began < 4:
            watcher.next("pulse")
            pulses.append(time.monotonic())
        over.set()
        flooding.join(20)
        assert not flooding.is_alive()
        # 4 MB/s and a second's burst are read; the rest waits where it comes from.
        assert (sent - before) * len(jpeg) < 4_000_000 * (time.monotonic() - began + 1)
        assert max(np.diff(pulses)) < 2, "the screen's page is told in time that the console lives"
        assert len(eye.looked) < 40
        assert eye.looked == sorted(eye.looked)
        assert any(step > 1 for step in np.diff(eye.looked)), "pictures are passed over, not queued"


class FaultyEye(MarkerEye):
    """Fails once, as an accelerator may."""

    def __init__(self, fail: list[int]) -> None:
        self._fail = fail

    def look(self, frame: Frame) -> Seen:
        if self._fail:
            self._fail.pop()
            raise PhospheneError("the accelerator is stuck", place="test")
        return super().look(frame)


def test_what_can_not_perceive_is_told_and_the_picture_stays() -> None:
    fail = [1]
    with console_elsewhere(see=lambda: FaultyEye(fail)) as console:
        page = console.senses()
        page.take(rate_hz=None)
        page.next("senses", mine=True)
        page.picture(0, a_jpeg())
        assert "faces" not in page.next("seen", number=0)
        assert "the accelerator is stuck" in page.next("senses", blind="the accelerator is stuck — test")["blind"]
        for number in range(1, 100):
            page.picture(number, a_jpeg())
            if "faces" in page.next("seen", number=number):
                break
            time.sleep(0.1)
        # It may have been told before the picture was answered.
        if page.newest["senses"]["blind"]:
            page.next("senses", blind="")
