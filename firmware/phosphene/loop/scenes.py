# SPDX-License-Identifier: Apache-2.0
"""The scenes of the loop, as words: what for, which facts, which choices. None says how it will look."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from functools import lru_cache
from typing import Final

from phosphene.line.dictionary import Dictionary, Task
from phosphene.line.schema import Field
from phosphene.loop.shortening import can_stand, short, showable
from phosphene.painter.scene import (
    ICONS,
    LONGEST_CHOICE,
    LONGEST_LABEL,
    LONGEST_VALUE,
    MORE_KEY,
    MOST_FACTS,
    Choice,
    Fact,
    Intent,
    Scene,
    Status,
    Urgency,
)
from phosphene.policy.dialogue import Pending
from phosphene.prove.facts import label

HOME: Final = Choice("loop.home", "Tasks")
AGAIN: Final = Choice("loop.again", "Again")
STOP: Final = Choice("loop.stop", "Stop", main=True)
CANCEL: Final = Choice("loop.cancel", "Cancel")
YES: Final = Choice("loop.yes", "Yes", main=True)
NO: Final = Choice("loop.no", "No")
HUSH: Final = Choice("loop.hush", "Stop", main=True)
MORE: Final = Choice(MORE_KEY, "More")
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
    return scene("waking", title="Waking the board", intent=Intent.GREET)


def gone() -> Scene:
    """What is shown when the board is not there: no value, since every value was its."""
    return scene("gone", title="The board does not answer", intent=Intent.REFUSE, urgency=Urgency.NOTICE, icon="plug")


def tasks(choices: Sequence[Choice], page: int, title: str) -> Scene:
    """A list of what can be asked."""
    return scene(f"tasks.{title}.{page}", title=title, choices=choices, intent=Intent.LIST)


def ask(pending: Pending, wanted: Field, choices: Sequence[Choice]) -> Scene:
    """The question for an argument."""
    return scene(
        f"{pending.task.name}.{wanted.name}",
        title=f"{said(pending.task)}: {label(wanted.name, wanted.unit)}?",
        facts=_given(pending),
        choices=[*choices, CANCEL],
        intent=Intent.ASK,
        icon=icon(pending.task) or "question",
    )


def confirm(task: Task, facts: Sequence[Fact]) -> Scene:
    """What would be done, before it is."""
    name, title = f"{task.name}.confirm", f"{said(task)}?"
    return scene(name, title=title, facts=facts, choices=(YES, NO), intent=Intent.CONFIRM, icon=icon(task))


def at_work(task: Task | None, title: str, facts: Sequence[Fact], choices: Sequence[Choice]) -> Scene:
    """What is being done."""
    name = f"{task.name}.runs" if task is not None else "runs"
    picture = icon(task) if task is not None else ""
    return scene(name, title=title, facts=facts, choices=choices, intent=Intent.PROGRESS, icon=picture)


def results(task: Task | None, title: str, facts: Sequence[Fact], page: int, choices: Sequence[Choice]) -> Scene:
    """What came of it."""
    name = f"{task.name if task is not None else 'result'}.{page}"
    effect = task is not None and task.privilege != "read"
    picture = (icon(task) if task is not None else "") or ("check" if effect else "")
    ticks = any(fact.level is not None and fact.status is Status.ACTIVE for fact in facts)
    intent = Intent.PROGRESS if ticks else Intent.TELL
    return scene(name, title=title, facts=facts, choices=choices, intent=intent, icon=picture)


def refused(reason: str) -> Scene:
    """A refusal with its reason; what is longer than a title stands whole in the hint."""
    title = reason[:1].upper() + reason[1:] or "Refused"
    return scene(
        f"refused.{zlib.crc32(title.encode())}",
        title=title,
        choices=(HOME,),
        intent=Intent.REFUSE,
        urgency=Urgency.NOTICE,
        icon="warning",
    )


def alarm(name: str, kind: str) -> Scene:
    """Something rings. A name that can't be shown keeps no bell from being heard."""
    return scene(
        "alarm",
        title="Time is up" if kind == "timer" else "Alarm",
        facts=[Fact("timer.name", name, kind or "alarm", status=Status.WARNING)] if can_stand(name) else [],
        choices=(HUSH,),
        intent=Intent.ALARM,
        urgency=Urgency.URGENT,
        icon="bell",
    )


def heard(texts: str, *, provisional: bool) -> Fact:
    """What is being heard: the words, never a number, with dots while they may change."""
    dots = "…" if provisional else ""
    shown = showable(texts)
    cut = shown[-(LONGEST_VALUE - 2) :].partition(" ")[2] or shown[-(LONGEST_VALUE - 2) :]
    whole = shown if len(shown) + len(dots) <= LONGEST_VALUE else f"…{cut}"
    return Fact("device.heard", whole[: LONGEST_VALUE - len(dots)] + dots, "heard", status=Status.ACTIVE)


def _given(pending: Pending) -> list[Fact]:
    """What was said, as facts that stand beside the question; what can't stand there whole is left out."""
    texts = {name: " ".join(words) for name, words in pending.given.items()}
    return [
        Fact(key=f"{pending.task.name}.given.{name}", value=text, label=label(name))
        for name, text in texts.items()
        if can_stand(text)
    ][:MOST_FACTS]


@lru_cache(maxsize=2)
def tasks_for_people(dictionary: Dictionary) -> tuple[Task, ...]:
    """Return the tasks that have a spoken name, those that need least to be said first. Asked for at every tick."""
    named = (task for task in dictionary.tasks if task.says)
    return tuple(sorted(named, key=lambda task: (bool(task.args), task.number)))


def said(task: Task) -> str:
    """Return what a person calls the task."""
    return task.says[0] if task.says else task.name


def icon(task: Task) -> str:
    """Return the picture that stands for the task's module, or none. A module may be named like its picture."""
    module = task.name.partition(".")[0]
    return _ICONS.get(module, module if module in ICONS else "")


def choice(key: str, text: str, *, main: bool = False) -> Choice:
    """Return a choice whose text fits a button."""
    return Choice(key, short(text, LONGEST_CHOICE), main=main)
