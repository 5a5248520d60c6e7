# SPDX-License-Identifier: Apache-2.0
"""Seeded calls of any task: questions whose answer is known where there are some, else what the declaration admits."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from random import Random

from phosphene.line.dictionary import Dictionary, Task
from phosphene.line.fixed_kinds import FixedInteger
from phosphene.line.schema import Field
from phosphene_tools.bench import exact_arithmetic, exact_dates, exact_money, exact_units
from phosphene_tools.bench.exact_case import Case, Maker, decimal
from phosphene_tools.keys import forgeries

MAKERS: tuple[Maker, ...] = (
    *exact_arithmetic.MAKERS,
    *exact_money.MAKERS,
    *exact_dates.MAKERS,
    *exact_units.MAKERS,
)
_LARGEST = 2000  # of numbers that declare no bounds: milliseconds, mostly
_LONGEST = 64  # of texts and bytes
MADE_UP = ("tea", "bread")
"""Names that a caller gives."""


@dataclass
class MixedCalls:
    """Draws calls of a dictionary's tasks, each task as often as another.

    `names` are what the board calls its parts: an argument `output` takes one of `names["output"]`. What only a
    case's maker knows how to ask, it asks. No call puts the board into maintenance, which would end the line.
    """

    dictionary: Dictionary
    names: dict[str, tuple[str, ...]]
    rng: Random
    _makers: dict[str, list[Maker]] = field(default_factory=dict[str, list[Maker]])
    _key: int = 0

    def __post_init__(self) -> None:
        for maker in MAKERS:
            for _ in range(20):  # one maker may ask several tasks
                makers = self._makers.setdefault(maker(Random(self.rng.random())).task, [])
                if maker not in makers:
                    makers.append(maker)

    def each(self) -> Iterator[tuple[Task, Case]]:
        """One call of every task, in the dictionary's order."""
        return (self._of(task) for task in self.dictionary.tasks)

    def draw(self, count: int) -> Iterator[tuple[Task, Case]]:
        """So many calls of tasks drawn at random."""
        return (self._of(self.rng.choice(self.dictionary.tasks)) for _ in range(count))

    def _of(self, task: Task) -> tuple[Task, Case]:
        if task.name in self._makers:
            case = self.rng.choice(self._makers[task.name])(self.rng)
            return self.dictionary.task(case.task), case
        arguments: dict[str, object] = {argument.name: self._value(task, argument) for argument in task.args}
        if task.name == "board.disarm":
            arguments["maintenance"] = False
        if task.name == "crypto.verify" and self.rng.random() < 0.5:
            signed = self.rng.choice(forgeries.published())
            arguments = {"key": signed.key, "signature": signed.signature, "message": signed.message}
        if task.name == "dispense.pour":
            self._key += 1
            arguments = {"key": self._key, "ml": "1.2"}
        return task, Case(task.name, arguments, None)

    def _value(self, task: Task, argument: Field) -> object:
        rng = self.rng
        if argument.kind == "bool":
            return rng.random() < 0.5
        if argument.kind == "choice":
            return rng.choice(argument.choices)
        if argument.kind == "decimal":
            return decimal(rng, min(argument.max or 18, 6), 2)
        if argument.kind == "int":
            return rng.randint(-_LARGEST, _LARGEST)
        if argument.kind == "bytes":
            return rng.randbytes(
                rng.randint(argument.min or 0, max(argument.min or 0, min(argument.max or 0, _LONGEST)))
            )
        if argument.kind == "text":
            return rng.choice(self._texts(task, argument))
        assert isinstance(argument.codec, FixedInteger), argument.kind
        low = argument.codec.low if argument.min is None else argument.min
        high = argument.codec.high if argument.max is None else argument.max
        return rng.randint(max(low, min(0, high)), min(high, max(low + _LARGEST, _LARGEST)))

    def _texts(self, task: Task, argument: Field) -> tuple[str, ...]:
        known = self.names.get(argument.name) or self.names.get(task.name.partition(".")[0]) or MADE_UP
        return (*known * 3, "none such")  # a name that is not there is asked for now and then
