# SPDX-License-Identifier: Apache-2.0
"""The text tree: what a frame says, in reading order, for a screen reader, a test and a finger."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass, field

from phosphene.painter.form import around
from phosphene.painter.panel import CELL
from phosphene.painter.placement import Arrangement, Box, Role, TextRun, WidgetKind
from phosphene.painter.scene import PAGE_KEY, Fact, Scene


@dataclass(frozen=True, slots=True)
class Node:
    """One thing that is said. `text` is the whole string, even where the picture abbreviates it.

    `role` is one of heading, text, meter, switch, button. `box` is left, top, width, height in pixels, the
    hit area of what can be touched. `label` names a fact; `level` (0 to 1) and `on` are a meter's and a switch's.
    """

    role: str
    key: str
    text: str
    box: tuple[int, int, int, int]
    label: str = ""
    level: float | None = None
    on: bool | None = None
    stale: bool = False
    main: bool = False
    lines: tuple[str, ...] = field(default=())

    def as_dict(self) -> dict[str, object]:
        """Return what goes out with each frame."""
        return asdict(self)


def tree(scene: Scene, arrangement: Arrangement) -> tuple[Node, ...]:
    """Return the nodes of one page in reading order: heading, facts, choices, page mark."""
    runs = arrangement.runs
    nodes: list[Node] = []
    if title := [run for run in runs if run.role is Role.TITLE]:
        nodes.append(Node("heading", "", scene.title, _pixels(around(run.box for run in title)), lines=_lines(title)))
    nodes.extend(_fact(fact, arrangement) for fact in scene.facts if _runs(runs, fact.key, Role.VALUE))
    for choice in scene.choices:
        lines = _runs(runs, choice.key, Role.CHOICE)
        buttons = [w for w in arrangement.widgets if w.kind is WidgetKind.BUTTON and w.key == choice.key]
        if lines:
            box = _pixels(buttons[0].box if buttons else around(run.box for run in lines))
            nodes.append(Node("button", choice.key, choice.text, box, main=choice.main, lines=_lines(lines)))
    for run in runs:
        if run.role is Role.PAGE:
            nodes.append(Node("button", PAGE_KEY, run.text, _pixels(run.box), label="page", lines=(run.text,)))
    return tuple(nodes)


def touched(nodes: Iterable[Node], x: int, y: int) -> Node | None:
    """Return the node under the pixel (x, y) that can be touched, or None."""
    for node in nodes:
        left, top, width, height = node.box
        if node.role in {"button", "switch"} and left <= x < left + width and top <= y < top + height:
            return node
    return None


def _fact(fact: Fact, arrangement: Arrangement) -> Node:
    values = _runs(arrangement.runs, fact.key, Role.VALUE)
    labels = _runs(arrangement.runs, fact.key, Role.LABEL)
    drawn = [w for w in arrangement.widgets if w.key == fact.key and w.kind in _METERS]
    kind = "switch" if fact.on is not None else "meter" if fact.level is not None and drawn else "text"
    return Node(
        kind,
        fact.key,
        fact.shown,
        _pixels(around(thing.box for thing in (*values, *labels, *drawn))),
        label=fact.label,
        level=fact.level,
        on=fact.on,
        stale=fact.stale,
        lines=_lines([*labels, *values]),
    )


_METERS = frozenset({WidgetKind.BAR, WidgetKind.RING, WidgetKind.TOGGLE, WidgetKind.SPARKLINE})


def _runs(runs: Iterable[TextRun], key: str, role: Role) -> list[TextRun]:
    return [run for run in runs if run.key == key and run.role is role]


def _lines(runs: Iterable[TextRun]) -> tuple[str, ...]:
    return tuple(run.text for run in runs)


def _pixels(box: Box) -> tuple[int, int, int, int]:
    return box.x * CELL, box.y * CELL, box.w * CELL, box.h * CELL
