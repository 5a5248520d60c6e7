# SPDX-License-Identifier: Apache-2.0
"""What the visitor's hands reach beside the screen: the cable of the simulated board, and the owner's keys."""

from __future__ import annotations

import asyncio
from typing import Final

from phosphene.errors import LineError, PhospheneError
from phosphene.exact import Coprocessor
from phosphene_tools.attach import attached
from phosphene_tools.keys import on_board
from phosphene_tools.keys.key import Key
from phosphene_tools.ports import RigPort
from phosphene_tools.published import simulated_boards
from phosphene_tools.sim.client import SimClient

_AGAIN_S: Final = 0.1
_PATIENCE_S: Final = 6.0


class World:
    """One simulated board's. The keys are the owner's: the supervisor has neither."""

    def __init__(self, port: RigPort) -> None:
        """Raise PhospheneError when no simulated board is behind `port`."""
        found = next((board for board in simulated_boards() if board.port == port.line), None)
        if found is None:
            cure = "a tour needs a board whose cable can be pulled: phosphene run --rig sim"
            raise PhospheneError("this board is not simulated", place=port.line, cure=cure)
        self._port = port
        self._control = found.control
        self._unlocks = Key.new("hmac")
        self._provisioned = False
        self._pulled = False
        self._armed = False

    async def pull_cable(self) -> None:
        """Pull the line's cable."""
        async with SimClient(self._control) as board:
            self._pulled = True
            await board.pull_cable()

    async def plug_cable(self) -> None:
        """Plug it in again."""
        async with SimClient(self._control) as board:
            await board.plug_cable()
            self._pulled = False

    async def arm(self) -> None:
        """Arm the board by a grant of its arming key, as `phosphene keys grant arm` makes one."""
        async with SimClient(self._control) as board:
            key = Key("hmac", bytes.fromhex((await board.info())["arm_key"]))
        async with attached(self._port, "arm", "visitor", start=False) as there:
            await _insist(there.mcu, key)
            self._armed = True

    async def disarm(self) -> None:
        """Take the key out: the board is disarmed."""
        async with attached(self._port, "arm", "visitor", start=False) as there:
            await there.mcu.call("board.disarm", maintenance=False)
            self._armed = False

    async def open(self, lock: str) -> None:
        """Open `lock` by a grant, as its owner can. The first time, the key is put into its empty slot."""
        if not self._provisioned:
            async with attached(self._port, "maintain", "visitor", start=False) as there:
                await on_board.provision(there.mcu, "unlock", self._unlocks)
                self._provisioned = True
        async with attached(self._port, "arm", "visitor", start=False) as there:
            grant = await on_board.grant(there.mcu, "unlock", self._unlocks, lock.encode())
            await there.mcu.start("lock.unlock", lock=lock, grant=grant)

    async def timers(self) -> str:
        """Return the names of timers and alarms that are set, empty when there are none."""
        async with attached(self._port, "observe", "visitor", start=False) as there:
            return (await there.mcu.call("timer.list")).names

    async def restore(self) -> None:
        """Leave things as they were: the cable plugged in, the key out."""
        if self._pulled:
            await self.plug_cable()
        if self._armed:
            await self.disarm()


async def _insist(mcu: Coprocessor, key: Key) -> None:
    """Arm; a board that has just come back wants a lease first, and its loop renews it ten times a second."""
    async with asyncio.timeout(_PATIENCE_S):
        while True:
            try:
                await mcu.call("board.arm", grant=await on_board.grant(mcu, "arm", key))
            except LineError:
                await asyncio.sleep(_AGAIN_S)
            else:
                return
