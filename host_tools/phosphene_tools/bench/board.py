# SPDX-License-Identifier: Apache-2.0
"""The board that the benches measure on: rig `sim`, fresh for each part of a run."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

from phosphene.exact import Coprocessor
from phosphene.line.faults import FaultPlan
from phosphene.line.link import Link
from phosphene_tools.boards import board_json, load_rig
from phosphene_tools.sim.board import SimBoard
from phosphene_tools.sim.config import SimConfig


def configuration() -> dict[str, Any]:
    """What the firmware of rig `sim` reads as its `board.json`."""
    return board_json(load_rig("sim"))


@asynccontextmanager
async def simulated_board(*, baud: int | None = None, seed: int | None = None) -> AsyncGenerator[SimBoard]:
    """A running board; its line is throttled to `baud`, or like USB without."""
    board = SimBoard(SimConfig(board_json=configuration(), baud=baud, seed=seed))
    async with board:
        yield board


@asynccontextmanager
async def linked(
    board: SimBoard, *, baud: int | None = None, faults: FaultPlan | None = None
) -> AsyncGenerator[tuple[Link, Coprocessor]]:
    """A link that owns the board's line, without a broker in between."""
    # By the link that stays: after a pulled cable the number may be another program's port.
    link = await Link.open(str(board.port_link), baud=baud or 921_600, faults=faults)
    mcu = Coprocessor(link)
    try:
        await mcu.dictionary()
        yield link, mcu
    finally:
        await mcu.close()
        await link.close()
