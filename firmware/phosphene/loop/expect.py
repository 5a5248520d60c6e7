# SPDX-License-Identifier: Apache-2.0
"""What may be said next, by what is shown and by who looks: the ears then take everything else for talk."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Final

from phosphene.line.schema import Field
from phosphene.moment import Moment
from phosphene.policy.consent import LOOKING, SEEN_S
from phosphene.policy.dialogue import Dialogue, Kind
from phosphene.policy.number_words import KINDS, WORDS
from phosphene.policy.situation import Person
from phosphene.policy.units import unit_words
from phosphene.senses.perceived import Expectation, Overheard

Expect = Callable[[Expectation], None]
_ALWAYS: Final = frozenset(("yes", "no", "stop", "cancel"))
_RINGING: Final = _ALWAYS | {"off", "quiet", "okay", "thanks"}
_NOBODYS: Final = frozenset((Kind.HOME, Kind.RESULT, Kind.REFUSED, Kind.PUZZLED))
"""What stays on the screen when whoever it was for has gone."""
_WITH_S: Final = 20.0
"""So long whoever something was shown to is still taken to be there."""


def expected(dialogue: Dialogue) -> frozenset[str] | None:
    """Return the words that what is shown can be answered with; None where any task may be named."""
    shown = dialogue.shown
    match shown.kind:
        case Kind.CONFIRM:
            return _ALWAYS
        case Kind.ALARM:
            return _RINGING
        case Kind.ASK if shown.wanted is not None:
            return _answers(shown.wanted)
        case _:
            return None


def spoken_to(dialogue: Dialogue, person: Person, now_s: float) -> bool:
    """Say whether what is said now may well be for the device: somebody looks at it, or is in the middle of something.

    Where there is no camera nobody is known to look. While something runs that can be stopped, a word that stops it
    must not be missed.
    """
    shown = dialogue.shown
    if shown.kind not in _NOBODYS or dialogue.running:
        return True
    if shown.kind is not Kind.HOME and now_s - shown.since_s < _WITH_S:
        return True
    seen = person.attention
    return seen is not None and seen.present and seen.looking >= LOOKING and now_s - seen.time_s <= SEEN_S


def _answers(wanted: Field) -> frozenset[str] | None:
    if wanted.kind in KINDS:
        return _ALWAYS | WORDS | unit_words(wanted.unit)
    if wanted.kind == "bool":
        return _ALWAYS | {"on", "off"}
    if wanted.kind == "choice":
        return _ALWAYS | {word for choice in wanted.choices for word in choice.lower().split()}
    return None


class Expecting:
    """Tells the ears whenever what may be said has changed. `names` returns what the board's tasks are called."""

    def __init__(self, tell: Expect, names: Callable[[], tuple[str, ...]]) -> None:
        self._tell, self._names = tell, names
        self._told: Expectation = None
        self._spoken_s = -math.inf

    def take(self, moment: Moment) -> None:
        """Tell it for a finished moment."""
        now: Expectation = expected(moment.dialogue)
        # A look may be lost for a few pictures while somebody speaks.
        if spoken_to(moment.dialogue, moment.person, moment.time_s):
            self._spoken_s = moment.time_s
        if moment.time_s - self._spoken_s > SEEN_S:
            now = Overheard(self._names())
        if now != self._told:
            self._told = now
            self._tell(now)
