# SPDX-License-Identifier: Apache-2.0
"""How long outputs stay on after the host stopped, or lives on without getting anywhere."""

from __future__ import annotations

import asyncio
import random
import time

from phosphene.exact import Coprocessor
from phosphene.line.link import Link
from phosphene_tools.sim.board import SimBoard
from phosphene_tools.sim.config import SimConfig
from phosphene_tools.arming import grant_for

RENEWALS_PER_S = 10
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


async def _trial(board: SimBoard, stop: bool, wait_s: float) -> float:
    """Milliseconds from the host's last advance until every output was safe."""
    link = await Link.open(board.port)
    mcu = await Coprocessor.over(link)
    host = Host(link)
    renewing = asyncio.create_task(host.run())
    try:
        await asyncio.sleep(0.25)
        nonce = (await mcu.call("board.nonce")).nonce
        await mcu.call("board.arm", grant=grant_for(board.arm_key, link.hello.boot_id, nonce))
        for output in OUTPUTS:
            await mcu.call("gpio.write", output=output, level=True)
        pins = [board.pin_of(output) for output in OUTPUTS]
        await asyncio.sleep(wait_s)
        if not all(board.pins.level(pin) for pin in pins):
            raise AssertionError("the outputs never went on: the trial shows nothing")
        host.advancing = False
        if stop:
            host.renewing = False
        give_up = time.monotonic() + 5
        while any(board.pins.level(pin) for pin in pins) and time.monotonic() < give_up:
            await asyncio.sleep(0.002)
        falls = [edge.time_us for edge in board.pins.history if edge.pin in pins and not edge.level]
        if any(board.pins.level(pin) for pin in pins):
            return float("inf")
        return max(falls) / 1000 - host.advanced_at * 1000
    finally:
        host.renewing = False
        await asyncio.gather(renewing, return_exceptions=True)
        await link.close()


async def worst_safe_state_ms(seed: int, trials: int = 10) -> tuple[float, int, int]:
    """(worst time to safe in ms, the lease in ms, trials): host stops, and host stands still."""
    pauses = random.Random(seed)
    worst = 0.0
    config = SimConfig.of_rig("sim", seed=seed)
    board = SimBoard(config)
    await board.start()
    try:
        for trial in range(2 * trials):
            took = await _trial(board, stop=trial % 2 == 0, wait_s=0.1 + pauses.random() * 0.2)
            worst = max(worst, took)
    finally:
        await board.close()
    return round(worst, 1), config.board_json["lease"]["tick_ms"], 2 * trials
