# SPDX-License-Identifier: Apache-2.0
"""What the policy is held against: thirty lines of rules, on the same percepts, behind the same consent."""

from __future__ import annotations

from phosphene.line.schema import Field
from phosphene.policy.decision import WAIT, Action, Decision
from phosphene.policy.dialogue import Kind, fits
from phosphene.policy.situation import YES_WORDS, Situation


class Rules:
    """Acts at the end of an utterance: control words first, then an answer, then the task with most words in common."""

    def decide(self, situation: Situation, state: None = None) -> tuple[Decision, None]:
        """Return what the rules want; they remember nothing."""
        if situation.touched is not None:
            return situation.touched, state
        if not situation.ended or not situation.heard or situation.person.looking < 0.5:
            return WAIT, state
        words = [word.text.lower() for word in situation.heard]
        pending = situation.dialogue.pending
        if situation.dialogue.shown.kind is Kind.CONFIRM and YES_WORDS & set(words):
            return Decision(Action.YES), state
        if words[0] in ("no", "cancel") and len(words) == 1:
            return Decision(Action.NO), state
        if "stop" in words:
            return Decision(Action.HUSH if situation.dialogue.ringing else Action.STOP), state
        best = max(situation.lexicon.tasks, key=lambda task: _share(words, task.says))
        if pending is not None and _share(words, best.says) < 0.99:
            wanted = situation.dialogue.shown.wanted
            return Decision(Action.ANSWER, arguments=_filled((wanted,) if wanted else pending.task.args, words)), state
        if _share(words, best.says) < 0.5:
            return Decision(Action.NOT_UNDERSTOOD), state
        known = {word for phrase in best.says for word in phrase.lower().split()} | {"to", "for", "please"}
        return Decision(Action.TASK, best, _filled(best.args, [word for word in words if word not in known])), state


def _share(words: list[str], says: tuple[str, ...]) -> float:
    return max(len(set(words) & set(phrase.lower().split())) / len(phrase.split()) for phrase in says)


def _filled(arguments: tuple[Field, ...], words: list[str]) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for argument in arguments:
        ends = range(len(words), 0, -1)
        spans = ((a, b) for a in range(len(words)) for b in ends if a < b and fits(argument, tuple(words[a:b])))
        start, end = next(spans, (0, 0))
        if end:
            found[argument.name] = tuple(words[start:end])
            words = words[end:]
    return found
