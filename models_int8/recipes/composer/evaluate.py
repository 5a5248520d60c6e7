# SPDX-License-Identifier: Apache-2.0
"""Measures the composer on scenes that no training saw, beside its teacher: `python -m recipes.composer.evaluate`.

Needs no torch. All figures are of first draws at the shipped temperature unless they say otherwise.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from phosphene.painter.arrange import arrange
from phosphene.painter.compose import Composer
from phosphene.painter.condition import condition
from phosphene.painter.free_room import FreeRoom
from phosphene.painter.likeness import distinct
from phosphene.painter.page import Page
from phosphene.painter.paging import paginate
from phosphene.painter.panel import Panel
from phosphene.painter.placement import Arrangement
from phosphene.painter.tokens import POSITIONS
from recipes.composer.context_effect import context_effect
from recipes.composer.reward import reward
from recipes.composer.scenes import Split
from recipes.composer.teacher import draw, random_page

Draw = Callable[[Page, Panel, np.random.Generator], Arrangement]
SEEDS = 64
GLASS = Panel(320, 240)


def first_draw(composer: Composer, *, alone: bool = False) -> Draw:
    """Return a function that draws once and keeps what comes, valid or not; `alone` without look-ahead."""

    def one(page: Page, panel: Panel, rng: np.random.Generator) -> Arrangement:
        room = None if alone else FreeRoom(page, panel)
        tokens = composer.drawer.draw(page, condition(page, panel), rng.random(POSITIONS), room)
        return arrange(page, tokens, panel)

    return one


def validity(one: Draw, pages: int, seed: int) -> float:
    """Return the share of valid first draws over held-out pages on all panels."""
    rng = np.random.default_rng((seed, 1))
    good = 0
    for _ in range(pages):
        page, panel = random_page(rng, Split.HELD_OUT)
        good += reward(one(page, panel, rng), page) > 0
    return good / pages


def beyond_teacher(one: Draw, pages: int, seed: int, draws: int = 8) -> dict[str, float]:
    """Return mean reward over the teacher's (invalid draws count 0), and the share above the teacher's median."""
    rng = np.random.default_rng((seed, 2))
    mine: list[float] = []
    its: list[float] = []
    above: list[float] = []
    while len(above) < pages:
        page, panel = random_page(rng, Split.HELD_OUT)
        drawn = [pair[1] for pair in (draw(rng, page, panel) for _ in range(draws)) if pair is not None]
        if len(drawn) < draws:
            continue
        theirs = [reward(arrangement, page) for arrangement in drawn]
        ours = [reward(one(page, panel, rng), page) for _ in range(draws)]
        mine.append(float(np.mean(ours)))
        its.append(float(np.mean(theirs)))
        above.append(float(np.mean(np.array(ours) > np.median(theirs))))
    return {"reward_ratio": float(np.mean(mine) / np.mean(its)), "share": float(np.mean(above))}


def diversity(composer: Composer, scenes: int, seed: int) -> dict[str, float]:
    """Return how many of 64 seeds' layouts are distinct on held-out pages with a fact at 320x240, and the teacher's."""
    rng = np.random.default_rng((seed, 3))
    mine: list[int] = []
    its: list[int] = []
    while len(mine) < scenes:
        page, panel = random_page(rng, Split.HELD_OUT, GLASS)
        if not page.facts:
            continue
        drawn = [pair[1] for pair in (draw(rng, page, panel) for _ in range(SEEDS)) if pair is not None]
        if len(drawn) < SEEDS:
            continue
        its.append(distinct(drawn))
        mine.append(distinct([composer.lay_out(page, panel, seed=each).arrangement for each in range(SEEDS)]))
    return {
        "distinct_of_64": float(np.mean(mine)),
        "distinct_of_64_median": float(np.median(mine)),
        "distinct_of_64_teacher": float(np.mean(its)),
    }


def in_use(composer: Composer, scenes: int, seed: int) -> dict[str, float]:
    """Return what a device sees at 320x240: plain layouts, draws and milliseconds per page, paging included."""
    rng = np.random.default_rng((seed, 4))
    plain = tries = steps = 0
    ms: list[float] = []
    cpu: list[float] = []
    for _ in range(scenes):
        page, panel = random_page(rng, Split.HELD_OUT, GLASS)
        paginate.cache_clear()
        began, began_cpu = time.perf_counter(), time.process_time()
        composed = composer.compose(page.scene, panel)
        ms.append(1e3 * (time.perf_counter() - began))
        cpu.append(1e3 * (time.process_time() - began_cpu))
        plain, tries, steps = plain + composed.plain, tries + composed.tries, steps + composed.steps
    return {
        "plain": plain / scenes,
        "tries": tries / scenes,
        "steps": steps / scenes,
        "compose_ms_p50": float(np.median(ms)),
        # Of this process alone, whatever else the machine was doing.
        "compose_cpu_ms_p50": float(np.median(cpu)),
        "compose_cpu_ms_p95": float(np.percentile(cpu, 95)),
        "compose_ms_p95": float(np.percentile(ms, 95)),
    }


def report(composer: Composer, pages: int = 400, seed: int = 5) -> dict[str, Any]:
    """Return all figures."""
    one = first_draw(composer)
    return {
        "pages": pages,
        "valid_layouts": validity(one, pages, seed),
        "valid_without_look_ahead": validity(first_draw(composer, alone=True), pages, seed),
        "beyond_teacher": beyond_teacher(one, max(2, pages // 8), seed),
        **diversity(composer, max(1, pages // 40), seed),
        "context_effect": context_effect(composer, max(5, pages // 4), seed),
        **in_use(composer, max(5, pages // 4), seed),
    }


def flat(figures: dict[str, Any], before: str = "") -> dict[str, float]:
    """Return the report's numbers under dotted names."""
    result: dict[str, float] = {}
    for name, value in figures.items():
        result |= flat(value, f"{before}{name}.") if isinstance(value, dict) else {before + name: float(value)}
    return result


def main() -> None:
    """Print the report as JSON."""
    parser = argparse.ArgumentParser(prog="python -m recipes.composer.evaluate")
    parser.add_argument("--models", type=Path, default=Path(__file__).resolve().parents[2])
    parser.add_argument("--pages", type=int, default=400)
    parser.add_argument("--seed", type=int, default=5)
    asked = parser.parse_args()
    print(json.dumps(report(Composer.load(asked.models), asked.pages, asked.seed), indent=2))


if __name__ == "__main__":
    main()
