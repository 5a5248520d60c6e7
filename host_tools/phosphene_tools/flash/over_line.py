# SPDX-License-Identifier: Apache-2.0
"""An update over the line, by the firmware's own tasks: the board goes on serving it, and takes what is signed."""

from __future__ import annotations

import contextlib

from phosphene.errors import LineError, OutcomeUnknown, UnknownTask
from phosphene.exact import Coprocessor
from phosphene.exact.process import Process, ProcessEnded, ProcessState
from phosphene.exact.results import Results
from phosphene_tools.flash.board_side import Found, State
from phosphene_tools.flash.errors import FlashError


class OverLine:
    """The running firmware of a board."""

    def __init__(self, mcu: Coprocessor) -> None:
        self._mcu = mcu

    async def state(self) -> State | None:
        """Return how the board is, or None when its firmware knows no updates. Raises LineError."""
        try:
            told = await self._mcu.call("update.state")
        except UnknownTask:
            return None
        return State(
            slot=told.slot,
            trial=told.trial,
            counter=told.counter,
            manifest=told.manifest,
            why=told.why,
            abi=told.abi,
            interpreter=told.interpreter,
            free_kib=told.free_kib,
            signed=told.signed,
        )

    async def manifest(self) -> bytes:
        """Return the manifest of the version that runs. Raises LineError."""
        content = b""
        while piece := (await self._mcu.call("update.manifest", offset=len(content))).data:
            content += piece
        return content

    async def begin(self) -> str:
        """See BoardSide."""
        return (await self._run("update.begin")).slot

    async def write(self, name: str, offset: int, data: bytes) -> None:
        """See BoardSide."""
        await self._run("update.write", name=name, offset=offset, data=data)

    async def check(self, signature: bytes) -> Found:
        """See BoardSide."""
        found = await self._run("update.check", signature=signature)
        missing: list[str] = []
        while names := (await self._mcu.call("update.missing", skip=len(missing))).names:
            missing += names.split("\n")
        return Found(found.kept, found.copied, tuple(missing))

    async def seal(self) -> None:
        """See BoardSide."""
        await self._run("update.seal")

    async def restart(self) -> None:
        """See BoardSide."""
        with contextlib.suppress(OutcomeUnknown):  # the reset came before the answer
            await self._mcu.start("update.restart")

    async def self_test(self) -> str:
        """Have the version that runs test itself; returns what is wrong, or nothing."""
        return (await self._run("update.self_test")).fault

    async def confirm(self) -> None:
        """Have the version on trial kept."""
        await self._run("update.confirm")

    async def reject(self, why: str) -> None:
        """Have the version on trial given up."""
        await self._run("update.reject", why=why[:100])

    async def _run(self, task: str, **arguments: object) -> Results:
        process = await self._mcu.start(task, arguments)
        try:
            return await process.result()
        except ProcessEnded as ended:
            raise FlashError(f"the board refuses: {ended.text}", place=task) from ended
        except OutcomeUnknown as lost:
            raise FlashError("the board was reset meanwhile", place=task, cure="flash it again") from lost


def why_busy(armed: bool, leased: bool, at_work: list[str]) -> str:
    """Return why a board must be left alone, or an empty text."""
    if armed:
        return "the board is armed"
    if leased:
        return "a supervisor holds the board's lease"
    return f"the board is at work: {', '.join(at_work)}" if at_work else ""


async def busy(mcu: Coprocessor) -> str:
    """Ask the board whether it may be updated now; returns why not, or an empty text. Raises LineError."""
    # Asked: the flags of the hello are as old as the hello.
    state = await mcu.call("safety.state")
    running = [process for process in await mcu.processes() if await _runs(process)]
    return why_busy(state.armed, state.live, [process.task.name for process in running])


async def _runs(process: Process) -> bool:
    try:
        return await process.refresh() is ProcessState.RUNNING
    except LineError:  # it ended, and is forgotten
        return False
