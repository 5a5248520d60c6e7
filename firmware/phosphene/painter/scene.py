# SPDX-License-Identifier: Apache-2.0
"""What has to be shown: facts and choices, with the moment around them. No word here says how it will look."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from phosphene.painter.charset import SceneError, check
from phosphene.painter.moment import ColourVision, Context, Hand, Intent, Urgency, unit_interval

# All that a scene is made of can be had from here.
__all__ = [
    "ICONS",
    "LONGEST_CHOICE",
    "LONGEST_LABEL",
    "LONGEST_UNIT",
    "LONGEST_VALUE",
    "MORE_KEY",
    "MOST_CHOICES",
    "MOST_FACTS",
    "MOST_HISTORY",
    "PAGE_KEY",
    "Choice",
    "ColourVision",
    "Context",
    "Fact",
    "Grade",
    "Hand",
    "Intent",
    "Scene",
    "SceneError",
    "Status",
    "Urgency",
]

MOST_FACTS: Final = 6
MOST_CHOICES: Final = 4
LONGEST_VALUE: Final = 24
LONGEST_UNIT: Final = 8
LONGEST_LABEL: Final = 48
LONGEST_CHOICE: Final = 24
MOST_HISTORY: Final = 32
# What turns the page has this key in the text tree.
PAGE_KEY: Final = "page"
# A choice with this key leads on: through the pages of its own scene first, then to whatever follows.
MORE_KEY: Final = "more"
# A digit before the first letter: "35" with the unit "2 kg" would read as another number.
_NUMBER_FIRST: Final = re.compile(r"[^A-Za-zµÀ-ÖØ-öø-ÿ]*[0-9¹²³¼½¾]")


class Grade(StrEnum):
    """How a fact's exactness is guarded: read back (statistics), or overlaid and compared (proof)."""

    PAINTED = "painted"
    OVERLAY = "overlay"


class Status(StrEnum):
    """How a fact is."""

    OK = "ok"
    ACTIVE = "active"
    WARNING = "warning"
    FAULT = "fault"


@dataclass(frozen=True, slots=True)
class Fact:
    """One exact thing. `value` is copied to the screen character by character, never generated.

    `level` (0 to 1) asks for a bar or ring, `on` for a toggle, `history` (oldest first, each 0 to 1) for a
    sparkline. A fact older than `age_limit_s` is struck out. `key` is its stable name, such as `timer.left`.
    """

    key: str
    value: str
    label: str = ""
    unit: str = ""
    status: Status = Status.OK
    level: float | None = None
    on: bool | None = None
    history: tuple[float, ...] = ()
    age_s: float = 0.0
    age_limit_s: float | None = None
    grade: Grade = Grade.PAINTED

    def __post_init__(self) -> None:
        place = f"fact {self.key!r}"
        if not self.key:
            raise SceneError("a fact has no key", place="scene", cure="give it a stable name such as 'timer.left'")
        for name, longest in (("value", LONGEST_VALUE), ("label", LONGEST_LABEL), ("unit", LONGEST_UNIT)):
            text = check(getattr(self, name), place=f"{place}, {name}")
            if len(text) > longest:
                raise SceneError(
                    f"the {name} has {len(text)} characters, at most {longest} fit any layout",
                    place=place,
                    cure="shorten it where it is made: a value is never cut" if name == "value" else "shorten it",
                )
            # Blanks alone say nothing, and nothing is left of them where a line is wrapped.
            object.__setattr__(self, name, text if text.strip() else "")
        if not self.value:
            raise SceneError("the value is empty", place=place, cure="leave the fact out, or say what is missing")
        if _NUMBER_FIRST.match(self.unit):
            raise SceneError(
                f"the unit {self.unit!r} would read as part of the value", place=place, cure="begin it with a letter"
            )
        unit_interval(place, "level", self.level)
        if len(self.history) > MOST_HISTORY:
            raise SceneError(f"{len(self.history)} points of history", place=place, cure=f"at most {MOST_HISTORY}")
        for point in self.history:
            unit_interval(place, "history", point)
        for name, seconds in (("age_s", self.age_s), ("age_limit_s", self.age_limit_s)):
            if seconds is not None and not (seconds >= 0 and math.isfinite(seconds)):
                raise SceneError(f"{name} is {seconds}", place=place, cure="seconds, zero or more")

    @property
    def shown(self) -> str:
        """The value with its unit, as it must stand on the screen."""
        return f"{self.value} {self.unit}" if self.unit and self.unit[0].isalpha() else self.value + self.unit

    @property
    def stale(self) -> bool:
        """Whether it is older than it may be."""
        return self.age_limit_s is not None and self.age_s > self.age_limit_s


@dataclass(frozen=True, slots=True)
class Choice:
    """Something that can be touched. `main` marks the expected one; `fact` is the key of the fact it belongs to."""

    key: str
    text: str
    main: bool = False
    fact: str | None = None

    def __post_init__(self) -> None:
        text = check(self.text, place=f"choice {self.key!r}")
        if not self.key or not text.strip() or len(text) > LONGEST_CHOICE:
            raise SceneError(f"a choice needs a key and 1 to {LONGEST_CHOICE} characters", place=f"choice {self.key!r}")
        object.__setattr__(self, "text", text)


@dataclass(frozen=True, slots=True)
class Scene:
    """All of a moment's screen, and the seed that its look is drawn from."""

    facts: tuple[Fact, ...] = ()
    choices: tuple[Choice, ...] = ()
    title: str = ""
    icon: str = ""
    intent: Intent = Intent.TELL
    urgency: Urgency = Urgency.CALM
    context: Context = field(default_factory=Context)
    seed: int = 0

    def __post_init__(self) -> None:
        if len(self.facts) > MOST_FACTS or len(self.choices) > MOST_CHOICES:
            raise SceneError(
                f"{len(self.facts)} facts and {len(self.choices)} choices",
                place="scene",
                cure=f"at most {MOST_FACTS} and {MOST_CHOICES}: split it into scenes",
            )
        keys = [fact.key for fact in self.facts]
        if len({*keys}) < len(keys) or len({choice.key for choice in self.choices}) < len(self.choices):
            raise SceneError("two facts or two choices share a key", place="scene", cure="keys must differ")
        for choice in self.choices:
            if choice.key == PAGE_KEY:
                raise SceneError("this key is the page mark's", place=f"choice {choice.key!r}", cure="use another key")
            if choice.fact is not None and choice.fact not in keys:
                raise SceneError(f"no fact {choice.fact!r}", place=f"choice {choice.key!r}", cure=f"one of {keys}")
        title = check(self.title, place="title")
        if len(title) > LONGEST_LABEL:
            raise SceneError(f"the title has {len(title)} characters", place="scene", cure=f"at most {LONGEST_LABEL}")
        object.__setattr__(self, "title", title if title.strip() else "")
        if not self.facts and not self.title:
            raise SceneError("nothing to show", place="scene", cure="give a fact or a title")
        if not 0 <= self.seed < 2**64:
            raise SceneError(f"the seed is {self.seed}", place="scene", cure="a whole number from 0 to 2^64 - 1")
        if self.icon not in ICONS:
            raise SceneError(f"no icon {self.icon!r}", place="scene", cure=f"one of {', '.join(ICONS[1:])}, or none")


# "" is no icon; the glyph table holds the pictures.
ICONS: Final = (
    "",
    *("timer", "alarm", "clock", "heat", "cold", "water", "lock", "unlock", "light", "fan", "door", "scale", "sum"),
    *("convert", "coin", "question", "check", "cross", "warning", "bell", "hand", "ear", "eye", "plug", "cup"),
)
