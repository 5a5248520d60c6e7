# SPDX-License-Identifier: Apache-2.0
"""What fingers say: a choice that was touched, or a typed line that leaves nothing to guess."""

from __future__ import annotations

import shlex
from dataclasses import replace

from phosphene.errors import BadArgument
from phosphene.line.dictionary import Dictionary
from phosphene.moment import Moment
from phosphene.policy.decision import Action, Decision, Words
from phosphene.policy.dialogue import fits
from phosphene.policy.units import UNITS
from phosphene.policy.unsaid import is_key
from phosphene.prove.filling import Typed, apart, fill


def by_hand(moment: Moment, dictionary: Dictionary) -> Decision | None:
    """Return what was touched or typed without leaving any doubt; None where nothing was, or only ordinary words.

    Raises BadArgument for a task by its full name with arguments that don't fit.
    """
    shown = moment.screenful
    for key in reversed(moment.sensed.touched):
        if shown is not None and key in shown.actions:
            return shown.actions[key]
    for line in reversed(moment.sensed.typed):
        said = _exactly(line, moment, dictionary)
        if said is not None:
            return said
    return None


def _exactly(line: str, moment: Moment, dictionary: Dictionary) -> Decision | None:
    """A task's full name, as in `timer.start tea 180`, with its arguments in the declared order; what stands on a
    button; or the argument that is asked for.
    """
    words = _words(line)
    if not words:
        return None
    shown = moment.screenful
    for choice in shown.choices if shown is not None else ():
        if shown is not None and choice.text.lower() == line.strip().lower() and choice.key in shown.actions:
            return shown.actions[choice.key]
    task = next((task for task in dictionary.tasks if task.name == words[0]), None)
    if task is None:
        return _answer(words, moment)
    filled = fill(replace(task, args=tuple(field for field in task.args if not is_key(field))), words[1:])
    if filled is None:
        takes = ", ".join(field.allowed() for field in task.args) or "it takes no arguments"
        raise BadArgument(f"{' '.join(words[1:])!r} does not fit", place=task.name, cure=takes)
    given = {name: _as_words(typed) for name, typed in filled.items()}
    return Decision(Action.TASK, task, given, touched=True)


def _as_words(typed: Typed) -> Words:
    """The argument as words; a unit as it is spoken, where it has a spoken name."""
    said = UNITS.get(typed.unit, (typed.unit,))[-1] if typed.unit else ""
    return (*typed.text.split(), *said.split())


def _answer(words: list[str], moment: Moment) -> Decision | None:
    wanted = moment.dialogue.shown.wanted
    if wanted is None:
        return None
    said = tuple(word for part in apart(words) for word in UNITS.get(part, (part,))[-1:])
    return Decision(Action.ANSWER, arguments={wanted.name: said}, touched=True) if fits(wanted, said) else None


def _words(line: str) -> list[str]:
    try:
        return shlex.split(line)
    except ValueError:
        return line.split()  # an apostrophe, not a quotation
