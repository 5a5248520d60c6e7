# SPDX-License-Identifier: Apache-2.0
"""The scenes that the desk shows, as words: what for, which facts, which choices."""

from __future__ import annotations

import re
import zlib
from collections.abc import Sequence
from typing import Final

from phosphene.desk.facts import label
from phosphene.desk.filling import Filled
from phosphene.desk.matching import said
from phosphene.errors import PhospheneError
from phosphene.line.dictionary import Task
from phosphene.line.schema import Field
from phosphene.painter.charset import CHARACTERS, normal
from phosphene.painter.scene import (
    LONGEST_CHOICE,
    LONGEST_LABEL,
    LONGEST_VALUE,
    MORE_KEY,
    MOST_FACTS,
    Choice,
    Fact,
    Intent,
    Scene,
    Urgency,
)

HOME: Final = Choice("desk.home", "Tasks")
AGAIN: Final = Choice("desk.again", "Again")
STOP: Final = Choice("desk.stop", "Stop", main=True)
CANCEL: Final = Choice("desk.cancel", "Cancel")
YES: Final = Choice("desk.yes", "Yes", main=True)
NO: Final = Choice("desk.no", "No")
MORE: Final = Choice(MORE_KEY, "More")
# What may be the beginning of a longer number, at the end of a text that was cut.
_CUT_NUMBER: Final = re.compile(r"\S*\d\S*$")
_ICONS: Final = {
    "timer": "timer",
    "alarm": "alarm",
    "time": "clock",
    "stopwatch": "clock",
    "exact": "sum",
    "convert": "convert",
    "money": "coin",
    "lock": "lock",
    "lights": "light",
    "dispense": "water",
    "thermostat": "heat",
    "temperature": "heat",
    "load_cell": "scale",
    "safety": "check",
    "relay": "plug",
    "gpio": "plug",
}


def scene(
    name: str,
    *,
    title: str = "",
    facts: Sequence[Fact] = (),
    choices: Sequence[Choice] = (),
    intent: Intent = Intent.TELL,
    urgency: Urgency = Urgency.CALM,
    icon: str = "",
) -> Scene:
    """Return a scene whose look is drawn from its `name`: the same situation looks the same tomorrow."""
    return Scene(
        facts=tuple(facts),
        choices=tuple(choices),
        title=short(title, LONGEST_LABEL),
        icon=icon,
        intent=intent,
        urgency=urgency,
        seed=zlib.crc32(name.encode()),
    )


def waking() -> Scene:
    """What is shown until the board has answered."""
    return scene("desk.waking", title="Waking the board", intent=Intent.GREET)


def gone() -> Scene:
    """What is shown when the board is not there: no value, since every value was its."""
    return scene(
        "desk.gone", title="The board does not answer", intent=Intent.REFUSE, urgency=Urgency.NOTICE, icon="plug"
    )


def tasks(choices: Sequence[Choice], page: int) -> Scene:
    """A list of what can be asked."""
    return scene(f"desk.tasks.{page}", title="What shall I do?", choices=choices, intent=Intent.LIST)


def ask(filled: Filled, wanted: Field, choices: Sequence[Choice]) -> Scene:
    """The question for an argument."""
    return scene(
        f"{filled.task.name}.{wanted.name}",
        title=f"{said(filled.task)}: {label(wanted.name, wanted.unit)}?",
        facts=given(filled),
        choices=[*choices, CANCEL],
        intent=Intent.ASK,
        icon=icon(filled.task) or "question",
    )


def confirm(task: Task, facts: Sequence[Fact]) -> Scene:
    """What would be done, before it is."""
    name = f"{task.name}.confirm"
    title = f"{said(task)}?"
    return scene(name, title=title, facts=facts, choices=(YES, NO), intent=Intent.CONFIRM, icon=icon(task))


def refuse(error: PhospheneError, choices: Sequence[Choice]) -> Scene:
    """A refusal with its reason; what is longer than a title stands whole in the hint."""
    return scene(
        f"desk.refuse.{type(error).__name__}",
        title=error.message[:1].upper() + error.message[1:],
        choices=choices,
        intent=Intent.REFUSE,
        urgency=Urgency.NOTICE,
        icon="warning",
    )


def given(filled: Filled) -> list[Fact]:
    """What was typed, as facts that stand beside the question; what can't stand there whole is left out."""
    return [
        Fact(key=f"{filled.task.name}.given.{name}", value=str(typed), label=label(name))
        for name, typed in filled.given.items()
        if can_stand(str(typed))
    ][:MOST_FACTS]


def icon(task: Task) -> str:
    """Return the picture that stands for the task's module, or none."""
    return _ICONS.get(task.name.partition(".")[0], "")


def choice(key: str, text: str, *, main: bool = False) -> Choice:
    """Return a choice whose text fits a button."""
    return Choice(key, short(text, LONGEST_CHOICE), main=main)


def short(text: str, longest: int) -> str:
    """Return a text that no value is in so that it fits, abbreviated with an ellipsis. A number stays whole or goes."""
    text = showable(text)
    if len(text) <= longest:
        return text
    cut = text[:longest]
    words = cut.rsplit(" ", 1)[0] if cut.rfind(" ") > longest // 2 else cut[: longest - 1]
    whole = text[: len(words) + 1].endswith(" ")
    if not whole:
        words = _CUT_NUMBER.sub("", words)
    return words.rstrip(" ,;:") + "…"


def can_stand(value: str) -> bool:
    """Return whether a value can be shown as it is, every character of it."""
    return bool(value.strip()) and len(normal(value)) <= LONGEST_VALUE and showable(value) == normal(value)


def showable(text: str) -> str:
    """Replace what the glyph table lacks. For words only: a value that can't be shown is an error."""
    return "".join(character if character in CHARACTERS else "?" for character in normal(text))
