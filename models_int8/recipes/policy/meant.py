# SPDX-License-Identifier: Apache-2.0
"""What the one who spoke last wants, and which of the heard words are an argument's. Only the teacher knows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from phosphene.line.dictionary import Task
from phosphene.line.schema import Field
from phosphene.policy.decision import Action
from phosphene.policy.number_words import KINDS, number_like
from phosphene.policy.situation import Situation
from phosphene.policy.units import UNITS


@dataclass(frozen=True, slots=True)
class Meant:
    """What the one who spoke last wants the device to do now. `task` for TASK and STOP."""

    action: Action
    task: Task | None = None


NOTHING: Final = Meant(Action.WAIT)


def said_for(situation: Situation, argument: Field, tags: Mapping[int, str]) -> tuple[int, int] | None:
    """Return where the words for `argument` stand in what was heard, None if nothing of it is of use."""
    heard = situation.heard
    places = [place for place, word in enumerate(heard) if tags.get(word.number) == argument.name]
    if not places:
        return None
    readings = [{heard[place].text.lower(), *(other.lower() for other, _ in heard[place].others)} for place in places]
    if argument.kind == "text" or all(any(_may(argument, text) for text in reading) for reading in readings):
        return places[0], places[-1] + 1
    return None


def _may(argument: Field, text: str) -> bool:
    if argument.kind == "choice":
        return any(text in choice.lower().split() for choice in argument.choices)
    if argument.kind in KINDS:
        return number_like(text) or text == "and" or text in UNITS.get(argument.unit, ())
    return argument.kind == "bool" and text in ("yes", "no", "on", "off")
