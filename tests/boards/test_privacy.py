# SPDX-License-Identifier: Apache-2.0
"""The table `[privacy]`: what is wrong in it, and what the firmware and the diagram get of it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from phosphene_tools.boards import load_rig
from phosphene_tools.boards.diagram import draw

Spoil = Callable[..., list[str]]


@pytest.mark.parametrize(
    ("old", "new", "key", "words"),
    [
        ("camera_light = 6", "camera_light = 7", "privacy.microphone_light", "already used by privacy.camera_light"),
        ("mute_switch = 8", "mute_switch = 16", "privacy.mute_switch", "already used by input.0.pin"),
        ("mute_switch = 8", "mute_switch = 24", "privacy.mute_switch", "is reserved"),
        ("mute_switch = 8", "mute_switch = 8\nmute_level = 2", "privacy.mute_level", "0 or 1"),
        (
            "camera_light = 6\nmicrophone_light = 7\nmute_switch = 8",
            "",
            "privacy",
            "neither a light nor a switch is declared",
        ),
    ],
    ids=["two lights", "an input's pin", "reserved", "level", "empty"],
)
def test_what_is_wrong_is_told(spoil: Spoil, old: str, new: str, key: str, words: str) -> None:
    (problem,) = spoil(old, new)
    assert words in problem
    assert f", {key} " in problem


def test_the_diagram_has_the_lights_and_says_when_the_switch_is_closed() -> None:
    drawn = draw(load_rig("sim"))
    assert "GP6   pin 9     ────▶ light of the camera" in drawn
    assert "GP8   pin 11    ◀──── mute switch to GND, pull-up inside the chip: muted when closed" in drawn
    assert "PRIVACY" not in draw(load_rig("laptop-pico"))
