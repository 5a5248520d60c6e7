# SPDX-License-Identifier: Apache-2.0
"""A board, its line, and a host that can prove progress: what the tests of safety and machines share."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import asynccontextmanager

from phosphene.exact import Coprocessor
from phosphene.line.link import Link
from phosphene_tools.arming import grant_for
from phosphene_tools.sim.board import SimBoard


class Rig:
    """`pins` has the pin of each output by its name."""

    def __init__(self, board: SimBoard, link: Link, mcu: Coprocessor, pins: Mapping[str, int]) -> None:
        self.board, self.link, self.mcu = board, link, mcu
        self.pins = pins
        self._count = 0

    def on(self, output: str) -> bool:
        """Whether the world sees it on."""
        return bool(self.board.pins.level(self.pins[output]))

    async def renew(self) -> None:
        """One renewal that proves progress."""
        self._count += 1
        await self.link.renew(self._count, self._count, self._count)

    @asynccontextmanager
    async def progress(self) -> AsyncGenerator[None]:
        """A host that gets on, for as long as the block lasts."""

        async def run() -> None:
            while True:
                await self.renew()
                await asyncio.sleep(0.05)

        task = asyncio.create_task(run())
        try:
            await asyncio.sleep(0.15)
            yield
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    async def grant(self) -> bytes:
        """A right grant for arming."""
        nonce = (await self.mcu.call("board.nonce")).nonce
        return grant_for(self.board.arm_key, self.link.hello.boot_id, nonce)

    async def arm(self) -> None:
        """Arm the board; a lease must be live."""
        await self.mcu.call("board.arm", grant=await self.grant())

    async def write(self, output: str, level: bool) -> None:
        """Set an output."""
        await self.mcu.call("gpio.write", output=output, level=level)

    async def until(self, condition: Callable[[], bool], limit_s: float = 5.0) -> None:
        """Wait for something that must come about."""
        ends = time.monotonic() + limit_s
        while not condition():
            assert time.monotonic() < ends, "it never came about"
            await asyncio.sleep(0.005)
