# SPDX-License-Identifier: Apache-2.0
"""What must hold of the painted pages of any scene, told from frames and trees, not by the painter's own checks."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations, pairwise

import numpy as np

from phosphene.painter.charset import SceneError, number
from phosphene.painter.composite import frame as exact_frame
from phosphene.painter.paging import paginate
from phosphene.painter.painted import Painted
from phosphene.painter.painter import Painter
from phosphene.painter.palette import palette
from phosphene.painter.panel import CELL, Panel
from phosphene.painter.placement import Box, Role, TextRun
from phosphene.painter.scene import Grade, Scene


def pages_of(painter: Painter, scene: Scene) -> list[Painted]:
    """Return all pages of the scene, painted."""
    first = painter.paint(scene)
    return [first, *(painter.paint(scene, page=page) for page in range(1, first.arrangement.pages))]


def why_not(scene: Scene, panel: Panel) -> SceneError | None:
    """Return why the scene can't be shown on this panel, None when it can."""
    try:
        paginate(scene, panel)
    except SceneError as error:
        return error
    return None


def hold(pages: list[Painted], painter: Painter) -> None:
    """Assert everything that is promised of the pages of one scene."""
    scene = pages[0].scene
    for painted in pages:
        _page_holds(painted, painter)
    for fact in scene.facts:
        nodes = [node for painted in pages for node in painted.tree if node.key == fact.key and node.role in _FACTS]
        assert [node.text for node in nodes] == [fact.shown], "each value is told once, whole"
        assert nodes[0].label == fact.label
        assert nodes[0].stale is fact.stale
        runs = [run for painted in pages for run in painted.arrangement.runs if run.key == fact.key]
        assert_spelled([run for run in runs if run.role is Role.VALUE], fact.shown)
        assert {run.grade for run in runs if run.role is Role.VALUE} == {fact.grade}
        assert {run.struck for run in runs if run.role is Role.VALUE} == {fact.stale}
    for choice in scene.choices:
        nodes = [node for painted in pages for node in painted.tree if (node.role, node.key) == ("button", choice.key)]
        assert nodes, "each choice can be reached"
        assert {node.text for node in nodes} == {choice.text}


_FACTS = frozenset({"text", "meter", "switch"})


def assert_spelled(runs: list[TextRun], shown: str) -> None:
    """Assert that the runs, read in their order on the screen, spell the value; only spaces may be missing."""
    rows = sorted(runs, key=lambda run: run.start)
    assert "".join(run.text for run in rows).replace(" ", "") == shown.replace(" ", "")
    for above, below in pairwise(rows):
        ended = above.start + len(above.text)
        assert shown[ended : below.start].strip() == ""
        # A number is one run: what ends a run and what begins the next are never two of its digits.
        number_goes_on = shown[ended - 1].isdecimal() and shown[below.start].isdecimal() and below.start - ended <= 1
        assert not number_goes_on, f"{shown!r} is broken inside a number"
        assert (below.y, below.x) > (above.y, above.x) or below.y + 2 * below.size > above.y, "read in order"


def _page_holds(painted: Painted, painter: Painter) -> None:
    arrangement, panel = painted.arrangement, painter.panel
    assert painted.frame.shape == (panel.height, panel.width, 3)
    assert painted.frame.dtype == np.uint8
    whole = Box(0, 0, panel.columns, panel.rows)
    for thing in (*arrangement.runs, *arrangement.widgets):
        assert thing.box.inside(whole)
    for one, other in combinations(arrangement.runs, 2):
        assert not one.box.overlaps(other.box), f"{one.text!r} and {other.text!r} overlap"
    for node in painted.tree:
        left, top, width, height = node.box
        assert 0 <= left < left + width <= panel.width
        assert 0 <= top < top + height <= panel.height
    turns = [node for node in painted.tree if node.label == "page" and node.role == "button"]
    assert len(turns) == (arrangement.pages > 1)
    for run in arrangement.runs:
        if run.role is Role.VALUE:
            assert "…" not in run.text or "…" in _shown(painted.scene, run.key), "a value is never cut"
        if run.grade is Grade.OVERLAY:
            _assert_from_table(painted, painter, run)


def _shown(scene: Scene, key: str) -> str:
    return next(fact.shown for fact in scene.facts if fact.key == key)


def _assert_from_table(painted: Painted, painter: Painter, run: TextRun) -> None:
    """Assert that the pixels of a critical run are the glyph table's ink, by its coverage, over what lies there."""
    at = np.s_[CELL * run.box.y : CELL * (run.box.y + run.box.h), CELL * run.box.x : CELL * (run.box.x + run.box.w)]
    pixels = painted.frame[at].astype(int)
    font = painter.atlas.fonts[painted.arrangement.style.font % len(painter.atlas.fonts)]
    covered = np.concatenate(
        [painter.atlas.glyph(font, run.size, number(character)) for character in run.text], axis=1
    ).astype(int)[..., None]
    colours = palette(painted.arrangement.style, painted.scene.context, painted.scene.urgency)
    bare = exact_frame(replace(painted.grid, glyph=np.zeros_like(painted.grid.glyph)), painter.atlas)[at].astype(int)
    mixed = (bare * (255 - covered) + colours.inks[run.ink].astype(int) * covered + 127) // 255
    # The whole frame's ground, made at once, may be rounded another way than that of these cells alone.
    assert np.abs(pixels - mixed).max() <= 1
    assert (pixels == colours.inks[run.ink])[covered[..., 0] == 255].all()
    through = (np.abs(pixels - colours.strike).max(axis=2) <= 1) & (covered[..., 0] == 0)
    assert through.any() == (run.struck and bool((covered[..., 0] == 0)[_line_of(run)].any()))


def _line_of(run: TextRun) -> slice:
    """Return the row of pixels in the middle of the line through a struck value, the tenth of sixteen."""
    return np.s_[10 * run.size - 1 : 10 * run.size]
