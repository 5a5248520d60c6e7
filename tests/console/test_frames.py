# SPDX-License-Identifier: Apache-2.0
"""The way of a frame to a page, and of what a person does back."""

from __future__ import annotations

import time

import numpy as np
import pytest

from phosphene.painter.scene import Choice
from tests.console.blocks import UNPAINTABLE
from tests.console.running import VITALS, Console, a_scene, console_elsewhere


def test_a_page_gets_the_pixels_that_were_painted(console: Console) -> None:
    console.show(a_scene("3.50"))
    page = console.page()
    tree, pixels = page.frame()
    painted = console.screen.newest
    assert painted is not None
    assert painted.painted is not None
    assert np.array_equal(pixels, painted.painted.frame)
    assert tree["size"] == [320, 240]
    assert [(node["role"], node["text"]) for node in tree["nodes"]] == [
        ("heading", "calculate"),
        ("text", "3.50"),
        ("button", "Tasks"),
    ]
    assert tree["nodes"][1]["label"] == "value"


def test_two_frames_fly_at_most_and_the_newest_follows(console: Console) -> None:
    console.show(a_scene("0"))
    page = console.page()
    page.frame(answer=False)
    console.show(a_scene("1"))
    page.frame(answer=False)
    for number in range(2, 12):
        console.show(a_scene(str(number)))
    with pytest.raises(TimeoutError):
        page.frame(0.4)
    page.send(type="displayed", frame=1)
    tree, _ = page.frame(answer=False)
    assert tree["nodes"][1]["text"] == "11", "a page that stalled gets the newest, not what it missed"


def test_a_new_value_is_the_same_scene_and_another_title_is_not(console: Console) -> None:
    page = console.page()
    numbers: list[tuple[int, int]] = []
    for scene in (a_scene("1"), a_scene("2"), a_scene("2", title="other"), a_scene("2", choices=())):
        console.show(scene)
        tree, _ = page.frame()
        numbers.append((tree["frame"], tree["scene"]))
    assert numbers == [(1, 1), (2, 1), (3, 2), (4, 3)]
    assert console.painters[0].calls == ["paint", "update", "paint", "paint"]


def test_another_look_changes_the_picture_and_not_the_words(console: Console) -> None:
    console.show(a_scene("42", seed=7))
    page = console.page()
    before, picture = page.frame()
    page.send(type="another_look")
    after, other = page.frame()
    assert not np.array_equal(picture, other)
    assert [node["text"] for node in after["nodes"]] == [node["text"] for node in before["nodes"]]
    console.show(a_scene("42", seed=8, title="elsewhere"))
    page.frame()
    console.show(a_scene("42", seed=7))
    _, again = page.frame()
    assert np.array_equal(other, again), "the situation keeps its look"


def test_controls_reach_the_scene_and_wrong_ones_are_told(console: Console) -> None:
    console.show(a_scene())
    page = console.page()
    _, lit = page.frame()
    page.send(type="set", settings={"light": 0.05})
    _, dark = page.frame()
    assert not np.array_equal(lit, dark)
    assert console.screen.settings.light == 0.05
    page.send(type="set", settings={"panel": "160x120", "urgency": "urgent", "hand": "left"})
    tree, _ = page.frame()
    assert tree["size"] == [160, 120]
    page.send(type="set", settings={"light": 7})
    assert "less than or equal to 1" in page.next("say")["text"]
    page.send(type="set", settings={"brightness": 1})
    assert "not understood" in page.next("say")["text"]
    assert console.screen.settings.light == 0.05


@pytest.mark.parametrize("wrong", ["", "{}", "[1]", '{"type":"typed"}', '{"type":"launch"}', "x" * 5000, "\0"])
def test_a_malformed_message_is_told_and_the_page_lives_on(console: Console, wrong: str) -> None:
    console.show(a_scene())
    page = console.page()
    page.frame()
    page.socket.send(wrong)
    assert page.next("say")["text"].startswith("not understood")
    page.send(type="typed", line="timer 3 minutes")
    assert console.notebook.done.wait(5)
    assert console.notebook.lines == ["timer 3 minutes"]


def test_a_touch_on_a_scene_that_has_gone_does_nothing(console: Console) -> None:
    console.show(a_scene(title="Pour?", choices=(Choice("desk.no", "No"),)))
    page = console.page()
    old = page.frame()[0]["frame"]
    console.show(a_scene(title="Unlock?", choices=(Choice("desk.yes", "Yes"),)))
    new = page.frame()[0]["frame"]
    page.send(type="chosen", key="desk.yes", frame=old)
    page.send(type="chosen", key="desk.yes", frame=new + 1)
    page.send(type="typed", line="after")
    assert console.notebook.done.wait(5)
    assert (console.notebook.keys, console.notebook.lines) == ([], ["after"])
    page.send(type="chosen", key="desk.yes", frame=new)
    page.send(type="typed", line="after that")
    while len(console.notebook.lines) < 2:
        console.notebook.done.clear()
        assert console.notebook.done.wait(5)
    assert console.notebook.keys == ["desk.yes"]


def test_a_value_that_ticks_does_not_take_a_touch_away(console: Console) -> None:
    console.show(a_scene("3"))
    page = console.page()
    first = page.frame()[0]["frame"]
    console.show(a_scene("2"))
    page.frame()
    page.send(type="chosen", key="desk.home", frame=first)
    assert console.notebook.done.wait(5)
    assert console.notebook.keys == ["desk.home"]


def test_what_cannot_be_painted_is_told_in_place_of_a_picture(console: Console) -> None:
    console.show(a_scene("1"))
    page = console.page()
    page.frame()
    console.show(a_scene("1", title=UNPAINTABLE))
    told = page.next("trouble")
    assert told["text"] == "there is no room — scene — say less"
    page.send(type="displayed", frame=told["frame"])
    console.show(a_scene("2"))
    assert page.frame()[0]["nodes"][1]["text"] == "2"


def test_a_scene_of_two_pages_is_turned_by_its_mark() -> None:
    with console_elsewhere(pages=2) as console:
        console.show(a_scene())
        page = console.page()
        tree, _ = page.frame()
        for mark in ("2/2", "1/2"):
            page.send(type="chosen", key="page", frame=tree["frame"])
            tree, _ = page.frame()
            assert tree["nodes"][-1]["text"] == mark
        assert console.notebook.keys == []


def test_a_page_whose_values_have_gone_gives_way_to_the_first() -> None:
    with console_elsewhere(pages=2) as console:
        console.show(a_scene("3"))
        page = console.page()
        tree, _ = page.frame()
        page.send(type="chosen", key="page", frame=tree["frame"])
        assert page.frame()[0]["nodes"][-1]["text"] == "2/2"
        console.painters[0].count = 1
        console.show(a_scene("2"))
        tree, _ = page.frame()
        assert tree["nodes"][1]["text"] == "2"
        assert tree["nodes"][-1]["key"] != "page"
        assert console.painters[0].shown == [0, 1, 0]


def test_what_is_wished_while_it_paints_is_passed_over() -> None:
    with console_elsewhere(slow_s=0.1) as console:
        page = console.page()
        for number in range(20):
            console.show(a_scene(str(number)))
        values = [page.frame()[0]["nodes"][1]["text"]]
        while values[-1] != "19":
            values.append(page.frame()[0]["nodes"][1]["text"])
        assert len(values) <= 4


def test_a_painter_that_is_late_is_told_by_the_pulse() -> None:
    with console_elsewhere(slow_s=1.2) as console:
        page = console.page()
        console.show(a_scene())
        assert any(page.next("pulse")["late_s"] > 0.4 for _ in range(4))
        page.frame()
        while page.next("pulse")["late_s"]:
            pass


def test_every_page_sees_the_same_screen(console: Console) -> None:
    console.show(a_scene("5"))
    one, other = console.page(), console.page()
    assert np.array_equal(one.frame()[1], other.frame()[1])
    one.send(type="another_look")
    assert np.array_equal(one.frame()[1], other.frame()[1])


def test_a_person_who_keeps_wishing_does_not_make_the_painter_late() -> None:
    with console_elsewhere(slow_s=0.05) as console:
        page = console.page()
        console.show(a_scene())
        ended = time.monotonic() + 1.5
        while time.monotonic() < ended:
            page.send(type="another_look")
            page.frame()
            page.send(type="another_look")
            assert console.run(lambda: console.screen.late_s) < 1


def test_a_page_is_told_how_the_device_does(console: Console) -> None:
    assert console.page().next("vitals") == {"type": "vitals"} | VITALS
