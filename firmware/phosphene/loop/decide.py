# SPDX-License-Identifier: Apache-2.0
"""The stage in which the policy says what is wanted. A finger, or a line that leaves nothing to guess, goes before."""

from __future__ import annotations

from dataclasses import replace
from typing import Final, Protocol

from phosphene.accelerators.errors import AcceleratorError
from phosphene.line.dictionary import Dictionary
from phosphene.loop.stage import Stage
from phosphene.moment import Moment
from phosphene.policy.decision import Decision
from phosphene.policy.lexicon import Lexicon
from phosphene.policy.policy import State
from phosphene.policy.situation import Person, Situation

BUDGET_S: Final = 0.15
IDLE_S: Final = 2.0
"""After so long without anything a step is due all the same: the network lives in steps, and knows silence by them."""


class Decides(Protocol):
    """The policy, as the loop sees it."""

    def decide(self, situation: Situation, state: State) -> tuple[Decision, State]:
        """Return what is wanted now, and the state for the next step."""
        ...


class Decider:
    """The policy over one dictionary. It is run at every tick, which proves that it can; it counts where it is due."""

    def __init__(self, policy: Decides, dictionary: Dictionary, budget_s: float = BUDGET_S) -> None:
        self.stage: Stage[tuple[Decision, State]] = Stage("decide", budget_s)
        self._policy = policy
        self._lexicon = Lexicon(dictionary.tasks)

    async def decide(self, moment: Moment) -> Moment:
        """Return the moment with what is wanted: nothing, where the policy is late or its chip fails."""
        situation, memory = self._situation(moment), moment.memory
        try:
            found = await self.stage.do(lambda: self._policy.decide(situation, memory))
        except AcceleratorError:
            found = None  # whoever watches the accelerator tells of it
        if found is None:
            return self.without(moment)
        moment = replace(moment, said=situation.heard, yes=situation.yes)
        if moment.touched is not None or moment.due or moment.time_s - moment.decided_s >= IDLE_S:
            return replace(moment, decision=found[0], memory=found[1], decided_s=moment.time_s)
        return moment

    def without(self, moment: Moment) -> Moment:
        """Return the moment as it is when the policy is late: a finger doesn't wait for a network that hangs."""
        situation, late = self._situation(moment), (*moment.late, self.stage.name)
        moment = replace(moment, said=situation.heard, yes=situation.yes, late=late)
        if moment.touched is None:
            return moment
        return replace(moment, decision=moment.touched, decided_s=moment.time_s)

    def _situation(self, moment: Moment) -> Situation:
        # Who types need not be seen to be meant.
        person = Person.unseen(moment.time_s) if moment.sensed.typed else moment.person
        return Situation(
            moment.time_s, self._lexicon, moment.dialogue, moment.words, moment.ended, person, moment.touched
        )
