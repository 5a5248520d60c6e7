# SPDX-License-Identifier: Apache-2.0
"""How the board is asked to move what it drives: outputs within their limits, locks by a grant, lights, ENABLE."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Coroutine
from typing import Any

from phosphene.errors import Forbidden, Refused
from phosphene.exact import Coprocessor, ProcessEnded, ProcessState
from phosphene_hil.host import Host
from phosphene_hil.rig import Rig
from phosphene_tools.boards.wiring import Output

LIGHTS = ("camera_light", "microphone_light")
_PATIENCE_S = 5.0
"""How long an output may rest after it went off before it is left out."""
_LOOK_S = 0.02

Mover = Callable[[bool], Coroutine[Any, Any, None]]
"""Brings a net away from where it rests (True), or back. Raises LineError where the board refuses."""


class Movers:
    """The movers of one board, whose host holds the lease."""

    def __init__(self, rig: Rig, mcu: Coprocessor, host: Host) -> None:
        self._rig = rig
        self._mcu = mcu
        self._host = host

    def output(self, output: Output) -> Mover:
        """Return the mover of an output; it waits while a limit makes the output rest."""

        async def move(away: bool) -> None:
            ends = time.monotonic() + _PATIENCE_S
            while not await self._moved(output, away, last=time.monotonic() > ends):
                await asyncio.sleep(_LOOK_S)

        return move

    def light(self, name: str) -> Mover:
        """Return the mover of a light, which rests lit."""

        async def show(away: bool) -> None:
            lit = {light: not (away and light == name) for light in LIGHTS}
            await self._mcu.call("privacy.show", camera=lit[LIGHTS[0]], microphone=lit[LIGHTS[1]])

        return show

    async def enable(self, away: bool) -> None:
        """Move ENABLE, which rests high here, so that what is behind it can be moved, too."""
        if away:
            await self._mcu.call("board.disarm", maintenance=False)
        else:
            await self._host.arm()

    async def _moved(self, output: Output, away: bool, *, last: bool) -> bool:
        """Try once; whether it moved. What forbids it, and the last refusal, is raised."""
        try:
            if away and output.lock:
                await self._unlock(output)
            else:
                await self._mcu.call("gpio.write", output=output.name, level=bool(output.safe) is not away)
        except Forbidden:
            raise
        except (Refused, ProcessEnded):
            if last:
                raise
            return False
        return True

    async def _unlock(self, output: Output) -> None:
        nonce = (await self._mcu.call("crypto.nonce")).nonce
        grant = self._rig.unlock_grant(self._mcu.hello.boot_id, nonce, output.name)
        process = await self._mcu.start("lock.unlock", lock=output.name, grant=grant)
        while (await self._mcu.call("gpio.read", name=output.name)).level == bool(output.safe):
            if process.state is not ProcessState.RUNNING:
                await process.result()  # which raises why not
            await asyncio.sleep(_LOOK_S)
