# SPDX-License-Identifier: Apache-2.0
"""What the screen takes from what is seen: distance and light, unless a person moved their control by hand."""

from __future__ import annotations

from typing import Final, Literal

from phosphene.console.screen import Screen
from phosphene.perception.percepts import Seen
from phosphene.senses.surroundings import Surroundings

Setting = Literal["distance_cm", "light"]
SETTINGS: Final[tuple[Setting, ...]] = ("distance_cm", "light")


class Following:
    """Sets the screen's distance and light as they are sensed. A control that was moved by hand is left alone until
    `set` says otherwise.
    """

    def __init__(self, screen: Screen) -> None:
        self.on: dict[Setting, bool] = dict.fromkeys(SETTINGS, True)
        self._screen = screen
        self._surroundings = Surroundings(screen.settings.distance_cm, screen.settings.light)

    def set(self, setting: Setting, *, on: bool) -> None:
        """Follow `setting` from now on, or no longer."""
        self.on[setting] = on
        getattr(self._surroundings, setting).told = getattr(self._screen.settings, setting)

    def look(self) -> None:
        """Notice what was moved by hand."""
        for setting in SETTINGS:
            if getattr(self._screen.settings, setting) != getattr(self._surroundings, setting).told:
                self.set(setting, on=False)

    def take(self, seen: Seen) -> None:
        """Take what was seen; the screen is set when it counts."""
        self.look()
        changed = {name: value for name, value in self._surroundings.take(seen).items() if self._follows(name)}
        if changed:
            self._screen.set(self._screen.settings.model_copy(update=changed))

    def _follows(self, name: str) -> bool:
        return any(name == setting and self.on[setting] for setting in SETTINGS)
