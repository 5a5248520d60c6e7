# SPDX-License-Identifier: Apache-2.0
"""What people leave unsaid: decimal places and the name of a timer follow from what they said; a key is nobody's."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from phosphene.errors import LineError
from phosphene.line.dictionary import Task
from phosphene.line.schema import Field
from phosphene.policy.number_words import KINDS

Words = tuple[str, ...]
_LEAST_PLACES: Final = 2
_MOST_PLACES: Final = 32
_DECIMALS: Final = re.compile(r"[0-9]\.([0-9]+)", re.ASCII)


def is_key(argument: Field) -> bool:
    """Return whether the argument is the durable key of an effect: made where the call is made, never said."""
    return (argument.name, argument.kind) == ("key", "u64")


def may_follow(task: Task, argument: Field) -> bool:
    """Return whether `argument` follows once a number is said, so that it is asked for last."""
    if not any(a.kind in KINDS and a.name != "places" for a in task.args):
        return False
    return (argument.name, argument.kind) in (("places", "u8"), ("name", "text"))


def unsaid(task: Task, given: Mapping[str, Words]) -> dict[str, Words]:
    """Return what follows from `given` for arguments of `task` that nothing was said for.

    `places` are as many as were said, two at least; a timer without a name is called what it was set to. Nothing
    follows from nothing: without a number said, both are asked for like any argument, but for `places` that are all
    that is missing.
    """
    numbers = [given[a.name] for a in task.args if a.kind in KINDS and a.name != "places" and a.name in given]
    if not numbers:
        left = [argument for argument in task.args if argument.name not in given]
        alone = bool(given) and [(a.name, a.kind) for a in left] == [("places", "u8")]
        return {"places": (str(_LEAST_PLACES),)} if alone else {}
    found: dict[str, Words] = {}
    for argument in task.args:
        if argument.name in given:
            continue
        if argument.name == "places" and argument.kind == "u8":
            most = _MOST_PLACES if argument.max is None else argument.max
            found["places"] = (str(min(max(_LEAST_PLACES, *map(_places, numbers)), most)),)
        elif argument.name == "name" and argument.kind == "text":
            try:
                argument.read(" ".join(numbers[0]), task.name)
            except LineError:
                continue  # too long for a name: it is asked for
            found["name"] = numbers[0]
    return found


def _places(words: Words) -> int:
    """How many decimals were said: the digits behind the point, or the words behind "point"."""
    written = _DECIMALS.search(" ".join(words))
    if written:
        return len(written[1])
    low = [word.lower() for word in words]
    return len(low) - low.index("point") - 1 if "point" in low else 0
