# SPDX-License-Identifier: Apache-2.0
"""Starts the flash that a power cut left on the simulated board: the whole firmware, its hello and its self-test."""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
from collections.abc import AsyncGenerator
from pathlib import Path

from phosphene.errors import PhospheneError, PortBusy
from phosphene.exact import Coprocessor
from phosphene.line.link import Link
from phosphene_tools.boards import board_json
from phosphene_tools.boards.catalog import Rig
from phosphene_tools.flash.bundle import Bundle
from phosphene_tools.flash.over_line import OverLine
from phosphene_tools.sim import SimBoard, SimConfig

_START_S = 20.0
_PORTS = 5  # are tried


async def boot(image: Path, rig: Rig, versions: dict[str, Bundle]) -> str:
    """Return `version NAME …` when one of `versions` answers and passes its self-test, else what was wrong."""
    with tempfile.TemporaryDirectory(prefix="phosphene-boot-") as folder:
        chip = Path(folder) / ".chip"
        chip.mkdir()
        shutil.copyfile(image, chip / "files.nor")
        config = SimConfig(
            board_json=board_json(rig),
            heap_bytes=rig.mcu.heap_kib * 1024,
            flash_dir=Path(folder),
            start_grace=_START_S,
            seed=1,
        )
        try:
            async with SimBoard(config) as board, _linked(board) as mcu:
                return await _asked(OverLine(mcu), versions)
        except PhospheneError as error:
            return str(error)


@contextlib.asynccontextmanager
async def _linked(board: SimBoard) -> AsyncGenerator[Coprocessor]:
    with contextlib.ExitStack() as taken:
        link = await _opened(board, taken)
        mcu = Coprocessor(link)
        try:
            yield mcu
        finally:
            await mcu.close()
            await link.close()


async def _opened(board: SimBoard, taken: contextlib.ExitStack) -> Link:
    """Open the board's line. Terminals' numbers are used again, and a program that lost its own may have come here."""
    for _ in range(_PORTS):
        with contextlib.suppress(PortBusy):
            return await Link.open(board.port)
        await board.pull_cable()
        for handle in os.openpty():
            taken.callback(os.close, handle)
        await board.plug_cable()
    return await Link.open(board.port)


async def _asked(side: OverLine, versions: dict[str, Bundle]) -> str:
    state = await side.state()
    name = next((name for name, b in versions.items() if state and b.manifest.seal == state.manifest), "")
    if state is None or not name:
        return "what started is none of the versions"
    if fault := await side.self_test():
        return f"{name} failed its self-test: {fault}"
    if not state.trial:
        return f"version {name}, self-test passed"
    await side.confirm()
    return f"version {name}, on trial, self-test passed, confirmed"
