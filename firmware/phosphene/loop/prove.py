# SPDX-License-Identifier: Apache-2.0
"""The stage that asks for proof: what a decision changes, and what the board is asked for because of it."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from phosphene.moment import Moment, Proof
from phosphene.policy.decision import Action
from phosphene.policy.dialogue import Kind, after

_PAGED: Final = frozenset({Kind.HOME, Kind.RESULT, Kind.CHOOSE})


def prove(moment: Moment) -> Moment:
    """Return the moment with the dialogue as it is after the decision, and the wish that follows from it.

    Where another question is shown now, its proof is asked for from here on; an older answer is none to it.
    """
    before, decision = moment.dialogue, moment.decision
    dialogue, wish = after(before, decision, moment.time_s, moment.yes, moment.person.attention)
    moment = replace(moment, dialogue=dialogue, wish=wish)
    if dialogue.shown is not before.shown and dialogue.shown != before.shown:
        return replace(moment, proof=Proof(asked=moment.tick), page=0)
    if decision.action is Action.MORE and dialogue.shown.kind in _PAGED:
        return replace(moment, page=moment.page + 1)
    return moment
