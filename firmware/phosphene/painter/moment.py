# SPDX-License-Identifier: Apache-2.0
"""The moment around a scene: what the screen is for, how strongly it speaks, and what was sensed of the person."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from phosphene.painter.charset import SceneError


class Intent(StrEnum):
    """What the screen is for at this moment."""

    TELL = "tell"
    ASK = "ask"
    CONFIRM = "confirm"
    PROGRESS = "progress"
    ALARM = "alarm"
    GREET = "greet"
    LIST = "list"
    REFUSE = "refuse"


class Urgency(StrEnum):
    """How strongly it must speak."""

    CALM = "calm"
    NOTICE = "notice"
    URGENT = "urgent"


class Hand(StrEnum):
    """The hand that is likely to touch."""

    NONE = "none"
    LEFT = "left"
    RIGHT = "right"


class ColourVision(StrEnum):
    """A setting of the person's."""

    USUAL = "usual"
    RED_GREEN = "red-green"
    BLUE_YELLOW = "blue-yellow"
    HIGH_CONTRAST = "high-contrast"


@dataclass(frozen=True, slots=True)
class Context:
    """What was sensed and what the person has set. Distance in centimetres, light and noise from 0 to 1."""

    distance_cm: float = 60.0
    light: float = 0.5
    noise: float = 0.2
    hand: Hand = Hand.NONE
    right_to_left: bool = False
    colour_vision: ColourVision = ColourVision.USUAL

    def __post_init__(self) -> None:
        unit_interval("context", "light", self.light)
        unit_interval("context", "noise", self.noise)
        if not (0 < self.distance_cm < 10_000):
            raise SceneError(f"distance_cm is {self.distance_cm}", place="context", cure="centimetres, above 0")


def unit_interval(place: str, name: str, number: float | None) -> None:
    """Raise SceneError unless `number` lies from 0 to 1, or is not there."""
    if number is not None and not 0.0 <= number <= 1.0:
        raise SceneError(f"{name} is {number}", place=place, cure="a number from 0 to 1")
