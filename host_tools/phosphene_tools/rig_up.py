# SPDX-License-Identifier: Apache-2.0
"""Brings a rig up: finds its board, or starts the simulated one in a process of its own and ends it afterwards."""

from __future__ import annotations

import asyncio
import contextlib
import sys
import tempfile
from asyncio.subprocess import DEVNULL, Process
from collections.abc import AsyncGenerator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from phosphene.errors import BoardNotFound, ConfigError, LineError
from phosphene_tools.boards.catalog import load_rig
from phosphene_tools.ports import RigPort, resolve
from phosphene_tools.published import simulated_boards

START_S = 20.0
_LOOK_S = 0.02
_END_S = 3.0


@dataclass(frozen=True, slots=True)
class RigUp:
    """A rig that can be attached to. `simulator` is the process of a simulated board that was started for it."""

    port: RigPort
    title: str
    simulated: bool
    simulator: Process | None = None

    async def gone(self) -> LineError:
        """Wait until the simulated board ends by itself; never returns when it is not ours."""
        if self.simulator is None:
            await asyncio.get_running_loop().create_future()
        assert self.simulator is not None
        status = await self.simulator.wait()
        return LineError(f"the simulated board ended with status {status}", place=self.port.line, cure="start anew")


@contextlib.asynccontextmanager
async def rig_up(name: str, tasks: Path | None = None) -> AsyncGenerator[RigUp]:
    """Bring up the rig `name` for as long as the context lasts, a simulated one with the `tasks` of a folder.

    A simulated board that runs already is used, and left running. Raises InvalidBoardFile for an unknown rig,
    BoardNotFound or PortAmbiguous when a real one is not there, LineError when a simulated one does not start,
    ConfigError for `tasks` that a board can't be given, since it is real or runs already.
    """
    rig = load_rig(name)
    if tasks is not None and not rig.mcu.simulated:
        cure = f"put them on it: phosphene boards image {name} FOLDER --tasks {tasks}"
        raise ConfigError("a real board has the tasks that were put on it", place=f"rig {name}", cure=cure)
    try:
        port = resolve(rig=name)
    except BoardNotFound:
        if not rig.mcu.simulated:
            raise
    else:
        if tasks is not None:
            cure = f"end it, or leave --tasks out and start it with: phosphene sim --tasks {tasks}"
            raise ConfigError("its simulated board runs already", place=f"rig {name}", cure=cure)
        yield RigUp(port, rig.wiring.title, rig.mcu.simulated)
        return
    with tempfile.TemporaryFile() as said:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-c", "from phosphene_tools.cli import main; main()", "sim", "--rig", name),
            *(("--tasks", str(tasks)) if tasks is not None else ()),
            stdin=DEVNULL,
            stdout=DEVNULL,
            stderr=said,
            # Ctrl-C is for us: we end the simulator when we have left the line.
            start_new_session=True,
        )
        try:
            yield RigUp(await _started(process, name, said), rig.wiring.title, simulated=True, simulator=process)
        finally:
            await _end(process)


async def _started(process: Process, name: str, said: IO[bytes]) -> RigPort:
    """Wait until the simulator has made itself known. Raises LineError with what it said if it ended instead."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(START_S):
            while process.returncode is None:
                for board in simulated_boards():
                    if board.pid == process.pid:
                        return RigPort(board.port, board.rig, repl=board.repl_port)
                await asyncio.sleep(_LOOK_S)
            said.seek(0)
            first = said.readline().decode(errors="replace").removeprefix("error: ").strip()
            raise LineError(
                f"the simulated board did not start: {first or f'exit status {process.returncode}'}",
                place=f"rig {name}",
                cure=f"see what it says by itself: phosphene sim --rig {name}",
            )
    raise LineError(f"the simulated board was not up within {START_S:g} s", place=f"rig {name}", cure="try again")


async def _end(process: Process) -> None:
    if process.returncode is not None:
        return
    with contextlib.suppress(ProcessLookupError):
        process.terminate()
    try:
        async with asyncio.timeout(_END_S):
            await process.wait()
    except TimeoutError:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()
