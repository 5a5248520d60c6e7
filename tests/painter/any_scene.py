# SPDX-License-Identifier: Apache-2.0
"""Every scene and every panel that is allowed, as strategies: all characters, lengths, counts, contexts and seeds."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from hypothesis import strategies as st

from phosphene.painter.charset import CHARACTERS
from phosphene.painter.panel import CELL, LARGEST, SMALLEST, Panel
from phosphene.painter.scene import (
    ICONS,
    LONGEST_CHOICE,
    LONGEST_LABEL,
    LONGEST_UNIT,
    LONGEST_VALUE,
    MOST_CHOICES,
    MOST_FACTS,
    MOST_HISTORY,
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

PANELS: Final = (Panel(160, 120, 35.0), Panel(320, 240), Panel(512, 384, 104.0), Panel(800, 480, 154.0))

_shares = st.floats(0, 1)


def texts(longest: int, shortest: int = 0) -> st.SearchStrategy[str]:
    """Return strings of the table's characters, words and numbers among them; none is blank unless empty."""
    some = st.text(CHARACTERS, min_size=shortest, max_size=longest)
    words = st.lists(st.text("abcdeimW10", min_size=1, max_size=12), min_size=1, max_size=9).map(" ".join)
    return (some | words.map(lambda text: text[:longest])).filter(lambda text: len(text) >= shortest and text != " ")


def values() -> st.SearchStrategy[str]:
    """Return values of 1 to 24 characters: numbers as a board writes them, and anything else."""
    number = st.decimals(-(10**15), 10**15, places=3, allow_nan=False).map(lambda one: f"{one:f}"[:LONGEST_VALUE])
    clock = st.times().map(lambda one: one.strftime("%H:%M:%S"))
    digits = st.text("0123456789", min_size=1, max_size=LONGEST_VALUE)
    return (number | clock | digits | texts(LONGEST_VALUE, 1)).filter(lambda text: bool(text.strip()))


def units() -> st.SearchStrategy[str]:
    """Return units of up to 8 characters, the first of them a letter."""
    return st.builds(str.__add__, st.sampled_from("kmlgsVÅµé"), st.text(CHARACTERS, max_size=LONGEST_UNIT - 1))


@st.composite
def facts(draw: st.DrawFn, key: str) -> Fact:
    """Return any fact."""
    limit = draw(st.none() | st.floats(0, 1e6))
    return Fact(
        key,
        draw(values()),
        draw(st.just("") | texts(LONGEST_LABEL)).strip(),
        draw(st.sampled_from(("", "°C", "%", "ml", "kg", "€", "km/h", "mg/min")) | units()),
        draw(st.sampled_from(Status)),
        draw(st.none() | _shares),
        draw(st.none() | st.booleans()),
        tuple(draw(st.just([]) | st.lists(_shares, max_size=MOST_HISTORY))),
        draw(st.floats(0, 1e6)),
        limit,
        draw(st.sampled_from(Grade)),
    )


@st.composite
def contexts(draw: st.DrawFn) -> Context:
    """Return any context; most distances are those at which people stand."""
    return Context(
        draw(st.floats(20, 600) | st.floats(0.01, 9_999)),
        draw(_shares),
        draw(_shares),
        draw(st.sampled_from(Hand)),
        draw(st.booleans()),
        draw(st.sampled_from(ColourVision)),
    )


@st.composite
def scenes(draw: st.DrawFn, least_facts: int = 0) -> Scene:
    """Return any scene."""
    count = draw(st.integers(least_facts, MOST_FACTS))
    choices = [
        Choice(f"choice{number}", draw(texts(LONGEST_CHOICE, 1).filter(lambda text: bool(text.strip()))), number == 0)
        for number in range(draw(st.integers(0, MOST_CHOICES)))
    ]
    title = draw(st.just("") | texts(LONGEST_LABEL)).strip()
    return Scene(
        tuple(draw(facts(f"fact{number}")) for number in range(count)),
        tuple(choices),
        title if title or count else "Nothing else",
        draw(st.sampled_from(ICONS)),
        draw(st.sampled_from(Intent)),
        draw(st.sampled_from(Urgency)),
        draw(contexts()),
        draw(st.integers(0, 2**32 - 1)),
    )


def panels() -> st.SearchStrategy[Panel]:
    """Return the four sizes that the device has, or any other."""
    width = st.integers(SMALLEST[0] // CELL, LARGEST[0] // CELL).map(lambda cells: cells * CELL)
    height = st.integers(SMALLEST[1] // CELL, LARGEST[1] // CELL).map(lambda cells: cells * CELL)
    return st.sampled_from(PANELS) | st.builds(Panel, width, height, st.floats(30, 300))


@st.composite
def later(draw: st.DrawFn, scene: Scene) -> Scene:
    """Return the scene some moments on: values that tick, grow and shrink, toggles, levels, ages."""
    changed: list[Fact] = []
    for fact in scene.facts:
        way = draw(st.sampled_from(("same", "same", "digit", "value", "level", "on", "history", "age")))
        if way == "digit":
            place = draw(st.integers(0, len(fact.value) - 1))
            value = fact.value[:place] + draw(st.sampled_from("0123456789")) + fact.value[place + 1 :]
            fact = replace(fact, value=value)
        elif way == "value":
            fact = replace(fact, value=draw(values()))
        elif way == "level" and fact.level is not None:
            fact = replace(fact, level=draw(_shares))
        elif way == "on" and fact.on is not None:
            fact = replace(fact, on=not fact.on)
        elif way == "history" and fact.history:
            fact = replace(fact, history=(*fact.history[1:], draw(_shares)))
        elif way == "age":
            fact = replace(fact, age_s=draw(st.floats(0, 100)), age_limit_s=50.0)
        changed.append(fact)
    return replace(scene, facts=tuple(changed))
