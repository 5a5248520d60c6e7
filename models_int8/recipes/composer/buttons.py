# SPDX-License-Identifier: Apache-2.0
"""Where the teacher puts buttons: in rows below, or in a column at the side of the hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from phosphene.painter import tokens as words
from phosphene.painter.arrange import Tokens
from phosphene.painter.form import Align
from phosphene.painter.page import Page
from phosphene.painter.panel import Panel
from phosphene.painter.scene import Hand
from phosphene.painter.tokens import Edges, Family
from recipes.composer.room import Tape, button_room


def hand_end(page: Page) -> int:
    """Return where the hand is in reading direction: -1 at the start, 1 at the end, 0 for neither."""
    context = page.scene.context
    side = {Hand.LEFT: -1, Hand.RIGHT: 1, Hand.NONE: 0}[context.hand]
    return -side if context.right_to_left else side


def put_buttons(
    rng: np.random.Generator,
    page: Page,
    panel: Panel,
    tape: Tape,
    family: Family,
    align: Align,
    area: Edges,
    tokens: Tokens,
    *,
    tight: bool,
) -> Edges | None:
    """Write the buttons; return what is left of the area."""
    wide, high = button_room(page, panel, tape, whole=not (tight and rng.random() < 0.6))
    count = len(page.choices)
    side = hand_end(page)
    if family is Family.SIDEBAR or (side and count > 1 and rng.random() < 0.12):
        at_end = side > 0 or (side == 0 and rng.random() < 0.6)
        wide = min(max(wide, int(rng.integers(4, 8))), 9)
        spare = area.bottom - area.top - count * (high + 1) + 1
        if spare < 0:
            return None
        high += 0 if tight else min(int(rng.integers(0, 3)), spare // count)
        left = area.right - wide if at_end else area.left
        spare = area.bottom - area.top - count * (high + 1) + 1
        top = area.bottom - count * (high + 1) + 1 - (int(rng.integers(0, spare + 1)) if rng.random() < 0.4 else 0)
        for number in range(count):
            y = top + number * (high + 1)
            words.put_edges(tokens, words.FIRST_CHOICE + number, Edges(left, y, left + wide, y + high))
        return replace(area, right=left - 1) if at_end else replace(area, left=left + wide + 1)
    rows = 1 if count * (wide + 1) - 1 <= area.right - area.left and (count < 4 or rng.random() < 0.8) else 2
    across = -(-count // rows)
    most = (area.right - area.left - across + 1) // across
    if most < min(wide, 4):
        return None
    full = rng.random() < (0.45 if side == 0 else 0.2) or most <= wide
    width = most if full else int(rng.integers(wide, min(most, wide + 4) + 1))
    high += int(rng.random() < 0.25 and not tight)
    total = across * (width + 1) - 1
    spare = area.right - area.left - total
    if side and rng.random() < 0.9:
        left = area.left + (spare if side > 0 else 0)
    else:
        left = area.left + (0, spare // 2, spare)[align]
    top = area.bottom - rows * (high + 1) + 1
    if top <= area.top + (3 if page.facts else 0):
        return None
    for number in range(count):
        x, y = left + number % across * (width + 1), top + number // across * (high + 1)
        words.put_edges(tokens, words.FIRST_CHOICE + number, Edges(x, y, x + width, y + high))
    return replace(area, bottom=top - 1)
