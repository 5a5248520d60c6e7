# SPDX-License-Identifier: Apache-2.0
"""A call that can be made: every argument read by its declared kind, every unit turned by the board."""

from __future__ import annotations

from dataclasses import dataclass, replace

from phosphene.desk.facts import label, lines_of, unit_sign, written
from phosphene.desk.filling import Filled, Typed
from phosphene.desk.matching import said
from phosphene.desk.scenes import showable
from phosphene.errors import BadArgument
from phosphene.exact import Coprocessor
from phosphene.line.dictionary import Task
from phosphene.line.kind import Value
from phosphene.line.schema import Field
from phosphene.painter.charset import normal
from phosphene.painter.scene import LONGEST_LABEL, Fact

_MOST_PLACES = 9


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
        words = (text for name, text in self.texts.items() if name != "places" and text)
        return " ".join((said(self.task), *words))

    @property
    def title(self) -> str:
        """The words, or the task's name where a title can't show them whole."""
        whole = len(self.words) <= LONGEST_LABEL and showable(self.words) == normal(self.words)
        return self.words if whole else said(self.task)

    @property
    def beside(self) -> list[Fact]:
        """The arguments as facts, where the title doesn't hold them: no number stands without what made it.

        Raises SceneError for one that can't be shown whole.
        """
        if self.title == self.words:
            return []
        said_with = (field for field in self.task.args if field.name != "places" and self.texts[field.name])
        return [line for field in said_with for line in lines_of(self._fact(field), self.values[field.name])]

    @property
    def facts(self) -> list[Fact]:
        """The arguments as facts, for a person to confirm. Raises SceneError for one that can't be shown whole."""
        return [replace(self._fact(field), value=self.texts[field.name] or "none") for field in self.task.args]

    def _fact(self, field: Field) -> Fact:
        return Fact(
            key=f"{self.task.name}.argument.{field.name}",
            value="none",
            label=label(field.name, field.unit),
            unit=unit_sign(field.unit),
        )


async def settled(mcu: Coprocessor, filled: Filled) -> Call:
    """Return the call that `filled` is. A quantity in another unit is converted on the board, never here.

    Raises BadArgument or OutOfRange for an argument, Refused for a unit that doesn't fit, and what a call raises.
    """
    fields = {field.name: field for field in filled.task.args}
    values: dict[str, Value] = {}
    for name, typed in filled.given.items():
        text = await _in_declared_unit(mcu, fields[name], typed, filled.task)
        values[name] = fields[name].read(text, said(filled.task))
    return Call(filled.task, values)


async def _in_declared_unit(mcu: Coprocessor, field: Field, typed: Typed, task: Task) -> str:
    if not typed.unit or typed.unit in (field.unit, unit_sign(field.unit)):
        return typed.text
    whole = field.kind != "decimal"
    places = 0 if whole else _MOST_PLACES
    found = await mcu.call("convert.units", value=typed.text, source=typed.unit, target=field.unit, places=places)
    if not found.exact:
        what = f"{typed} is no whole number of {field.unit}" if whole else f"{typed} has no end in {field.unit}"
        raise BadArgument(what, place=said(task), cure=field.allowed())
    digits = written(found.value)
    return digits.rstrip("0").rstrip(".") if "." in digits else digits
