# SPDX-License-Identifier: Apache-2.0
"""One page of a scene: what of it is shown together, and the smallest sizes that it may be shown in."""

from __future__ import annotations

from dataclasses import dataclass

from phosphene.painter.abbreviation import differences
from phosphene.painter.scene import Choice, Fact, Scene


@dataclass(frozen=True, slots=True)
class Page:
    """Part of a scene. `sizes` holds the smallest glyph size of each fact's value, `text` that of labels and title,
    `touch` that of the buttons' text. `number` counts from 0."""

    scene: Scene
    facts: tuple[Fact, ...]
    choices: tuple[Choice, ...]
    title: str
    icon: str
    sizes: tuple[int, ...]
    text: int
    touch: int
    number: int = 0
    count: int = 1

    @property
    def mark(self) -> str:
        """What says which page this is, such as "1/2"; empty when there is only one."""
        return f"{self.number + 1}/{self.count}" if self.count > 1 else ""

    def label_apart(self, fact: Fact) -> tuple[int, ...]:
        """Return the places of the fact's label that tell it from the scene's other labels, on whatever page."""
        return differences(tuple(one.label for one in self.scene.facts)).get(fact.label, ())

    def choice_apart(self, choice: Choice) -> tuple[int, ...]:
        """Return the places of the choice's text that tell it from the scene's other choices, on whatever page."""
        return differences(tuple(one.text for one in self.scene.choices)).get(choice.text, ())
