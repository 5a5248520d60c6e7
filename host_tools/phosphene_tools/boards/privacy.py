# SPDX-License-Identifier: Apache-2.0
"""The lights of camera and microphone, and the mute switch: the table `[privacy]` of a rig."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Literal

from phosphene_tools.boards.problems import Problem
from phosphene_tools.boards.table import Pin, Table

if TYPE_CHECKING:
    from phosphene_tools.boards.wiring import Wiring


class Privacy(Table):
    """What tells people about camera and microphone, and lets them switch both off."""

    camera_light: Pin | None = None
    """GPIO of the light that is on whenever the camera may be open."""
    microphone_light: Pin | None = None
    """GPIO of the microphone's."""
    mute_switch: Pin | None = None
    """GPIO of the mute switch, which connects it to ground; the pull-up inside the chip is used."""
    mute_level: Literal[0, 1] = 0
    """The level that means muted. With 1 the switch is closed while nothing is muted, and a broken wire mutes."""


def privacy_pins(wiring: Wiring) -> Iterator[tuple[str, int]]:
    """Yield the GPIOs that the table uses, by key."""
    if wiring.privacy is None:
        return
    for key in ("camera_light", "microphone_light", "mute_switch"):
        pin: int | None = getattr(wiring.privacy, key)
        if pin is not None:
            yield key, pin


def check_privacy(wiring: Wiring) -> Iterator[Problem]:
    """Yield what is wrong with the table beyond its pins."""
    if wiring.privacy is not None and not any(privacy_pins(wiring)):
        yield Problem(("privacy",), "neither a light nor a switch is declared", "add one, or remove the table")
