# SPDX-License-Identifier: Apache-2.0
"""What the composer's network is told about a page: shapes and the moment, in zeros and ones; never a character."""

from __future__ import annotations

import math
from typing import Final

import numpy as np
from numpy.typing import NDArray

from phosphene.painter.fit import SIZES, value_lines
from phosphene.painter.legibility import touch_cells
from phosphene.painter.page import Page
from phosphene.painter.panel import LATTICE, Panel
from phosphene.painter.placement import ICON_SIDES
from phosphene.painter.scene import (
    MOST_CHOICES,
    MOST_FACTS,
    Choice,
    ColourVision,
    Fact,
    Hand,
    Intent,
    Status,
    Urgency,
)

# An intent is told by its traits, so that one which no training saw still means something:
# it waits for an answer, it warns, it is friendly, it goes on, it informs.
TRAITS: Final = {
    Intent.TELL: (0, 0, 0, 0, 1),
    Intent.ASK: (1, 0, 0, 0, 0),
    Intent.CONFIRM: (0, 0, 1, 0, 1),
    Intent.PROGRESS: (0, 0, 0, 1, 1),
    Intent.ALARM: (1, 1, 0, 0, 0),
    Intent.GREET: (0, 0, 1, 0, 0),
    Intent.LIST: (0, 0, 0, 0, 1),
    Intent.REFUSE: (0, 1, 0, 0, 1),
}
_FACT: Final = 51
_CHOICE: Final = 13
_DISTANCES_CM: Final = (35.0, 50.0, 70.0, 100.0, 150.0, 200.0, 300.0)
_SCALES: Final = (1.2, 1.7, 2.2, 2.7, 3.3, 4.0, 5.0)


def condition(page: Page, panel: Panel) -> NDArray[np.uint8]:
    """Return the page's features: uint8 [CONDITION] of zeros and ones."""
    wide, high = panel.columns / LATTICE[0], panel.rows / LATTICE[1]
    bits: list[bool | int] = []
    for number in range(MOST_FACTS):
        there = number < len(page.facts)
        bits += _fact(page.facts[number], page.sizes[number], page.text, panel, wide, high) if there else [0] * _FACT
    for number in range(MOST_CHOICES):
        bits += _choice(page.choices[number], page.touch, wide) if number < len(page.choices) else [0] * _CHOICE
    bits += [bool(page.title), bool(page.icon), bool(page.mark)]
    bits += _steps(len(page.title) * page.text / wide, range(2, 42, 2))
    bits += _steps(2 * page.text / high, range(1, 6)) + _steps(ICON_SIDES[-1] / wide, range(1, 5))
    touch_wide, touch_high = touch_cells(panel)
    bits += _steps(touch_wide / wide, range(1, 11))
    bits += _steps(max(touch_high, 2 * page.touch + 2) / high, range(1, 9))
    bits += [page.text == size for size in SIZES] + [page.touch == size for size in SIZES]
    bits += _steps(wide, _SCALES) + _steps(high, _SCALES) + _steps(panel.width / panel.height, (0.9, 1.2, 1.4, 1.6))
    bits += [len(page.facts) > count for count in range(MOST_FACTS)]
    bits += [len(page.choices) > count for count in range(MOST_CHOICES)]
    bits += _moment(page)
    return np.array(bits, np.uint8)


def _fact(fact: Fact, size: int, text: int, panel: Panel, wide: float, high: float) -> list[bool | int]:
    lines = value_lines(fact.shown, max(1, panel.columns // size))
    across = max(len(line.text) for line in lines) if lines else panel.columns
    return [
        1,
        *(size == one for one in SIZES),
        *_steps(across * size / wide, range(1, 21)),
        *_steps(2 * size * (len(lines) if lines else 1) / high, range(1, 9)),
        *_steps(len(fact.label) * text / wide, range(2, 22, 2)),
        bool(fact.label),
        bool(fact.unit),
        fact.level is not None,
        fact.on is not None,
        bool(fact.history),
        fact.status in {Status.WARNING, Status.FAULT},
        fact.status is Status.ACTIVE,
    ]


def _choice(choice: Choice, touch: int, wide: float) -> list[bool | int]:
    return [1, choice.main, choice.fact is not None, *_steps((len(choice.text) * touch + 2) / wide, range(1, 11))]


def _moment(page: Page) -> list[bool | int]:
    scene, context = page.scene, page.scene.context
    # Boxes are decided in reading direction; a right-to-left page is mirrored afterwards, hands too.
    sides = (Hand.RIGHT, Hand.LEFT) if context.right_to_left else (Hand.LEFT, Hand.RIGHT)
    return [
        *TRAITS[scene.intent],
        *(scene.urgency is urgency for urgency in Urgency),
        *_steps(context.distance_cm, _DISTANCES_CM),
        *_steps(context.light, (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)),
        *_steps(context.noise, (0.25, 0.5, 0.75)),
        *(context.hand is side for side in sides),
        context.right_to_left,
        *(context.colour_vision is vision for vision in ColourVision),
    ]


def _steps(number: float, limits: tuple[float, ...] | range) -> list[bool | int]:
    """Return a thermometer: for each limit whether the number reaches it."""
    reached = math.ceil(number - 1e-6) if isinstance(limits, range) else number
    return [reached >= limit for limit in limits]


CONDITION: Final = MOST_FACTS * _FACT + MOST_CHOICES * _CHOICE + 122
