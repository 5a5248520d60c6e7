# SPDX-License-Identifier: Apache-2.0
"""A call that can be made: a task with values for all its arguments, and how it is shown."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace

from phosphene.exact import Coprocessor
from phosphene.line.dictionary import Task
from phosphene.line.kind import Value
from phosphene.line.schema import Field
from phosphene.painter.charset import CHARACTERS, normal
from phosphene.painter.scene import LONGEST_LABEL, Fact
from phosphene.policy.dialogue import Pending
from phosphene.policy.unsaid import is_key
from phosphene.prove.facts import label, lines_of, unit_sign, written
from phosphene.prove.values import value_of


@dataclass(frozen=True, slots=True)
class Call:
    """A task with its arguments."""

    task: Task
    values: dict[str, Value]

    @property
    def texts(self) -> dict[str, str]:
        """The arguments as they are sent, in digits."""
        return {name: written(value) for name, value in self.values.items()}

    @property
    def words(self) -> str:
        """What is asked, with its arguments; `places` is to be seen in the digits that come back."""
        said = self.task.says[0] if self.task.says else self.task.name
        return " ".join((said, *(self.texts[field.name] for field in self._told if self.texts[field.name])))

    @property
    def title(self) -> str:
        """The words, or the task's name where a title can't show them whole."""
        whole = len(self.words) <= LONGEST_LABEL and _showable(self.words)
        return self.words if whole else self.task.says[0] if self.task.says else self.task.name

    @property
    def beside(self) -> list[Fact]:
        """The arguments as facts, where the title doesn't hold them: no number stands without what made it.

        Raises SceneError for one that can't be shown whole.
        """
        if self.title == self.words:
            return []
        said_with = (field for field in self._told if self.texts[field.name])
        return [line for field in said_with for line in lines_of(self._fact(field), self.values[field.name])]

    @property
    def facts(self) -> list[Fact]:
        """The arguments as facts, for a person to confirm. Raises SceneError for one that can't be shown whole."""
        shown = (field for field in self.task.args if not is_key(field))
        return [replace(self._fact(field), value=self.texts[field.name] or "none") for field in shown]

    @property
    def _told(self) -> list[Field]:
        """The arguments that people know by their values; a key means nothing to them."""
        return [field for field in self.task.args if field.name != "places" and not is_key(field)]

    def _fact(self, field: Field) -> Fact:
        return Fact(
            key=f"{self.task.name}.argument.{field.name}",
            value="none",
            label=label(field.name, field.unit),
            unit=unit_sign(field.unit),
        )


async def settled(mcu: Coprocessor, pending: Pending) -> Call:
    """Return the call that `pending` is, every argument read by its declared kind.

    Raises BadArgument or OutOfRange for an argument, Refused for a unit that doesn't fit, and what a call raises.
    """
    task, words = pending.task, pending.arguments
    place = task.says[0] if task.says else task.name
    values = {
        field.name: new_key() if is_key(field) else await value_of(mcu, field, words[field.name], place)
        for field in task.args
    }
    return Call(task, values)


def new_key() -> int:
    """Return a key that no call had before: keys only rise, across restarts too, as the days' milliseconds do."""
    return time.time_ns() // 1_000_000


def _showable(text: str) -> bool:
    return all(character in CHARACTERS for character in normal(text))
