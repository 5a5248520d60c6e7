# SPDX-License-Identifier: Apache-2.0
"""What somebody says who wants a task done, and whether it is what they wanted."""

from __future__ import annotations

from collections.abc import Mapping

from phosphene.line.dictionary import Task
from phosphene.policy.decision import Words
from phosphene.policy.dialogue import Pending
from phosphene.policy.units import UNITS
from phosphene.policy.unsaid import is_key, unsaid


def spoken(task: Task, given: Mapping[str, Words], thorough: float) -> dict[str, Words]:
    """Return those of the words `given`, by argument, that somebody says.

    `thorough`, 0 … 1, is the person's: above 0.5 they name everything that has a name. Decimal places follow from the
    numbers, and a key is made where the call is made: nobody says them.
    """
    follows = unsaid(task, {name: words for name, words in given.items() if name not in ("places", "name")})
    silent = {name for name in follows if name == "places" or thorough <= 0.5}
    silent |= {argument.name for argument in task.args if is_key(argument)}
    return {name: words for name, words in given.items() if name not in silent}


def differing(shown: Pending, meant: Pending) -> tuple[str, ...]:
    """Return the arguments that are not what was meant: those that somebody has words for first.

    "Twelve centimeters" and "twelve" are the same to an argument in centimeters.
    """
    units = {argument.name: UNITS.get(argument.unit, ()) for argument in meant.task.args}
    shows = shown.arguments
    said = [name for name in meant.arguments if name in meant.given or name in shown.given]
    wrong = [n for n in said if _bare(shows.get(n), units[n]) != _bare(meant.arguments[n], units[n])]
    return tuple(sorted(wrong, key=lambda name: name not in meant.given))


def fulfils(called: Pending, meant: Pending) -> bool:
    """Return whether the call that was made is the one that was meant."""
    return called.task is meant.task and not differing(called, meant)


def _bare(words: Words | None, units: tuple[str, ...]) -> Words:
    """The words without the unit that goes without saying."""
    said = words or ()
    return said[:-1] if len(said) > 1 and said[-1] in units else said
