# SPDX-License-Identifier: Apache-2.0
"""A loop that doesn't get on: what is late is left out and counted, fingers still count, and the lease runs out."""

from __future__ import annotations

import asyncio
import threading

from phosphene.line.wire import LeaseVerdict
from phosphene.policy import Decision, Policy, Situation, State
from tests.loop.sitting import Sitting, before_the_device, values


class Gated:
    """The trained policy behind a gate: shut, it hangs as a chip does."""

    def __init__(self) -> None:
        self.gate = threading.Event()
        self.gate.set()
        self._policy = Policy.load()

    def decide(self, situation: Situation, state: State) -> tuple[Decision, State]:
        self.gate.wait(30)
        return self._policy.decide(situation, state)


async def verdict(person: Sitting, wanted: LeaseVerdict) -> None:
    """Wait until the board says so of the lease."""
    async with asyncio.timeout(10):
        while person.lease.verdict != wanted:
            await asyncio.sleep(0.02)


def test_a_loop_that_gets_on_holds_the_lease_and_one_that_hangs_loses_it() -> None:
    policy = Gated()

    async def scenario(person: Sitting) -> None:
        await verdict(person, LeaseVerdict.LIVE)
        policy.gate.clear()
        await verdict(person, LeaseVerdict.INFERENCES_STAND)
        ticks = person.moment.tick
        assert person.moment.late == ("decide",)
        scene = await person.type("exact.integer 6 * 7", "whole numbers 6 * 7")
        scene = await person.until(lambda scene: bool(values(scene)))
        assert values(scene)["value"] == "42", "what leaves nothing to decide is done all the same"
        assert person.moment.tick > ticks
        policy.gate.set()
        await verdict(person, LeaseVerdict.LIVE)
        async with asyncio.timeout(5):
            while person.moment.late:
                await asyncio.sleep(0.02)

    try:
        before_the_device(scenario, policy, budget_s=0.1)
    finally:
        policy.gate.set()
