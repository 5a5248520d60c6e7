# SPDX-License-Identifier: Apache-2.0
"""A chip for a test, and when there is none."""

from __future__ import annotations

import os
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import pytest

from phosphene.exact import Coprocessor
from phosphene.line.link import Link
from phosphene_tools.boards import board_json, load_rig
from phosphene_tools.emulated import image, toolchain
from phosphene_tools.sim import SimBoard, SimConfig

# Compiling takes minutes: who wants it says so, as `make test-emulated` does.
WANTED = "PHOSPHENE_EMULATED"

NEEDED = [
    pytest.mark.skipif(not os.environ.get(WANTED), reason=f"{WANTED} is not set: make test-emulated"),
    pytest.mark.skipif(bool(toolchain.missing()), reason=toolchain.missing() or "all is there"),
    pytest.mark.timeout(600),
]


@asynccontextmanager
async def chip() -> AsyncGenerator[tuple[SimBoard, Coprocessor]]:
    """The firmware of rig `sim` on the emulated chip, and a line to it."""
    rig = load_rig("sim")
    config = SimConfig(board_json=board_json(rig), heap_bytes=rig.mcu.heap_kib * 1024, emulated=image.image())
    async with SimBoard(config) as board:
        link = await Link.open(str(board.port_link), baud=921_600)
        mcu = Coprocessor(link)
        try:
            await mcu.dictionary()
            yield board, mcu
        finally:
            await mcu.close()
            await link.close()
