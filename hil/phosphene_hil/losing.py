# SPDX-License-Identifier: Apache-2.0
"""The ways of losing a host, each done to a real process that holds the lease and has outputs on."""

from __future__ import annotations

import asyncio
import contextlib
import json
import signal
import sys
import time
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from phosphene_hil.rig import Rig

WAYS: Mapping[str, str] = {
    "killed": "host killed",
    "stopped": "host stopped (SIGSTOP)",
    "stand_still": "host's loop stands still, renewals go on",
    "unplugged": "cable pulled",
    "babble": "host babbles garbage",
    "replay": "host replays its old frames",
}
"""Name, and how the table calls it. Feature ``cable`` for "unplugged"."""

_ANSWER_S = 40.0
_NEEDED = ("phosphene_hil", "phosphene", "phosphene_tools")


class Doomed:
    """The bench's hand on the host process."""

    def __init__(self, process: Process, rig: Rig) -> None:
        self._process = process
        self._rig = rig
        self.refused: dict[str, str] = {}
        """Outputs that could not be set, and why."""

    @property
    def pid(self) -> int:
        """Its process id."""
        return self._process.pid

    async def set_up(self) -> None:
        """Sign its grant, and wait until it has set the outputs."""
        question = await self._hear()
        while "nonce" in question:
            grant = {}
            if "arm_key" in self._rig.features:
                grant = {"grant": self._rig.grant(question["boot_id"], bytes.fromhex(question["nonce"])).hex()}
            await self._say(grant)
            question = await self._hear()
        self.refused = question["refused"]

    async def lose(self, way: str) -> float:
        """Lose this host in one of WAYS; the time of CLOCK_MONOTONIC, in seconds, just before it happened."""
        if way == "unplugged":
            began = time.monotonic()
            await self._rig.board.control.pull_cable()
            return began
        if way in ("killed", "stopped"):
            began = time.monotonic()
            self._process.send_signal(signal.SIGKILL if way == "killed" else signal.SIGSTOP)
            return began
        began = time.monotonic()
        await self._say({"do": way})
        await self._hear()
        return began

    async def call(self, task: str, **arguments: object) -> float:
        """Let the host call a task; the time of CLOCK_MONOTONIC, in seconds, just before."""
        began = time.monotonic()
        await self._say({"do": "call", "task": task, **arguments})
        await self._hear()
        return began

    async def end(self) -> None:
        """End the process, however it is."""
        with contextlib.suppress(ProcessLookupError):
            self._process.kill()
        await self._process.wait()

    async def _hear(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        line = await asyncio.wait_for(self._process.stdout.readline(), _ANSWER_S)
        if not line:
            assert self._process.stderr is not None
            said = (await self._process.stderr.read()).decode(errors="replace")
            raise AssertionError(f"the host process ended by itself:\n{said}")
        return json.loads(line)

    async def _say(self, what: Mapping[str, Any]) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(what).encode() + b"\n")
        await self._process.stdin.drain()


@asynccontextmanager
async def doomed_host(rig: Rig, levels: Mapping[str, bool]) -> AsyncGenerator[Doomed]:
    """Start a host process at `rig` that holds the lease and has set outputs to `levels`.

    Whatever the test did, the process is ended and the cable is plugged in afterwards.
    """
    code = "import sys; sys.path[:0] = sys.argv.pop(1).split('|'); import runpy; " + (
        "runpy.run_module('phosphene_hil.doomed_host', run_name='__main__', alter_sys=True)"
    )
    roots = {str(Path(sys.modules[name].__file__ or "").parent.parent) for name in _NEEDED}
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", code, "|".join(sorted(roots)), rig.board.port, str(rig.board.baud)),
        *(f"{name}={int(level)}" for name, level in levels.items()),
        stdin=PIPE,
        stdout=PIPE,
        stderr=PIPE,
    )
    doomed = Doomed(process, rig)
    try:
        await doomed.set_up()
        yield doomed
    finally:
        await doomed.end()
        if "cable" in rig.features:
            await rig.board.control.plug_cable()
