# SPDX-License-Identifier: Apache-2.0
"""Where the Python of the pages runs: one simulated board with one of each part, whose host lives and is armed."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from phosphene.exact import Coprocessor
from phosphene.line.broker.channel import BrokerChannel
from phosphene_tools.arming import grant_for
from phosphene_tools.boards import board_json, load_rig
from phosphene_tools.sim import SimBoard, SimConfig
from phosphene_tools.sim.devices.bme280 import Bme280

# A host that stands on a busy computer is not what is tried here.
_PATIENT: dict[str, Any] = {
    "lease": {"tick_ms": 30_000, "capture_ms": 30_000, "inference_ms": 30_000},
    "deadman_ms": 30_000,
}


class Stage:
    """`board` with the tasks of the pages, and `mcu`, a client of it. `port` and `control` are paths."""

    def __init__(self, board: SimBoard, mcu: Coprocessor) -> None:
        self.board = board
        self.mcu = mcu
        self.port = str(board.port_link)
        self.control = str(board.control_path)


@asynccontextmanager
async def stage(tasks: Sequence[Path]) -> AsyncGenerator[Stage]:
    """Bring it up; somebody presses its button again and again."""
    wired = board_json(load_rig("sim-bench")) | _PATIENT
    (button,) = (entry for entry in wired["inputs"] if entry["name"] == "button")
    async with SimBoard(SimConfig(board_json=wired, tasks=tuple(tasks), parts=True)) as board:
        board.i2c(0).attach(0x76, Bme280(23.4, 98_765.0, 61.2))
        channel = await BrokerChannel.attach(str(board.port_link), role="arm", name="pages")
        async with Coprocessor(channel) as mcu:
            await channel.renew(1, 1, 1)
            await channel.renew(2, 2, 2)
            nonce = (await mcu.call("board.nonce")).nonce
            await mcu.call("board.arm", grant=grant_for(board.arm_key, mcu.hello.boot_id, nonce))
            beside = [asyncio.create_task(work) for work in (_live(channel), _press(board, button["pin"]))]
            try:
                yield Stage(board, mcu)
            finally:
                for task in beside:
                    task.cancel()
                await asyncio.gather(*beside, return_exceptions=True)
                with contextlib.suppress(Exception):
                    await channel.stop_broker()


async def _live(channel: BrokerChannel) -> None:
    count = 2
    while True:
        await asyncio.sleep(0.5)
        count += 1
        await channel.renew(count, count, count)


async def _press(board: SimBoard, pin: int) -> None:
    while True:
        await board.script_input(pin, [(0.1, 0), (0.1, 1)])
