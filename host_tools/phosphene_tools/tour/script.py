# SPDX-License-Identifier: Apache-2.0
"""What a script is made of: acts of steps, each with what the visitor does and what must then stand on the screen."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class How(StrEnum):
    """How the visitor does it; the words are those of the captions."""

    SAYS = "says"
    TYPES = "types"
    TOUCHES = "touches"
    DOES = "does"
    WATCHES = "watches"


class Deed(StrEnum):
    """What is done with hands, elsewhere than on the screen."""

    COMES = "comes"
    LEAVES = "leaves"
    TURNS_KEY = "turns the key"
    TAKES_KEY = "takes the key out"
    OPENS_DOOR = "opens the door with the owner's key"
    PULLS_CABLE = "pulls the cable"
    PLUGS_CABLE = "plugs the cable in"


@dataclass(frozen=True, slots=True)
class Stands:
    """What stands on the screen: regular expressions, each for a whole string of the text tree.

    `title` is the heading, each of `facts` fits a fact as `label value`, `choices` are buttons. With `numbers` False no
    fact but the device's own may stand there at all.
    """

    title: str = ".*"
    facts: tuple[str, ...] = ()
    choices: tuple[str, ...] = ()
    numbers: bool = True


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that the visitor does.

    `what` is what is said, typed or done, or a regular expression for the button that is touched. `stands` must come
    within `within_s` seconds; then it is looked at for `look_s`. `typed` is what is typed where the voice isn't
    understood. `caption` tells it to those who watch, by default how and what.
    """

    how: How
    what: str
    stands: Stands
    within_s: float = 10.0
    look_s: float = 3.0
    typed: str = ""
    caption: str = ""

    @property
    def told(self) -> str:
        """What those who watch are told."""
        quoted = self.what if self.how is How.DOES else f"“{self.what}”"
        return self.caption or (quoted if self.how is How.DOES else f"{self.how} {quoted}")


@dataclass(frozen=True, slots=True)
class Act:
    """A piece that stands by itself, from the list of tasks and back. `about` is a sentence for those who watch."""

    name: str
    about: str
    steps: tuple[Step, ...]


HOME: Final = Stands("What shall I do\\?")
"""The list of tasks, where every act begins and ends."""


def says(what: str, stands: Stands, **more: float | str) -> Step:
    """Return a step in which `what` is spoken, or typed as it is where nobody hears."""
    typed = str(more.pop("typed", what))
    return _step(How.SAYS, what, stands, typed=typed, **more)


def types(what: str, stands: Stands, **more: float | str) -> Step:
    """Return a step in which a line is typed."""
    return _step(How.TYPES, what, stands, **more)


def touches(what: str, stands: Stands, **more: float | str) -> Step:
    """Return a step in which the first button whose text `what` fits is touched."""
    return _step(How.TOUCHES, what, stands, **more)


def does(what: Deed, stands: Stands, **more: float | str) -> Step:
    """Return a step with hands."""
    return _step(How.DOES, what, stands, **more)


def watches(stands: Stands, **more: float | str) -> Step:
    """Return a step in which the visitor waits."""
    return _step(How.WATCHES, "", stands, **more)


def _step(how: How, what: str, stands: Stands, **more: float | str) -> Step:
    return Step(how, what, stands, **more)  # pyright: ignore[reportArgumentType] -- checked by whoever reads the script
