# SPDX-License-Identifier: Apache-2.0
"""The simulated board of a soak, and somebody who counts its lost leases beside the device."""

from __future__ import annotations

import asyncio
import contextlib
import json
import sys
import tempfile
from asyncio.subprocess import PIPE
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Final

from phosphene.errors import LineError, PhospheneError
from phosphene.exact import Coprocessor
from phosphene.line.broker.channel import BrokerChannel
from phosphene_tools.bench.moment_process import Place
from phosphene_tools.sim.client import SimClient

_EVERY_S: Final = 0.25
_START_S: Final = 30.0


@dataclass
class LeaseCount:
    """Lost leases by the board's own count, which begins anew with each boot; the newest of each boot counts. A boot
    after the first is a reset, which ends a lease that was live. `before` it all, the first boot had lost so many.
    """

    by_boot: dict[int, int] = field(default_factory=dict[int, int])
    before: int = 0

    @property
    def lost(self) -> int:
        """All of them."""
        return sum(self.by_boot.values()) + max(0, len(self.by_boot) - 1) - (self.before if self.by_boot else 0)

    async def watch(self, port: str) -> None:
        """Attach to the broker that is there and count, until cancelled."""
        channel = await BrokerChannel.attach(port, role="observe", name="soak", start=False)
        mcu = Coprocessor(channel)
        try:
            while True:
                with contextlib.suppress(LineError):  # the line is away: a fault of the plan's
                    boot = channel.hello.boot_id
                    lost = (await mcu.call("board.statistics")).lease_losses
                    if channel.hello.boot_id == boot:
                        self.by_boot[boot] = lost
                await asyncio.sleep(_EVERY_S)
        finally:
            await mcu.close()
            await channel.close()


@dataclass(frozen=True, slots=True)
class Board:
    """A board: its line's port, what is outside of it (None where nobody can do anything to it from there), and how
    many leases it had lost in this boot before the soak.
    """

    port: str
    outside: SimClient | None
    lost_before: int = 0


@asynccontextmanager
async def a_board(place: Place, rig: str = "sim") -> AsyncGenerator[Board]:
    """Run the board of `rig` in a process of its own, which no device owns. Raises PhospheneError when it ends."""
    words = ("-c", "from phosphene_tools.cli import main; main()", "sim", "--rig", rig, "-o", "json")
    with tempfile.TemporaryFile() as errors:
        process = await asyncio.create_subprocess_exec(
            sys.executable, *words, stdout=PIPE, stderr=errors, env=place.environment
        )
        assert process.stdout is not None
        try:
            async with asyncio.timeout(_START_S):
                line = await process.stdout.readline()
            if not line:
                errors.seek(0)
                said = errors.read().decode(errors="replace").strip()
                raise PhospheneError(f"the board did not start: {said}", place="bench soak", cure="try phosphene sim")
            told: dict[str, Any] = json.loads(line)
            async with SimClient(told["control"]) as outside:
                yield Board(told["port_link"], outside)
        finally:
            with contextlib.suppress(ProcessLookupError):
                process.terminate()
            await process.wait()


def broker_of(place: Place) -> int | None:
    """Return the process of the broker in this place, None where none runs."""
    for lock in (place.folder / "phosphene").glob("*.lock"):
        with contextlib.suppress(OSError, ValueError):
            if pid := json.loads(lock.read_text() or "{}").get("pid"):
                return int(pid)
    return None
