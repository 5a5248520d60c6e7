# SPDX-License-Identifier: Apache-2.0
"""Whether two scenes are one to a person: the same words and choices, with other values."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from phosphene.painter.scene import Intent, Scene

TICKING: Final = frozenset({Intent.TELL, Intent.PROGRESS})
"""Where a choice is about what goes on, whatever its value is meanwhile."""
OF_DEVICE: Final = "device."
"""What the keys of facts begin with that the device tells of itself."""


def same_but_values(before: Scene, after: Scene) -> bool:
    """Return whether a person sees the same scene with other values in it.

    A yes is meant for the very values that it was asked about: with others it is another question.
    """
    return (
        (after.intent in TICKING or before.facts == after.facts)
        and before.title == after.title
        and before.icon == after.icon
        and before.intent is after.intent
        and before.choices == after.choices
        and before.seed == after.seed
        and [(fact.key, fact.label, fact.unit) for fact in before.facts]
        == [(fact.key, fact.label, fact.unit) for fact in after.facts]
    )


def same_look(before: Scene, after: Scene) -> bool:
    """Return whether the old picture need only be brought up to date: the same scene, sensed the same.

    What the device tells of itself, such as the words that it hears, may be other in any picture: no yes is meant for
    it. A screen that is talked to keeps its layout from word to word.
    """
    own = {fact.key: fact for fact in after.facts if fact.key.startswith(OF_DEVICE)}
    alike = replace(before, facts=tuple(own.get(fact.key, fact) for fact in before.facts))
    return same_but_values(alike, after) and before.context == after.context and before.urgency is after.urgency
