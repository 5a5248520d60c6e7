# SPDX-License-Identifier: Apache-2.0
"""Completes a call that is being typed: names of tasks, of their arguments, and values where they are few."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from prompt_toolkit.completion import CompleteEvent, Completer, Completion
from prompt_toolkit.document import Document

from phosphene.errors import UnknownTask
from phosphene.line.dictionary import Dictionary, Task
from phosphene.line.schema import Field
from phosphene_tools.monitor.values import printable


class CallCompleter(Completer):
    """Completes from the dictionary that is known at the moment; without one there is nothing to offer."""

    def __init__(self, dictionary: Callable[[], Dictionary | None]) -> None:
        self._dictionary = dictionary

    def get_completions(self, document: Document, complete_event: CompleteEvent) -> Iterable[Completion]:
        """Yield what may follow the text before the cursor."""
        dictionary = self._dictionary()
        if dictionary is None:
            return
        text = document.text_before_cursor.lstrip()
        first, space, rest = text.partition(" ")
        if not space:
            yield from _tasks(dictionary, first)
            return
        try:
            task = dictionary.task(first)
        except UnknownTask:
            return
        typed = rest.split(" ")
        yield from _arguments(task, typed[:-1], typed[-1])


def _tasks(dictionary: Dictionary, typed: str) -> Iterator[Completion]:
    """Names that begin as typed, then names that have it somewhere else."""
    starts = [task for task in dictionary.tasks if task.name.startswith(typed)]
    holds = [task for task in dictionary.tasks if typed in task.name and task not in starts]
    for task in (*starts, *holds):
        end = " " if task.args else ""
        yield Completion(task.name + end, -len(typed), display=task.name, display_meta=printable(task.help))


def _arguments(task: Task, before: list[str], typed: str) -> Iterator[Completion]:
    name, equals, value = typed.partition("=")
    if equals:
        field = next((field for field in task.args if field.name == name), None)
        for choice in _choices(field):
            if choice.startswith(value):
                yield Completion(choice, -len(value))
        return
    given = {word.partition("=")[0] for word in before}
    for field in task.args:
        if field.name not in given and field.name.startswith(typed):
            yield Completion(
                f"{field.name}=", -len(typed), display_meta=printable(field.allowed().partition(" takes ")[2])
            )


def _choices(field: Field | None) -> tuple[str, ...]:
    if field is None:
        return ()
    return ("true", "false") if field.kind == "bool" else field.choices
