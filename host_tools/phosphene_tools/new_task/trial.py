# SPDX-License-Identifier: Apache-2.0
"""A simulated board that has some tasks more: where the test of a task runs."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

from phosphene.exact import Coprocessor
from phosphene.line.link import Link
from phosphene_tools.boards import board_json, load_rig
from phosphene_tools.sim.board import SimBoard
from phosphene_tools.sim.config import SimConfig
from phosphene_tools.sim.pulsing import pulses


class Trial(Coprocessor):
    """A client of a simulated board, which also has its hands on what is wired to the board."""

    def __init__(self, link: Link, board: SimBoard, config: SimConfig) -> None:
        super().__init__(link)
        self.board = board
        self._wired = config.board_json

    async def pulse(self, name: str, count: int = 1, *, period_ms: float = 20.0) -> None:
        """Pulse the input `name` of the rig so many times. Raises SimError for a name that it doesn't have."""
        pin, steps = pulses(self._wired, name, count, period_ms)
        await self.board.script_input(pin, steps)


@asynccontextmanager
async def trial_board(*tasks: Path, rig: str = "sim") -> AsyncGenerator[Trial]:
    """Start a simulated board wired like `rig`, with the firmware's tasks and those in `tasks`; a client of it.

    The board is new each time and goes when the block ends. Raises ConfigError, DeclarationError, SimError.
    """
    config = SimConfig(board_json=board_json(load_rig(rig)), tasks=tasks)
    async with SimBoard(config) as board:
        link = await Link.open(board.port)
        mcu = Trial(link, board, config)
        try:
            yield mcu
        finally:
            await mcu.close()
            await link.close()
