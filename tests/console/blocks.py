# SPDX-License-Identifier: Apache-2.0
"""A painter for the console's own tests: coloured blocks from the scene's words and seed, and their text tree.

It stands in for the real one where the test is about the way of a picture to the page, not about the picture.
"""

from __future__ import annotations

import time
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from phosphene.console.painting import Frame
from phosphene.painter.charset import SceneError
from phosphene.painter.panel import Panel
from phosphene.painter.scene import Scene
from phosphene.painter.text_tree import Node

UNPAINTABLE = "what no painter can paint"


@dataclass(frozen=True)
class Outcome:
    tries: int = 1
    overlaid: tuple[str, ...] = ()
    plain: bool = False


@dataclass(frozen=True)
class Layout:
    page: int
    pages: int


@dataclass(frozen=True)
class BlockPainted:
    frame: Frame
    tree: tuple[Node, ...]
    arrangement: Layout
    outcome: Outcome = Outcome()
    ms: Mapping[str, float] = field(default_factory=lambda: {"blocks": 0.1})


class BlockPainter:
    """Facts above, choices below; each block's colour is drawn from its text and the seed."""

    def __init__(self, panel: Panel, *, slow_s: float = 0.0, pages: int = 1) -> None:
        self.panel = panel
        self.slow_s = slow_s
        self.count = pages
        self.calls: list[str] = []
        self.shown: list[int] = []

    def pages(self, scene: Scene) -> int:
        return self.count

    def paint(self, scene: Scene, *, page: int = 0) -> BlockPainted:
        self.calls.append("paint")
        return self._painted(scene, page)

    def update(self, before: BlockPainted, scene: Scene) -> BlockPainted:
        self.calls.append("update")
        return self._painted(scene, before.arrangement.page)

    def _painted(self, scene: Scene, page: int) -> BlockPainted:
        self.shown.append(page)
        if scene.title == UNPAINTABLE:
            raise SceneError("there is no room", place="scene", cure="say less")
        time.sleep(self.slow_s)
        width, height = self.panel.width, self.panel.height
        frame = np.empty((height, width, 3), np.uint8)
        frame[:] = _colour(f"ground {scene.context.light}", scene.seed)
        tree: list[Node] = []
        if scene.title:
            tree.append(Node("heading", "", scene.title, (8, 8, width - 16, height // 6)))
        rows = max(len(scene.facts), 1)
        for row, fact in enumerate(scene.facts):
            box = (8, height // 4 + row * height // 3 // rows, width - 16, height // 3 // rows - 2)
            role = "meter" if fact.level is not None else "text"
            tree.append(Node(role, fact.key, fact.shown, box, fact.label, fact.level, fact.on, fact.stale))
        across = max(len(scene.choices), 1)
        for column, choice in enumerate(scene.choices):
            box = (8 + column * (width - 16) // across, height * 2 // 3, (width - 16) // across - 4, height // 4)
            tree.append(Node("button", choice.key, choice.text, box, main=choice.main))
        if self.count > 1:
            tree.append(Node("button", "page", f"{page + 1}/{self.count}", (width - 40, 0, 32, 8), label="page"))
        for node in tree:
            x, y, w, h = node.box
            frame[y : y + h, x : x + w] = _colour(node.text, scene.seed)
        return BlockPainted(frame, tuple(tree), Layout(page, self.count))


def _colour(text: str, seed: int) -> tuple[int, int, int]:
    drawn = zlib.crc32(text.encode(), seed)
    return drawn & 255, drawn >> 8 & 255, drawn >> 16 & 255
