# SPDX-License-Identifier: Apache-2.0
"""A touch counts for what stood under the finger: not for other values, nor for a page that has gone."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from phosphene.painter.scene import MORE_KEY, Choice, Intent
from tests.console.running import Console, a_scene, console_elsewhere

YES = (Choice("desk.yes", "Yes", main=True), Choice("desk.no", "No"))


@pytest.mark.parametrize("intent", [Intent.CONFIRM, Intent.ASK, Intent.ALARM])
def test_a_yes_to_other_values_is_void(console: Console, intent: Intent) -> None:
    console.show(a_scene("180", choices=YES, intent=intent))
    page = console.page()
    asked, _ = page.frame()
    console.show(a_scene("999", choices=YES, intent=intent))
    other, _ = page.frame()
    assert other["scene"] != asked["scene"]
    page.send(type="chosen", key="desk.yes", frame=asked["frame"])
    page.send(type="chosen", key="desk.no", frame=other["frame"])
    assert console.notebook.done.wait(5)
    assert console.notebook.keys == ["desk.no"]


def test_stop_counts_while_values_tick(console: Console) -> None:
    console.show(a_scene("1", choices=YES, intent=Intent.PROGRESS))
    page = console.page()
    first, _ = page.frame()
    console.show(a_scene("2", choices=YES, intent=Intent.PROGRESS))
    page.frame()
    page.send(type="chosen", key="desk.yes", frame=first["frame"])
    assert console.notebook.done.wait(5)
    assert console.notebook.keys == ["desk.yes"]


def test_two_quick_touches_of_the_page_mark_turn_one_page() -> None:
    with console_elsewhere(pages=3, slow_s=0.2) as console:
        console.show(a_scene())
        page = console.page()
        tree, _ = page.frame()
        page.send(type="chosen", key="page", frame=tree["frame"])
        page.send(type="chosen", key="page", frame=tree["frame"])
        tree, _ = page.frame()
        assert tree["nodes"][-1]["text"] == "2/3"


def test_more_leads_through_the_pages_of_a_scene_and_then_on() -> None:
    with console_elsewhere(pages=2) as console:
        console.show(a_scene(choices=(Choice(MORE_KEY, "More"),)))
        page = console.page()
        first, _ = page.frame()
        page.send(type="chosen", key=MORE_KEY, frame=first["frame"])
        last, _ = page.frame()
        assert last["nodes"][-1]["text"] == "2/2"
        assert console.notebook.keys == []
        page.send(type="chosen", key=MORE_KEY, frame=last["frame"])
        assert console.notebook.done.wait(5)
        assert console.notebook.keys == [MORE_KEY]


@pytest.mark.parametrize(
    "message",
    [
        {"type": "typed", "line": "x" * 201},
        {"type": "typed", "line": None},
        {"type": "chosen", "key": "desk.yes", "frame": "1"},
        {"type": "chosen", "key": "k" * 201, "frame": 1},
        {"type": "set", "settings": {"distance_cm": float("nan")}},
        {"type": "set", "settings": {"panel": "0x0"}},
        {"type": "set", "settings": {"panel": "321x240"}},
        {"type": "set", "settings": {"light": 2}},
        {"type": "no such"},
        {"type": "typed", "line": "x" * 9000},
    ],
)
def test_a_message_that_is_none_is_answered_and_changes_nothing(
    console: Console, message: Mapping[str, object]
) -> None:
    console.show(a_scene("1"))
    page = console.page()
    page.frame()
    page.send(**message)
    assert page.next("say")["text"].startswith("not understood")
    console.show(a_scene("2"))
    assert page.frame()[0]["nodes"][1]["text"] == "2"
