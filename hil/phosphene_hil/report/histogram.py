# SPDX-License-Identifier: Apache-2.0
"""Latency histograms as SVG that stands inside the page: one strip for each rung, on one logarithmic axis."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from phosphene_hil.report import words
from phosphene_hil.report.record import Measured, Spread

BINS = 44
WIDTH, LEFT, RIGHT = 660.0, 8.0, 8.0
STRIP, GAP, AXIS, TOP = 54.0, 28.0, 26.0, 0.0
_STEPS = (1, 2, 5)
_FEW = 3


@dataclass(frozen=True)
class Strip:
    """The values of one rung, by the name that stands beside them."""

    label: str
    rung: str
    measured: Measured


@dataclass(frozen=True)
class Axis:
    """A logarithmic axis from `least` to `most`, both above zero."""

    least: float
    most: float

    @classmethod
    def over(cls, values: Sequence[float]) -> Axis:
        """Return the axis on which all these lie, and a little room."""
        above = [value for value in values if value > 0] or [1.0]
        return cls(min(above) / 1.15, max(above) * 1.15)

    def x(self, value: float) -> float:
        """Return where a value lies, in SVG units; what is not above zero lies at the left end."""
        if value <= self.least:
            return LEFT
        share = math.log(value / self.least) / math.log(self.most / self.least)
        return LEFT + min(1.0, share) * (WIDTH - LEFT - RIGHT)

    def ticks(self) -> list[float]:
        """Return round values on it: 1, 2 and 5 of each power of ten, fewer where these would be many."""
        low, high = math.floor(math.log10(self.least)), math.ceil(math.log10(self.most))
        steps = _STEPS if high - low <= 3 else (1,)
        found = [step * 10.0**power for power in range(low, high + 1) for step in steps]
        within = [value for value in found if self.least <= value <= self.most]
        return within if len(within) >= _FEW else self._even_ticks()

    def _even_ticks(self) -> list[float]:
        """Return some four evenly many apart, for an axis so short that it is nearly linear."""
        rough = (self.most - self.least) / 4
        power = 10.0 ** math.floor(math.log10(rough))
        apart = next(step * power for step in (1, 2, 5, 10) if step * power >= rough)
        first, last = math.ceil(self.least / apart), math.floor(self.most / apart)
        return [round(index * apart, 12) for index in range(first, last + 1)]

    def edges(self) -> list[float]:
        """Return the edges of the bins."""
        ratio = (self.most / self.least) ** (1 / BINS)
        return [self.least * ratio**index for index in range(BINS + 1)]


def svg(title: str, strips: Sequence[Strip]) -> str:
    """Return the picture; each strip needs samples."""
    values = [sample for strip in strips for sample in strip.measured.samples]
    budget = strips[0].measured.most
    axis = Axis.over(values if budget is None else [*values, budget])
    height = TOP + len(strips) * (STRIP + GAP) + AXIS
    told = "; ".join(f"{strip.label}: {_in_words(strip.measured)}" for strip in strips)
    parts = [
        f'<svg class="histogram" viewBox="0 0 {WIDTH:g} {height:g}" role="img" aria-label="{escape(title)}: '
        f'{escape(told)}">'
    ]
    bottom = TOP + len(strips) * (STRIP + GAP)
    for value in axis.ticks():
        x = axis.x(value)
        parts.append(f'<line class="tick" x1="{x:.1f}" y1="{TOP:g}" x2="{x:.1f}" y2="{bottom:g}"/>')
        text = words.with_unit(words.number(value), strips[0].measured.unit)
        parts.append(f'<text class="axis" x="{x:.1f}" y="{bottom + 16:g}">{escape(text)}</text>')
    for index, strip in enumerate(strips):
        parts += _strip(strip, axis, TOP + GAP + index * (STRIP + GAP))
    if budget is not None:
        x = axis.x(budget)
        parts.append(f'<line class="budget" x1="{x:.1f}" y1="{TOP:g}" x2="{x:.1f}" y2="{bottom:g}"/>')
        parts.append(f'<text class="budget-label" x="{x - 4:.1f}" y="{TOP + 11:g}">budget</text>')
    return "".join([*parts, "</svg>"])


def counts(samples: Sequence[float], edges: Sequence[float]) -> list[int]:
    """Return how many samples lie between each two edges; below the first counts as the first."""
    found = [0] * (len(edges) - 1)
    ratio = math.log(edges[1] / edges[0])
    for sample in samples:
        at = int(math.log(sample / edges[0]) / ratio) if sample > edges[0] else 0
        found[min(at, len(found) - 1)] += 1
    return found


def _strip(strip: Strip, axis: Axis, top: float) -> list[str]:
    edges = axis.edges()
    found = counts(strip.measured.samples, edges)
    tallest = max(found)
    base = top + STRIP
    parts = [f'<g class="rung-{strip.rung}"><text class="strip" x="{LEFT:g}" y="{top - 7:g}">{escape(strip.label)}']
    parts.append(f'<tspan class="spread" dx="8">{escape(_in_words(strip.measured))}</tspan></text>')
    for index, count in enumerate(found):
        if count:
            x, right = axis.x(edges[index]), axis.x(edges[index + 1])
            tall = max(1.5, count / tallest * (STRIP - 4))
            parts.append(
                f'<rect x="{x:.1f}" y="{base - tall:.1f}" width="{max(1.0, right - x - 1):.1f}" height="{tall:.1f}" '
                f'rx="1"/>'
            )
    parts.append(f'<line class="base" x1="{LEFT:g}" y1="{base:g}" x2="{WIDTH - RIGHT:g}" y2="{base:g}"/></g>')
    return parts


def _in_words(measured: Measured) -> str:
    spread = measured.spread or Spread.of(measured.samples)
    p50, p95, most = (
        words.with_unit(words.number(value), measured.unit) for value in (spread.p50, spread.p95, spread.most)
    )
    return f"{spread.count} values, p50 {p50}, p95 {p95}, most {most}"
