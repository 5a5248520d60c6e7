# SPDX-License-Identifier: Apache-2.0
"""Whether the moment changes the screen: the same scenes with one thing of their context changed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from phosphene.painter.charset import SceneError
from phosphene.painter.compose import Composer
from phosphene.painter.panel import Panel
from phosphene.painter.placement import Arrangement, Role, Theme, WidgetKind
from phosphene.painter.scene import ColourVision, Context, Hand, Scene, Urgency
from recipes.composer.scenes import Split, scene

Change = Callable[[Scene], Scene]
GLASS = Panel(320, 240)


def context_effect(composer: Composer, scenes: int, seed: int) -> dict[str, float]:
    """Return the figures: `far_near` how much larger values are at 2.5 m than at 40 cm, `facts_far` and `facts_near`
    how many facts share a page, `dark` and `bright` the share of dark themes, `urgent` and `calm` the share of
    strong colours, `left` and `right` where buttons stand, 0 to 1 across."""
    rng = np.random.default_rng((seed, 5))
    every = [_usual(scene(rng, Split.HELD_OUT)) for _ in range(scenes)]

    def mean(measure: Callable[[Arrangement], float | None], change: Change) -> float:
        found = [value for one in every if (value := _measured(composer, measure, change(one))) is not None]
        return float(np.mean(found)) if found else float("nan")

    near, far = _context(distance_cm=40.0), _context(distance_cm=250.0)
    return {
        "far_near": mean(_value_size, far) / mean(_value_size, near),
        "facts_near": mean(_facts, near),
        "facts_far": mean(_facts, far),
        "dark": mean(_dark, _context(light=0.05)),
        "bright": mean(_dark, _context(light=0.95)),
        "urgent": mean(_strong, lambda one: replace(one, urgency=Urgency.URGENT)),
        "calm": mean(_strong, lambda one: replace(one, urgency=Urgency.CALM)),
        "left": mean(_buttons, _context(hand=Hand.LEFT)),
        "right": mean(_buttons, _context(hand=Hand.RIGHT)),
    }


def _usual(one: Scene) -> Scene:
    context = Context(60.0, one.context.light, one.context.noise, Hand.NONE, False, ColourVision.USUAL)
    return replace(one, context=context)


def _context(**changes: float | Hand) -> Change:
    return lambda one: replace(one, context=replace(one.context, **changes))


def _measured(composer: Composer, measure: Callable[[Arrangement], float | None], one: Scene) -> float | None:
    try:
        return measure(composer.compose(one, GLASS).arrangement)
    except SceneError:
        return None


def _value_size(arrangement: Arrangement) -> float | None:
    sizes = [run.size for run in arrangement.runs if run.role is Role.VALUE and run.start == 0]
    return float(np.mean(sizes)) if sizes else None


def _facts(arrangement: Arrangement) -> float | None:
    return float(len({run.key for run in arrangement.runs if run.role is Role.VALUE})) or None


def _dark(arrangement: Arrangement) -> float:
    return float(arrangement.style.theme in {Theme.DARK, Theme.BLACK})


def _strong(arrangement: Arrangement) -> float:
    return float(arrangement.style.vivid >= 2)


def _buttons(arrangement: Arrangement) -> float | None:
    places = [w.box.x + w.box.w / 2 for w in arrangement.widgets if w.kind is WidgetKind.BUTTON]
    return float(np.mean(places)) / arrangement.panel.columns if places else None
