# SPDX-License-Identifier: Apache-2.0
"""Who brings a camera and a microphone, and what they bring."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from phosphene.errors import PhospheneError
from phosphene.senses.perceived import Sees, Sense
from phosphene.sensors.protocol import Camera, Microphone


class SensesHeld(PhospheneError):
    """Somebody else has the senses; they give way only when told."""


class SensesShut(PhospheneError):
    """Camera and microphone are muted, or their lights can't be lit: nobody may have them."""


class Owner(Protocol):
    """Who brings a camera and a microphone."""

    @property
    def name(self) -> str:
        """What others are told of who it is."""
        ...

    def lost(self, to: str) -> None:
        """The senses were taken over by `to`."""
        ...


@dataclass(frozen=True, slots=True)
class Sensors:
    """What an owner brings; at least one of the two. `see` loads what sees where that depends on the camera."""

    camera: Camera | None
    microphone: Microphone | None
    see: Callable[[], Sees] | None = None

    def senses(self) -> frozenset[Sense]:
        """Return what they are for."""
        both = ((Sense.SEEING, self.camera), (Sense.HEARING, self.microphone))
        return frozenset(sense for sense, sensor in both if sensor is not None)


@dataclass(frozen=True, slots=True)
class Using:
    """Who has the senses since when, in seconds since 1970. `owner` None: they are the device's own."""

    owner: Owner | None
    name: str
    since_s: float
    sensors: Sensors
