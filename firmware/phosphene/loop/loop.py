# SPDX-License-Identifier: Apache-2.0
"""The primary loop."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from typing import Final, Protocol

from phosphene.exact import Coprocessor
from phosphene.line.dictionary import Dictionary
from phosphene.line.events import LinkState
from phosphene.loop.compose import compose
from phosphene.loop.decide import Decider
from phosphene.loop.inbox import Inbox
from phosphene.loop.lease import Progress
from phosphene.loop.perceive import perceive
from phosphene.loop.prove import prove
from phosphene.moment import Moment
from phosphene.prove.asking import VANISH_S
from phosphene.prove.prover import Prover

PERIOD_S: Final = 0.1
"""The longest from one tick to the next. What can't wait begins one at once."""
THERE: Final = (LinkState.UP, LinkState.PAUSED)
"""A board in one of these states answers."""


class Takes(Protocol):
    """Something at the loop's end: a screen, a voice, a trace."""

    def take(self, moment: Moment) -> None:
        """Take the finished moment. Doesn't block."""
        ...


class Loop:
    """Sense, perceive, decide, prove, compose; then the screen, the voice and the trace take the moment over.

    Seeing, hearing and painting go on in threads of their own, at their own rates: what they have made is sensed.
    """

    def __init__(
        self, mcu: Coprocessor, dictionary: Dictionary, decider: Decider, inbox: Inbox, senses: Callable[[], bool]
    ) -> None:
        self.inbox = inbox
        self._senses = senses
        self.progress = Progress()
        self.moment = Moment.first(time.monotonic())
        self._mcu = mcu
        self._dictionary = dictionary
        self._decider = decider

    async def run(self, prover: Prover, *ends: Takes) -> None:
        """Go round until cancelled. Raises what a stage raises by a fault of ours."""
        for end in ends:
            end.take(self.moment)
        while True:
            await self.inbox.wait(PERIOD_S)
            sensed = self.inbox.take(board=self._answers())
            moment = await tick(self.moment.next(time.monotonic(), sensed), self._decider, self._dictionary)
            prover.take(moment)
            for end in ends:
                end.take(moment)
            self._advance(moment)

    def _answers(self) -> bool:
        """Whether the board is there. A line that carries nothing any more says so late: renewals tell it sooner."""
        return self._mcu.state in THERE and time.monotonic() - self.progress.answered_s < VANISH_S

    def _advance(self, moment: Moment) -> None:
        self.moment = moment
        self.progress.tick = moment.tick
        # A device that can only be touched has sensed when it has looked for a finger.
        sensed_s = self.inbox.captured_s if self._senses() else moment.time_s
        self.progress.capture_s = max(self.progress.capture_s, sensed_s)
        self.progress.inferences = self._decider.stage.done


async def tick(moment: Moment, decider: Decider, dictionary: Dictionary) -> Moment:
    """Take a moment through the stages."""
    began = time.perf_counter()
    moment, began = _spent("perceive", perceive(moment, dictionary), began)
    moment, began = _spent("decide", await decider.decide(moment), began)
    moment, began = _spent("prove", prove(moment), began)
    moment, _ = _spent("compose", compose(moment, dictionary), began)
    return moment


def _spent(stage: str, moment: Moment, began: float) -> tuple[Moment, float]:
    """Return the moment with the milliseconds since `began` as what the stage took, and when the next begins."""
    now = time.perf_counter()
    return replace(moment, spent_ms={**moment.spent_ms, stage: 1000 * (now - began)}), now
