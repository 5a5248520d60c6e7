# SPDX-License-Identifier: Apache-2.0
"""What a device says to a scene. Pure: every digit in it is quoted from what is shown, in the order of the screen."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from phosphene.painter.scene import MORE_KEY, Choice, Fact, Intent, Scene, Status
from phosphene.sound import units
from phosphene.sound.words import aloud, tidy, value_aloud


class Why(StrEnum):
    """Why a scene is shown."""

    ASKED = "asked"
    """Somebody wanted it: it is the answer, or a step towards it."""
    CAME = "came"
    """It came by itself: only what can't wait is said."""


@dataclass(frozen=True, slots=True)
class Spoken:
    """A sentence or more. `quotes` are the shown strings that were put into `text`, in its order: titles, labels,
    values, choices, and units that have no words. Its digits are theirs, all of them and no other.

    `facts` are the keys of the facts whose values are said. `good_for_s` is how long these may still be told from now
    on, None for as long as they are shown.
    """

    text: str
    quotes: tuple[str, ...] = ()
    facts: tuple[str, ...] = ()
    good_for_s: float | None = None


_UNASKED: Final = frozenset({Intent.ALARM, Intent.REFUSE})
_WITH_CHOICES: Final = frozenset({Intent.ASK, Intent.CONFIRM, Intent.ALARM, Intent.LIST})
_STATUS: Final = {Status.OK: "", Status.ACTIVE: "", Status.WARNING: ", warning", Status.FAULT: ", fault"}


def sentence(scene: Scene, why: Why = Why.ASKED) -> Spoken | None:
    """Return what is said to `scene`, None for nothing.

    The title comes first: of a refusal it is the reason. Then each fact, a struck one without its value; then, where an
    answer is expected, what can be said. A confirmation so says what will be done before its yes.
    """
    if why is Why.CAME and scene.intent not in _UNASKED:
        return None
    parts: list[str] = []
    quotes: list[str] = []
    if scene.title:
        parts.append(_ended(aloud(scene.title)))
        quotes.append(scene.title)
    told = [fact for fact in scene.facts if not fact.stale]
    for fact in scene.facts:
        words, quoted = _fact(fact)
        parts.append(words)
        quotes += quoted
    if scene.intent in _WITH_CHOICES:
        words, quoted = _choices(scene)
        parts.append(words)
        quotes += quoted
    text = tidy(" ".join(parts))
    if not text:
        return None
    left = [fact.age_limit_s - fact.age_s for fact in told if fact.age_limit_s is not None]
    return Spoken(text, tuple(quotes), tuple(fact.key for fact in told), min(left, default=None))


def _fact(fact: Fact) -> tuple[str, list[str]]:
    """A struck value is not said, as it must not be read."""
    if fact.stale:
        return _ended(f"{aloud(fact.label) or 'The value'} is out of date"), [fact.label]
    name = f"{aloud(fact.label)}, " if fact.label else ""
    words = f"{name}{value_aloud(fact.value, fact.unit)}{_STATUS[fact.status]}"
    # A unit that is known is said in words: "m3" has no digit to the ear.
    unit = [] if units.said(fact.unit, fact.value) else [fact.unit]
    return _ended(words), [fact.label, fact.value, *unit]


def _choices(scene: Scene) -> tuple[str, list[str]]:
    choices = sorted((choice for choice in scene.choices if choice.key != MORE_KEY), key=_expected_first)
    if not choices:
        return "", []
    texts = [choice.text for choice in choices]
    said = [aloud(text).rstrip(" .?") for text in texts]
    listed = f"{', '.join(said[:-1])}, or {said[-1]}" if len(said) > 1 else said[0]
    return _ended(f"Say {listed}"), texts


def _expected_first(choice: Choice) -> bool:
    return not choice.main


def _ended(words: str) -> str:
    words = words.strip(" ,")
    return words if not words or words[-1] in ".?" else f"{words}."
