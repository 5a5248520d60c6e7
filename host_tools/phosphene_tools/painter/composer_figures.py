# SPDX-License-Identifier: Apache-2.0
"""Figures of the composer on held-out pages: how many layouts hold up, how different they are, how good, and whether
the moment around them shows. The teacher's own figures stand beside them.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable
from functools import cache
from typing import Any, Final

import numpy as np

from phosphene.models import folder
from phosphene.painter.compose import Composed, Composer
from phosphene.painter.likeness import distinct
from phosphene.painter.page import Page
from phosphene.painter.paging import paginate
from phosphene.painter.placement import Arrangement, Role, Theme
from phosphene.painter.scene import Context, Fact, Intent, Scene, Urgency
from phosphene_tools.painter import held_out
from phosphene_tools.painter.recipes import recipe_module
from phosphene_tools.painter.tally import Tally

LOOKS: Final = 64
_DARK: Final = frozenset({Theme.DARK, Theme.BLACK})


@cache
def composer() -> Composer:
    """Return the shipped composer."""
    return Composer.load(folder())


def measure_page(seed: int, number: int) -> Tally:
    """Compose one held-out page `LOOKS` times, as the teacher does too, and count."""
    tally = Tally()
    page = held_out.sample(seed, number).page
    drawn = [composer().lay_out(page, held_out.PANEL, seed=look) for look in range(LOOKS)]
    ours = [one.arrangement for one in drawn if not one.plain]
    for one in drawn:
        tally.look("valid", not one.turned_down)
        tally.look("plain", one.plain)
    theirs = _by_teacher(page, number)
    if not ours or not theirs:
        return tally
    reward: Callable[[Arrangement, Page], float] = recipe_module("composer.reward").reward
    our_rewards, their_rewards = ([reward(one, page) for one in some] for some in (ours, theirs))
    tally.counts["pages"] += 1
    tally.sum("distinct", distinct(ours))
    tally.sum("distinct teacher", distinct(theirs) * LOOKS / len(theirs) if len(theirs) < LOOKS else distinct(theirs))
    tally.sum("reward", float(np.mean(our_rewards)))
    tally.sum("reward teacher", float(np.mean(their_rewards)))
    tally.look("beyond", float(np.mean(our_rewards)) > float(np.mean(their_rewards)))
    best = max(their_rewards)
    for value in our_rewards:
        tally.look("beyond the best", value > best)
    return tally


def _by_teacher(page: Page, number: int) -> list[Arrangement]:
    """Return as many layouts of the teacher as it finds."""
    draw = recipe_module("composer.teacher").draw
    rng = np.random.default_rng((number, LOOKS))
    found = (draw(rng, page, held_out.PANEL) for _ in range(LOOKS))
    return [one[1] for one in found if one is not None]


def figures(tally: Tally) -> dict[str, Any]:
    """Return the composer's keys of the report."""
    pages = tally.counts["pages"]
    if not pages:
        return {"valid_layouts": tally.share("valid"), "distinct_of_64": None, "beyond_teacher": None}
    return {
        "valid_layouts": tally.share("valid"),
        "distinct_of_64": tally.sums["distinct"] / pages,
        "distinct_of_64_teacher": tally.sums["distinct teacher"] / pages,
        "beyond_teacher": {
            "share": tally.share("beyond"),
            "reward_ratio": tally.sums["reward"] / tally.sums["reward teacher"],
            "over_its_best_of_64": tally.share("beyond the best"),
        },
    }


def context_effect(count: int = 24) -> dict[str, float]:
    """Return what changes when only the moment changes, over `count` seeds of one scene.

    `far_size`: the first value's glyphs at 3 m over those at 40 cm; `far_facts`: facts on a page, the same way;
    `dark_theme`: share of dark themes in the dark less that in bright light; `urgent_size`: the first value's glyphs
    when urgent over those when calm; `urgent_vivid`: steps of vividness that urgency adds.
    """
    usual = _Moment(Context(distance_cm=40), Urgency.CALM)
    near = list(_composed(usual, count))
    far = list(_composed(_Moment(Context(distance_cm=300), Urgency.CALM), count))
    dark = list(_composed(_Moment(Context(distance_cm=40, light=0.05), Urgency.CALM), count))
    bright = list(_composed(_Moment(Context(distance_cm=40, light=0.95), Urgency.CALM), count))
    urgent = list(_composed(_Moment(Context(distance_cm=40), Urgency.URGENT), count))
    return {
        "far_size": _mean(far, _value_size) / _mean(near, _value_size),
        "far_facts": _mean(far, lambda one: len(one.page.facts)) / _mean(near, lambda one: len(one.page.facts)),
        "dark_theme": _mean(dark, _is_dark) - _mean(bright, _is_dark),
        "urgent_size": _mean(urgent, _value_size) / _mean(near, _value_size),
        "urgent_vivid": _mean(urgent, _vivid) - _mean(near, _vivid),
    }


@dataclasses.dataclass(frozen=True)
class _Moment:
    context: Context
    urgency: Urgency


def _composed(moment: _Moment, count: int) -> Iterable[Composed]:
    facts = (
        Fact("room.is", "21.4", "Room", "°C"),
        Fact("room.goal", "22.0", "Goal", "°C"),
        Fact("room.damp", "48", "Damp", "%", level=0.48),
        Fact("room.since", "14:05", "Since"),
    )
    scene = Scene(
        facts, title="Heating", icon="heat", intent=Intent.LIST, urgency=moment.urgency, context=moment.context
    )
    page = paginate(scene, held_out.PANEL)[0]
    return (composer().lay_out(page, held_out.PANEL, seed=seed) for seed in range(count))


def _mean(composed: list[Composed], of: Callable[[Composed], float]) -> float:
    return float(np.mean([of(one) for one in composed]))


def _value_size(composed: Composed) -> float:
    return max(run.size for run in composed.arrangement.runs if run.role is Role.VALUE)


def _is_dark(composed: Composed) -> float:
    return float(composed.arrangement.style.theme in _DARK)


def _vivid(composed: Composed) -> float:
    return composed.arrangement.style.vivid
