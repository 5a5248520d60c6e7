# SPDX-License-Identifier: Apache-2.0
"""How good a valid arrangement is, from 0 to 1: read, understood, reached, and pleasing, for this moment's person."""

from __future__ import annotations

import math

import numpy as np

from phosphene.painter.fit import SIZES
from phosphene.painter.form import around
from phosphene.painter.legibility import value_size
from phosphene.painter.page import Page
from phosphene.painter.placement import Arrangement, Box, Role, TextRun, Theme, WidgetKind
from phosphene.painter.problems import found, gap
from phosphene.painter.scene import Hand, Urgency

WEIGHTS = {
    "legibility": 0.2,
    "hierarchy": 0.12,
    "alignment": 0.16,
    "association": 0.1,
    "reach": 0.12,
    "space": 0.14,
    "balance": 0.06,
    "margins": 0.1,
}


def reward(arrangement: Arrangement, page: Page) -> float:
    """Return 0 for an invalid arrangement, else the weighted mean of all parts that the page has."""
    if next(found(arrangement, page), None) is not None:
        return 0.0
    scores = parts(arrangement, page)
    return sum(WEIGHTS[name] * score for name, score in scores.items()) / sum(WEIGHTS[name] for name in scores)


def parts(arrangement: Arrangement, page: Page) -> dict[str, float]:
    """Return each part's score, 0 to 1."""
    values = [run for run in arrangement.runs if run.role is Role.VALUE]
    titles = [run for run in arrangement.runs if run.role is Role.TITLE]
    scores = {
        "legibility": _legibility(arrangement, page, values, titles),
        "alignment": _alignment(arrangement),
        "space": _space(arrangement),
        "balance": _balance(arrangement),
        "margins": _margins(arrangement),
    }
    if values:
        scores["hierarchy"] = _hierarchy(arrangement, page, values, titles)
    if len(page.facts) > 1 and any(fact.label for fact in page.facts):
        scores["association"] = _association(arrangement, values)
    if page.choices:
        scores["reach"] = _reach(arrangement, page)
    return scores


def _legibility(arrangement: Arrangement, page: Page, values: list[TextRun], titles: list[TextRun]) -> float:
    """Values well above the least size that the distance asks for; words that are not abbreviated."""
    panel, far = arrangement.panel, page.scene.context.distance_cm
    sizes = {run.key: run.size for run in values if run.start == 0}
    scores = [min(1.0, sizes[fact.key] / _wished(value_size(fact, panel, far))) for fact in page.facts]
    words = [run for run in arrangement.runs if run.role in {Role.LABEL, Role.TITLE, Role.CHOICE}]
    whole = 1.0 - sum(run.text.endswith("…") for run in words) / max(1, len(words))
    if not scores:
        scores = [min(1.0, max(run.size for run in titles) / _wished(page.text))] if titles else [1.0]
    one_line = 1.0 - 0.5 * sum(run.start > 0 for run in words) / max(1, len(words))
    return 0.6 * float(np.mean(scores)) + 0.25 * whole + 0.15 * one_line


def _wished(least: int) -> int:
    """Return the size after the least: what is read at ease."""
    return SIZES[min(SIZES.index(least) + 1, len(SIZES) - 1)]


def _hierarchy(arrangement: Arrangement, page: Page, values: list[TextRun], titles: list[TextRun]) -> float:
    """A value over its label, the first fact not under the others, the title not over the first value."""
    main = {run.key: run.size for run in values if run.start == 0}
    labels = {run.key: run.size for run in arrangement.runs if run.role is Role.LABEL}
    over = [min(1.0, main[key] / size / 1.5) for key, size in labels.items() if key in main]
    sizes = list(main.values())
    scores = [float(np.mean(over)) if over else 1.0, min(1.0, main[page.facts[0].key] / max(sizes))]
    # Two sizes of values make an order; more make a muddle.
    scores.append(1.0 if len(set(sizes)) <= 2 else 0.5)
    if titles:
        scores.append(min(1.0, 1.1 * main[page.facts[0].key] / titles[0].size))
    return float(np.mean(scores))


def _blocks(arrangement: Arrangement) -> list[Box]:
    """Return what the eye takes as one thing each: title, label, value, button, icon."""
    groups: dict[tuple[Role, str], list[Box]] = {}
    for run in arrangement.runs:
        if run.role not in {Role.CHOICE, Role.PAGE}:
            groups.setdefault((run.role, run.key), []).append(run.box)
    drawn = {WidgetKind.BUTTON, WidgetKind.ICON, WidgetKind.BAR, WidgetKind.RING, WidgetKind.SPARKLINE}
    return [around(boxes) for boxes in groups.values()] + [
        widget.box for widget in arrangement.widgets if widget.kind in drawn
    ]


def _alignment(arrangement: Arrangement) -> float:
    """The share of blocks that share an edge or an axis with another, and how few edges there are for it."""
    blocks = _blocks(arrangement)
    if len(blocks) < 2:
        return 1.0
    slack = arrangement.panel.columns / 80
    lines = np.array([[box.x, box.x + box.w / 2, box.x + box.w] for box in blocks])
    same = np.abs(lines[:, None, :] - lines[None, :, :]) <= slack
    np.einsum("iik->ik", same)[:] = False
    counts = same.sum(axis=1) / (len(blocks) - 1)
    shared = same.any(axis=(1, 2)).mean()
    return float(0.6 * shared + 0.4 * min(1.0, 1.6 * counts.max(axis=1).mean()))


def _association(arrangement: Arrangement, values: list[TextRun]) -> float:
    """How much nearer each value is to its own label than to the next one."""
    labels = [run for run in arrangement.runs if run.role is Role.LABEL]
    scores: list[float] = []
    reach = max(2.0, arrangement.panel.rows / 8)
    for value in values:
        own = [gap(value.box, label.box) for label in labels if label.key == value.key]
        others = [gap(value.box, label.box) for label in labels if label.key != value.key]
        if own and others:
            scores.append(min(1.0, (min(others) - min(own)) / reach))
    return float(np.mean(scores)) if scores else 1.0


def _reach(arrangement: Arrangement, page: Page) -> float:
    """Buttons low, on the hand's side, wide enough to hit in passing."""
    panel, hand = arrangement.panel, page.scene.context.hand
    buttons = [widget.box for widget in arrangement.widgets if widget.kind is WidgetKind.BUTTON]
    target = {Hand.LEFT: 0.15, Hand.RIGHT: 0.85, Hand.NONE: 0.5}[hand]
    scores: list[float] = []
    for box in buttons:
        x, y = (box.x + box.w / 2) / panel.columns, (box.y + box.h / 2) / panel.rows
        aside = abs(x - target) * (1.0 if hand is not Hand.NONE else 0.3)
        scores.append(max(0.0, 1.0 - 0.8 * aside - 0.5 * max(0.0, 0.8 - y)))
    sizes = {(box.w, box.h) for box in buttons}
    even = 1.0 if len(sizes) == 1 else 0.8 if max(w for w, _ in sizes) - min(w for w, _ in sizes) <= 1 else 0.4
    return 0.75 * float(np.mean(scores)) + 0.25 * even


def _space(arrangement: Arrangement) -> float:
    """Neither crowded nor lost: what is covered, and the largest gap between rows."""
    panel = arrangement.panel
    blocks = _blocks(arrangement)
    covered = np.zeros((panel.rows, panel.columns), bool)
    for box in blocks:
        covered[box.y : box.y + box.h, box.x : box.x + box.w] = True
    share = float(covered.mean())
    used = min(1.0, share / 0.28) if share < 0.28 else max(0.0, 1.0 - max(0.0, share - 0.62) * 2.5)
    rows = np.flatnonzero(covered.any(axis=1))
    holes = np.diff(np.concatenate(([-1], rows, [panel.rows]))) - 1
    hole = max(0.0, 1.0 - max(0.0, float(holes.max()) / panel.rows - 0.2) * 2.5)
    return 0.55 * used + 0.45 * hole


def _balance(arrangement: Arrangement) -> float:
    """The centre of what is drawn near the middle of the panel, or near a third of it."""
    panel = arrangement.panel
    blocks = _blocks(arrangement)
    areas = np.array([box.w * box.h for box in blocks], float)
    x = float(np.average([box.x + box.w / 2 for box in blocks], weights=areas)) / panel.columns
    y = float(np.average([box.y + box.h / 2 for box in blocks], weights=areas)) / panel.rows
    return max(0.0, 1.0 - 2.2 * max(0.0, math.hypot(x - 0.5, y - 0.5) - 0.08))


def _margins(arrangement: Arrangement) -> float:
    """Something free at the edges, alike on both sides."""
    panel = arrangement.panel
    whole = around(_blocks(arrangement))
    left, right = whole.x, panel.columns - whole.x - whole.w
    top, bottom = whole.y, panel.rows - whole.y - whole.h
    wish = max(1.0, panel.columns / 25)
    free = float(np.mean([min(1.0, side / wish) for side in (left, right, top, bottom)]))
    uneven = abs(top - bottom) / panel.rows
    return 0.75 * free + 0.25 * max(0.0, 1.0 - 2 * uneven)


def fits_moment(arrangement: Arrangement, page: Page) -> bool:
    """Return whether the theme suits the light, and the colours the urgency: what a sample must not lose."""
    context, style = page.scene.context, arrangement.style
    dark = style.theme in {Theme.DARK, Theme.BLACK}
    if (context.light < 0.2 and not dark) or (context.light > 0.85 and dark):
        return False
    return page.scene.urgency is not Urgency.URGENT or style.vivid >= 2
