# SPDX-License-Identifier: Apache-2.0
"""A simulated board with sensors, servos, lamps and scales on its pins, for the tests of the drivers."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import pytest

from phosphene.exact import ProcessEnded
from phosphene_tools.bench.board import configuration, linked
from phosphene_tools.sim.board import SimBoard
from phosphene_tools.sim.config import SimConfig
from tests.firmware.rig import Rig

FREE = {"guarded": False, "on_lease_loss": "autonomous"}
PINS = {"fan": 20, "buzzer": 21, "shade": 22, "pump": 18, "arm": 19, "leased": 6}
PROBES, CELL_DATA, CELL_CLOCK, LAMPS, WHITE_LAMPS = 9, 7, 8, 13, 24
SETTLE_MS = 6

BOARD: dict[str, Any] = {
    "outputs": [
        {"name": "fan", "pin": PINS["fan"], **FREE, "max_on_ms": 700},
        {"name": "buzzer", "pin": PINS["buzzer"], **FREE},
        {"name": "shade", "pin": PINS["shade"], "safe": 1, **FREE},
        {"name": "arm", "pin": PINS["arm"], **FREE},
        {"name": "leased", "pin": PINS["leased"], "guarded": False},
        {"name": "pump", "pin": PINS["pump"], "guarded": True},
    ],
    "servos": [{"name": "pointer", "output": "arm", "least_us": 1000, "most_us": 2000, "degrees": 90}],
    "i2c": [{"id": 0, "sda": 4, "scl": 5, "freq": 400_000}],
    "sensors": [
        {"name": "room", "kind": "tmp117", "i2c": 0, "address": 0x48},
        {"name": "outdoors", "kind": "bme280", "i2c": 0, "address": 0x76},
        {"name": "pipe", "kind": "ds18b20", "pin": PROBES},
        {"name": "second", "kind": "ds18b20", "pin": PROBES, "rom": "2802000000000070"},
        {"name": "fork", "kind": "pt100", "pin": 3},
    ],
    "analog": [{"name": "battery", "pin": 26, "full_mv": 16500}, {"name": "knob", "pin": 27}],
    "load_cells": [{"name": "scale", "data": CELL_DATA, "clock": CELL_CLOCK, "settle_ms": SETTLE_MS}],
    "lights": [
        {"name": "ring", "pin": LAMPS, "count": 8, "channels": 3, "max_ma": 200},
        {"name": "strip", "pin": WHITE_LAMPS, "count": 4, "channels": 4},
    ],
}


class Desk(Rig):
    """The board, and shorter words for its processes."""

    async def done(self, task: str, **arguments: Any) -> Any:
        """The results of a process."""
        process = await self.mcu.start(task, **arguments)
        return await asyncio.wait_for(process.result(), 20)

    async def fails(self, task: str, **arguments: Any) -> str:
        """Why a process ended."""
        with pytest.raises(ProcessEnded) as ended:
            await self.done(task, **arguments)
        return str(ended.value)

    def duty(self, output: str) -> tuple[int, int] | None:
        """Frequency and duty that the world sees, or None."""
        pwm = self.board.pins.pwm(PINS[output])
        return None if pwm is None else (pwm.frequency, pwm.duty_u16)

    def level(self, output: str) -> int:
        """The level that the world sees."""
        return self.board.pins.level(PINS[output])


def at_the_desk(test: Callable[[Desk], Coroutine[Any, Any, None]]) -> None:
    """Run `test` at a fresh board with the real firmware."""

    async def run() -> None:
        # Without what rig `sim` has at their pins.
        rest = {key: value for key, value in configuration().items() if key not in ("privacy", "inputs")}
        board = SimBoard(SimConfig(board_json=rest | BOARD, seed=6))
        async with board, linked(board) as (link, mcu):
            await test(Desk(board, link, mcu, PINS))

    asyncio.run(run())
