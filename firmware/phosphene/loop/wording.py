# SPDX-License-Identifier: Apache-2.0
"""A decision in words, for people who watch."""

from __future__ import annotations

from phosphene.loop.scenes import said
from phosphene.moment import Moment
from phosphene.policy.decision import Action
from phosphene.policy.dialogue import Kind


def in_words(moment: Moment) -> str:
    """Return what the decision of this moment was and what came of it."""
    decision, shown = moment.decision, moment.dialogue.shown
    match decision.action:
        case Action.WAIT:
            return "nothing is wanted"
        case Action.TASK if decision.task is not None:
            return _towards(said(decision.task), shown.kind)
        case Action.ANSWER if shown.pending is not None:
            return _towards(said(shown.pending.task), shown.kind)
        case Action.YES:
            return f"a yes that does not count: {against}" if (against := moment.dialogue.refused_yes) else "yes"
        case Action.UNSURE:
            return "asks which of " + ", ".join(said(task) for task, _ in decision.runners_up)
        case Action.NOT_UNDERSTOOD:
            return "not understood"
        case _:
            return decision.action.name.lower().replace("_", " ")


def _towards(name: str, kind: Kind) -> str:
    if kind is Kind.ASK:
        return f"{name}: asks what is missing"
    return f"{name}: asks for a yes" if kind is Kind.CONFIRM else f"calls {name}"
