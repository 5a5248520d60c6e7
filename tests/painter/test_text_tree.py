# SPDX-License-Identifier: Apache-2.0
"""The text tree says whole what the picture may abbreviate, in reading order, and finds what a finger touches."""

from __future__ import annotations

from functools import cache

from hypothesis import assume, given, settings

from phosphene.painter.paging import paginate
from phosphene.painter.panel import Panel
from phosphene.painter.plain import plain
from phosphene.painter.scene import PAGE_KEY, Choice, Fact, Scene
from phosphene.painter.text_tree import Node, touched, tree
from tests.painter.any_scene import PANELS, scenes
from tests.painter.promises import why_not

LONG = "The temperature of the water in the kettle, now"


@cache
def nodes(scene: Scene, panel: Panel = PANELS[0]) -> tuple[Node, ...]:
    (page, *_) = paginate(scene, panel)
    return tree(scene, plain(page, panel))


def test_what_the_picture_abbreviates_is_told_whole() -> None:
    scene = Scene((Fact("tea", "12.5", LONG, "°C"),), (Choice("go", "Start the kettle"),), LONG)
    heading, fact, button = nodes(scene)
    assert (heading.role, heading.text) == ("heading", LONG)
    assert (fact.label, fact.text) == (LONG, "12.5°C")
    assert (button.role, button.text) == ("button", "Start the kettle")
    assert any("…" in line for node in (heading, fact) for line in node.lines), "the picture had no room"


def test_roles_follow_what_is_drawn() -> None:
    scene = Scene((Fact("a", "1"), Fact("b", "2", level=0.5), Fact("c", "yes", on=True)), title="All")
    assert [node.role for node in nodes(scene, PANELS[1])] == ["heading", "text", "meter", "switch"]
    level, on = nodes(scene, PANELS[1])[2:]
    assert (level.level, on.on) == (0.5, True)


def test_touch_finds_the_button_under_it_and_nothing_beside_it() -> None:
    found = nodes(Scene((Fact("a", "1"),), (Choice("go", "Go"), Choice("no", "No"))), PANELS[1])
    for node in found:
        left, top, width, height = node.box
        hit = touched(found, left + width // 2, top + height // 2)
        assert hit is (node if node.role == "button" else None)
        if node.role == "button":
            assert touched(found, left, top) is node
            assert touched(found, left + width, top + height) is not node
    assert touched(found, -1, -1) is None


@settings(max_examples=60)
@given(scenes())
def test_the_tree_tells_every_page_and_each_thing_once(scene: Scene) -> None:
    panel = PANELS[1]
    assume(why_not(scene, panel) is None)
    pages = paginate(scene, panel)
    told = [node for page in pages for node in tree(scene, plain(page, panel))]
    keys = [node.key for node in told if node.role in {"text", "meter", "switch"}]
    assert keys == [fact.key for fact in scene.facts], "in their order, none twice"
    assert {node.key for node in told if node.role == "button"} >= {choice.key for choice in scene.choices}
    assert sum(node.key == PAGE_KEY for node in told) == (len(pages) if len(pages) > 1 else 0)
    for node in told:
        assert node.as_dict()["text"] == node.text
        left, top, width, height = node.box
        assert 0 <= left < left + width <= panel.width
        assert 0 <= top < top + height <= panel.height
