# SPDX-License-Identifier: Apache-2.0
"""Which task a typed line means: by its name, by what it says, or by words of either."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from itertools import takewhile

from phosphene.desk.filling import Filled, fill
from phosphene.errors import BadArgument, UnknownTask
from phosphene.line.dictionary import Dictionary, Task

_WORD = re.compile(r"[a-z]+")


@dataclass(frozen=True, slots=True)
class _Candidate:
    filled: Filled
    words: int  # of the line, that named the task
    exactly: bool


def understand(line: str, dictionary: Dictionary) -> Filled:
    """Return the task that `line` means, and what was typed for its arguments.

    Raises UnknownTask when no task is meant, BadArgument when one is and the rest of the line does not fit it.
    """
    words = _words(line)
    if not words:
        raise BadArgument("nothing was typed", place="console", cure="type a task, such as: timer 3 minutes")
    if "." in words[0] and any(task.name == words[0] for task in dictionary.tasks):
        return _filled(dictionary.task(words[0]), words[1:])
    meant = list(_meant(words, dictionary.tasks))
    if not meant:
        raise _unknown(words, dictionary)
    readings = [
        _Candidate(filled, count, exactly)
        for task, count, exactly in meant
        if (filled := fill(task, words[count:])) is not None
    ]
    if not readings:
        task, count, _ = max(meant, key=lambda one: (one[2], one[1]))
        return _filled(task, words[count:])
    return max(readings, key=_goodness).filled


def tasks_for_people(dictionary: Dictionary) -> list[Task]:
    """Return the tasks that have a spoken name, those that need least to be said first."""
    return sorted((task for task in dictionary.tasks if task.says), key=lambda task: (bool(task.args), task.number))


def said(task: Task) -> str:
    """Return what a person calls the task."""
    return task.says[0] if task.says else task.name


def _goodness(candidate: _Candidate) -> tuple[bool, int, int, int, int]:
    filled = candidate.filled
    return (
        candidate.exactly,
        candidate.words,
        -len(filled.missing),
        filled.numbers,
        -filled.task.number,
    )


def _meant(words: Sequence[str], tasks: Iterable[Task]) -> Iterable[tuple[Task, int, bool]]:
    """The tasks that the first words name, with how many words those are, and whether it is a whole spoken name."""
    low = [word.lower() for word in words]
    for task in tasks:
        phrases = [phrase.lower().split() for phrase in task.says]
        whole = max((len(phrase) for phrase in phrases if low[: len(phrase)] == phrase), default=0)
        if whole:
            yield task, whole, True
            continue
        vocabulary = {*_WORD.findall(task.name), *(word for phrase in phrases for word in phrase)}
        some = len(list(takewhile(vocabulary.__contains__, low)))
        if some and task.says:
            yield task, some, False


def _filled(task: Task, words: Sequence[str]) -> Filled:
    found = fill(task, words)
    if found is None:
        takes = ", ".join(field.allowed() for field in task.args) or "it takes no arguments"
        raise BadArgument(f"{' '.join(words)!r} does not fit", place=said(task), cure=takes)
    return found


def _words(line: str) -> list[str]:
    try:
        return shlex.split(line)
    except ValueError:
        return line.split()  # an apostrophe, not a quotation


def _unknown(words: Sequence[str], dictionary: Dictionary) -> UnknownTask:
    names = {said(task): task for task in tasks_for_people(dictionary)}
    near = get_close_matches(" ".join(words), names, n=3, cutoff=0.3)
    cure = f"perhaps: {', '.join(near)}" if near else "the list of tasks has what can be asked"
    return UnknownTask(f"no task is called {' '.join(words)[:40]!r}", place="console", cure=cure)
