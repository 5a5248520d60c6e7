# SPDX-License-Identifier: Apache-2.0
"""Who listens in on a board's line: what was asked of it and what it answered, by the frames themselves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from phosphene.errors import LineError
from phosphene.line import schema
from phosphene.line.dictionary import Dictionary, Task
from phosphene.line.kind import Value
from phosphene.line.tap import TapRecord
from phosphene_tools.monitor.entry import Entry, Names
from phosphene_tools.monitor.explain import explain
from phosphene_tools.monitor.meaning import Meaning
from phosphene_tools.monitor.trace import Trace

_PROCESS: Final = "board.process"
_BYTES_OF: Final = ("progress", "results")


@dataclass(frozen=True, slots=True)
class Answer:
    """What the board said: of which task, asked with which arguments, when on the host's monotonic clock."""

    at_s: float
    task: Task
    arguments: Mapping[str, Value]
    results: Mapping[str, Value]


@dataclass(slots=True)
class Witness:
    """Follows one line by its tap. `answers` are in the order in which they came."""

    dictionary: Dictionary
    answers: list[Answer] = field(default_factory=list[Answer])
    _trace: Trace = field(init=False)
    _asked: dict[tuple[int, int], dict[str, Value]] = field(default_factory=dict[tuple[int, int], dict[str, Value]])
    _processes: dict[int, tuple[Task, dict[str, Value]]] = field(
        default_factory=dict[int, tuple[Task, dict[str, Value]]]
    )

    def __post_init__(self) -> None:
        self._trace = Trace(Names(self.dictionary))

    def take(self, record: TapRecord) -> None:
        """Take one frame."""
        entry = self._trace.row(record)
        if entry.message is None or entry.type not in ("CALL", "RESULT", "EVENT") or entry.task < 0:
            return
        meaning = explain(entry)
        values = {declared.name: value for declared, value in meaning.values}
        key, task = (entry.session, entry.request), self.dictionary.tasks[entry.task]
        if entry.type == "CALL":
            self._asked[key] = values
        elif entry.type == "RESULT":
            self._result(entry, task, meaning, values)
        elif (pid := _pid(meaning)) in self._processes:
            started, arguments = self._processes[pid]
            self.answers.append(Answer(entry.at_ns / 1e9, started, arguments, values))

    def _result(self, entry: Entry, task: Task, meaning: Meaning, values: dict[str, Value]) -> None:
        arguments = self._asked.get((entry.session, entry.request), {})
        if task.is_process:
            self._processes[_pid(meaning)] = (task, arguments)
            return
        self.answers.append(Answer(entry.at_ns / 1e9, task, arguments, values))
        pid = arguments.get("pid")
        if task.name == _PROCESS and isinstance(pid, int) and pid in self._processes:
            self._polled(entry, *self._processes[pid], values)

    def _polled(self, entry: Entry, task: Task, arguments: dict[str, Value], values: dict[str, Value]) -> None:
        """A process that was asked how far it is answers in bytes."""
        for name, fields in zip(_BYTES_OF, (task.progress, task.results), strict=True):
            data = values.get(name)
            if isinstance(data, bytes) and data:
                try:
                    told = schema.decode(fields, data, task.name)
                except LineError:
                    continue  # how it failed, not what it found
                self.answers.append(Answer(entry.at_ns / 1e9, task, arguments, told))


def _pid(meaning: Meaning) -> int:
    pid = meaning.facts.get("pid")
    return pid if isinstance(pid, int) else 0
