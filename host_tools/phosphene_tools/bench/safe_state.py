# SPDX-License-Identifier: Apache-2.0
"""How long outputs stay on after the host stopped, or lives on without getting anywhere."""

from __future__ import annotations

import asyncio
import random
import time

from phosphene.line.link import Link
from phosphene_tools.arming import grant_for
from phosphene_tools.bench.board import configuration, linked, simulated_board
from phosphene_tools.sim.board import SimBoard

RENEWALS_PER_S = 10
GIVE_UP_S = 5.0
OUTPUTS = ("pump", "fan")  # one behind ENABLE, one that only its lease holds


class Host:
    """A host whose loop can stop renewing, or go on renewing without advancing."""

    def __init__(self, link: Link) -> None:
        self._link = link
        self._count = 1
        self.advancing = True
        self.renewing = True
        self.advanced_at = 0.0

    async def run(self) -> None:
        """Renew ten times a second for as long as `renewing`."""
        while self.renewing:
            if self.advancing:
                self._count += 1
                self.advanced_at = time.monotonic()
            await self._link.renew(self._count, self._count, self._count)
            await asyncio.sleep(1 / RENEWALS_PER_S)


async def _trial(board: SimBoard, pins: list[int], stop: bool, wait_s: float) -> float:
    """Milliseconds from the host's last advance until every output was safe."""
    async with linked(board) as (link, mcu):
        host = Host(link)
        renewing = asyncio.create_task(host.run())
        try:
            await asyncio.sleep(0.25)
            nonce = (await mcu.call("board.nonce")).nonce
            grant = grant_for(board.arm_key, link.hello.boot_id, nonce)
            await mcu.call("board.arm", grant=grant)
            for output in OUTPUTS:
                await mcu.call("gpio.write", output=output, level=True)
            await asyncio.sleep(wait_s)
            if not all(board.pins.level(pin) for pin in pins):
                raise AssertionError("the outputs never went on: the trial shows nothing")
            host.advancing = False
            host.renewing = not stop
            return await _until_safe(board, pins) - host.advanced_at * 1000
        finally:
            host.renewing = False
            await asyncio.gather(renewing, return_exceptions=True)


async def _until_safe(board: SimBoard, pins: list[int]) -> float:
    """When the last of `pins` fell, in ms of CLOCK_MONOTONIC; infinite if one stays on."""
    give_up = time.monotonic() + GIVE_UP_S
    while any(board.pins.level(pin) for pin in pins):
        if time.monotonic() > give_up:
            return float("inf")
        await asyncio.sleep(0.002)
    return max(edge.time_us for edge in board.pins.history if edge.pin in pins and not edge.level) / 1000


async def worst_safe_state_ms(seed: int, trials: int = 10) -> tuple[float, int, int]:
    """(worst time to safe in ms, the lease in ms, trials): the host stops, and the host stands still."""
    pauses = random.Random(seed)
    config = configuration()
    pins = [output["pin"] for output in config["outputs"] if output["name"] in OUTPUTS]
    worst = 0.0
    async with simulated_board(seed=seed) as board:
        for trial in range(2 * trials):
            wait_s = 0.1 + pauses.random() * 0.2
            worst = max(worst, await _trial(board, pins, trial % 2 == 0, wait_s))
    return round(worst, 1), config["lease"]["tick_ms"], 2 * trials
