# SPDX-License-Identifier: Apache-2.0
"""What may be said next, by what is shown: the ears then take everything else for talk."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from phosphene.line.schema import Field
from phosphene.moment import Moment
from phosphene.policy.dialogue import Dialogue, Kind
from phosphene.policy.number_words import KINDS, WORDS
from phosphene.policy.units import unit_words

Expect = Callable[[frozenset[str] | None], None]
"""Takes the words that may be said, None for any."""
_ALWAYS: Final = frozenset(("yes", "no", "stop", "cancel"))
_RINGING: Final = _ALWAYS | {"off", "quiet", "okay", "thanks"}


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


def _answers(wanted: Field) -> frozenset[str] | None:
    if wanted.kind in KINDS:
        return _ALWAYS | WORDS | unit_words(wanted.unit)
    if wanted.kind == "bool":
        return _ALWAYS | {"on", "off"}
    if wanted.kind == "choice":
        return _ALWAYS | {word for choice in wanted.choices for word in choice.lower().split()}
    return None


class Expecting:
    """Tells the ears whenever what may be said has changed."""

    def __init__(self, tell: Expect) -> None:
        self._tell = tell
        self._told: frozenset[str] | None = None

    def take(self, moment: Moment) -> None:
        """Tell it for a finished moment."""
        now = expected(moment.dialogue)
        if now != self._told:
            self._told = now
            self._tell(now)
