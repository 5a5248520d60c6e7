# SPDX-License-Identifier: Apache-2.0
"""Random scenes over all that a scene can hold, in two parts: what trainings see, and what only evaluations see.

Held out are one intent, some units, some pairs of fact and choice counts, and a quarter of all strings, told apart by
their checksum so that no list has to be kept.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable
from enum import Enum

import numpy as np

from phosphene.painter.panel import Panel
from phosphene.painter.scene import (
    ICONS,
    LONGEST_CHOICE,
    LONGEST_LABEL,
    Choice,
    ColourVision,
    Context,
    Fact,
    Grade,
    Hand,
    Intent,
    Scene,
    Status,
    Urgency,
)
from recipes.composer.chance import one_of, weighted
from recipes.composer.strings import phrase, value


class Split(Enum):
    """Which side of the fence: TRAIN never meets anything held out; HELD_OUT holds at least one such thing."""

    TRAIN = 0
    HELD_OUT = 1


HELD_INTENT = Intent.REFUSE
HELD_UNITS = ("K", "°F", "kPa", "lx", "dB", "µm", "mol/l")
HELD_COUNTS = frozenset({(2, 3), (4, 1), (5, 2)})
UNITS = (
    "%",
    "°C",
    "g",
    "kg",
    "ml",
    "l",
    "s",
    "min",
    "h",
    "m",
    "km",
    "W",
    "kWh",
    "V",
    "€",
    "°",
    "bpm",
    "hPa",
    "ppm",
    "m³",
)
PANELS = (
    (Panel(160, 120, 36.0), 0.12),
    (Panel(160, 120, 58.0), 0.06),
    (Panel(320, 240, 58.0), 0.36),
    (Panel(320, 240, 41.0), 0.06),
    (Panel(512, 384, 100.0), 0.14),
    (Panel(800, 480, 154.0), 0.14),
    (Panel(480, 320, 74.0), 0.06),
    (Panel(240, 240, 28.0), 0.03),
    (Panel(240, 320, 43.0), 0.03),
)


def on_side(text: str, split: Split) -> bool:
    """Return whether a string belongs to this side: a quarter of all strings are held out."""
    return (zlib.crc32(text.encode()) % 4 == 3) is (split is Split.HELD_OUT)


def _drawn(rng: np.random.Generator, split: Split, make: Callable[[np.random.Generator], str]) -> str:
    while True:
        text = make(rng)
        if text.strip() and on_side(text, split):
            return text


def fact(rng: np.random.Generator, number: int, split: Split, *, units: tuple[str, ...]) -> Fact:
    """Return a fact named by its number."""
    text = _drawn(rng, split, value)
    wanted = rng.random()
    level = round(float(rng.random()), 3) if wanted < 0.28 else None
    on = bool(rng.random() < 0.5) if 0.28 <= wanted < 0.38 or wanted < 0.02 else None
    history: tuple[float, ...] = ()
    if 0.38 <= wanted < 0.5 or wanted > 0.99:
        steps = np.cumsum(rng.normal(0, 0.15, int(rng.integers(4, 33)))) + 0.5
        history = tuple(float(point) for point in np.clip(steps, 0, 1).round(3))
    limit = 30.0 if rng.random() < 0.1 else None
    return Fact(
        f"fact.{number}",
        text,
        _drawn(rng, split, lambda r: phrase(r, LONGEST_LABEL if r.random() < 0.1 else 16))
        if rng.random() < 0.88
        else "",
        one_of(rng, units) if rng.random() < 0.5 else "",
        tuple(Status)[weighted(rng, (0.7, 0.1, 0.1, 0.1))],
        level,
        on,
        history,
        age_s=float(rng.choice((1.0, 90.0))) if limit else 0.0,
        age_limit_s=limit,
        grade=Grade.OVERLAY if rng.random() < 0.1 else Grade.PAINTED,
    )


def context(rng: np.random.Generator) -> Context:
    """Return a moment: 25 cm to 4 m away, dark to bright, any setting."""
    return Context(
        float(np.exp(rng.uniform(np.log(25), np.log(400)))),
        float(rng.random()),
        float(rng.random()),
        tuple(Hand)[int(rng.integers(3))],
        bool(rng.random() < 0.12),
        tuple(ColourVision)[weighted(rng, (0.7, 0.1, 0.1, 0.1))],
    )


def _counts(rng: np.random.Generator, *, held: bool) -> tuple[int, int]:
    if held:
        return sorted(HELD_COUNTS)[int(rng.integers(len(HELD_COUNTS)))]
    while True:
        pair = (
            weighted(rng, (0.03, 0.3, 0.22, 0.17, 0.12, 0.08, 0.08)),
            weighted(rng, (0.4, 0.15, 0.25, 0.12, 0.08)),
        )
        if pair not in HELD_COUNTS:
            return pair


def scene(rng: np.random.Generator, split: Split = Split.TRAIN) -> Scene:
    """Return a random scene. On the held-out side all strings are, and often intent, units or counts as well."""
    held = split is Split.HELD_OUT
    facts, choices = _counts(rng, held=held and rng.random() < 0.4)
    intents = tuple(intent for intent in Intent if intent is not HELD_INTENT)
    intent = HELD_INTENT if held and rng.random() < 0.4 else intents[int(rng.integers(len(intents)))]
    units = HELD_UNITS if held and rng.random() < 0.4 else UNITS
    main = int(rng.integers(choices)) if choices and rng.random() < 0.8 else -1
    urgencies = (Urgency.CALM, Urgency.NOTICE, Urgency.URGENT)
    loud = (0.15, 0.25, 0.6) if intent in {Intent.ALARM, Intent.REFUSE} else (0.6, 0.25, 0.15)
    belongs = facts and rng.random() < 0.15
    return Scene(
        tuple(fact(rng, number, split, units=units) for number in range(facts)),
        tuple(
            Choice(
                f"choice.{number}",
                _drawn(rng, split, lambda r: phrase(r, LONGEST_CHOICE if r.random() < 0.08 else 9)),
                number == main,
                f"fact.{rng.integers(facts)}" if belongs else None,
            )
            for number in range(choices)
        ),
        _drawn(rng, split, lambda r: phrase(r, LONGEST_LABEL if r.random() < 0.1 else 18))
        if not facts or rng.random() < 0.65
        else "",
        one_of(rng, ICONS[1:]) if rng.random() < 0.45 else "",
        intent,
        urgencies[weighted(rng, loud)],
        context(rng),
        int(rng.integers(2**31)),
    )


def panel(rng: np.random.Generator) -> Panel:
    """Return one of the usual panels."""
    return PANELS[weighted(rng, [share for _, share in PANELS])][0]
