# SPDX-License-Identifier: Apache-2.0
"""A simulated board with short limits, interlocks, a thermostat and a lock, for the tests of all these."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

from phosphene_tools.bench.board import configuration, linked
from phosphene_tools.sim.board import SimBoard
from phosphene_tools.sim.config import SimConfig
from phosphene_tools.sim.devices.tmp117 import Tmp117
from tests.firmware.rig import Rig

GOES_ON = {"guarded": False, "on_lease_loss": "autonomous"}
OUTPUTS: list[dict[str, Any]] = [
    {"name": "plain", "pin": 20, **GOES_ON},
    {"name": "oven", "pin": 19, **GOES_ON, "max_on_ms": 600, "min_off_ms": 700},
    {"name": "motor", "pin": 18, **GOES_ON, "min_on_ms": 1500, "min_off_ms": 200},
    {"name": "flap", "pin": 21, **GOES_ON, "max_changes_per_min": 4},
    {"name": "warmer", "pin": 22, **GOES_ON, "max_on_ms": 1800, "min_off_ms": 100},
    {"name": "chiller", "pin": 26, **GOES_ON},
    {"name": "blower", "pin": 6, **GOES_ON},
    {"name": "lamp", "pin": 9, "guarded": False, "on_lease_loss": "autonomous", "max_s": 1},
    {"name": "pump", "pin": 28, "guarded": True},
    {"name": "bolt", "pin": 7, "guarded": False, "lock": True, "max_on_ms": 800, "min_off_ms": 100},
    {"name": "gate", "pin": 8, "guarded": False, "lock": True, "max_on_ms": 800, "min_off_ms": 100},
]
PINS: dict[str, int] = {output["name"]: output["pin"] for output in OUTPUTS}
ROOM = 0x48


def board_json() -> dict[str, Any]:
    """The configuration of rig `sim` with other outputs."""
    # Their pins are wanted here.
    return {key: value for key, value in configuration().items() if key != "privacy"} | {
        "outputs": OUTPUTS,
        "interlocks": [{"never": ["warmer", "chiller"]}, {"output": "chiller", "needs": ["blower"]}],
        "i2c": [{"id": 0, "sda": 4, "scl": 5, "freq": 400_000}],
        "sensors": [{"name": "room", "kind": "tmp117", "i2c": 0, "address": ROOM}],
        "thermostats": [
            {
                "name": "warmth",
                "sensor": "room",
                "output": "warmer",
                "mode": "heat",
                "min_mc": 5000,
                "max_mc": 30000,
                "hysteresis_mc": 500,
                "cutoff_mc": 40000,
            }
        ],
    }


class Machines(Rig):
    """The rig of these outputs, with its thermometer."""

    async def look(self, output: str) -> Any:
        """What safety.output says."""
        return await self.mcu.call("safety.output", output=output)

    def edges(self, *outputs: str) -> list[tuple[str, int]]:
        """The levels that the world saw begin, in their order."""
        names = {PINS[name]: name for name in outputs}
        return [(names[edge.pin], edge.level) for edge in self.board.pins.history if edge.pin in names]

    def on_for_s(self, output: str) -> float:
        """How long its last run took."""
        edges = [edge for edge in self.board.pins.history if edge.pin == PINS[output]]
        assert [edge.level for edge in edges[-2:]] == [1, 0]
        return (edges[-1].time_us - edges[-2].time_us) / 1e6

    def thermometer(self, celsius: float) -> Tmp117:
        """Wire a thermometer up; set its `celsius` at any time."""
        device = Tmp117(celsius)
        self.board.i2c(0).attach(ROOM, device)
        return device


async def with_machines(test: Callable[[Machines], Coroutine[Any, Any, None]], firmware: Path | None = None) -> None:
    """Run `test` at a fresh board, with the real firmware or that in a folder."""
    board = SimBoard(SimConfig(board_json=board_json(), seed=5, firmware_dir=firmware))
    async with board, linked(board) as (link, mcu):
        await test(Machines(board, link, mcu, PINS))


def at_the_machines(test: Callable[[Machines], Coroutine[Any, Any, None]], firmware: Path | None = None) -> None:
    """The same, from where no event loop runs."""
    asyncio.run(with_machines(test, firmware))
