# SPDX-License-Identifier: Apache-2.0
"""The firmware on the emulated Cortex-M3: it says hello, answers, and its heap suffices there."""

from __future__ import annotations

import asyncio
import os

import pytest

from phosphene.exact import Coprocessor
from phosphene.line.link import Link
from phosphene_tools.boards import board_json, load_rig
from phosphene_tools.emulated import image, toolchain
from phosphene_tools.sim import SimBoard, SimConfig

# Compiling takes minutes: who wants it says so, as `make test-emulated` does.
WANTED = "PHOSPHENE_EMULATED"

pytestmark = [
    pytest.mark.skipif(not os.environ.get(WANTED), reason=f"{WANTED} is not set: make test-emulated"),
    pytest.mark.skipif(bool(toolchain.missing()), reason=toolchain.missing() or "all is there"),
    pytest.mark.timeout(600),
]


def test_it_says_hello_and_echoes() -> None:
    asyncio.run(_hello_and_echo())


async def _hello_and_echo() -> None:
    rig = load_rig("sim")
    config = SimConfig(board_json=board_json(rig), heap_bytes=rig.mcu.heap_kib * 1024, emulated=image.image())
    async with SimBoard(config) as board:
        link = await Link.open(str(board.port_link), baud=921_600)
        mcu = Coprocessor(link)
        try:
            assert link.hello.unique_id == board.unique_id
            await mcu.dictionary()
            data = bytes(range(64))
            assert (await mcu.call("echo.echo", data=data, timeout=10)).data == data
            # What must be there in one piece for the largest message and its answer.
            largest = (await mcu.call("heap.largest", timeout=10)).bytes
            assert largest >= 2 * link.hello.max_message, f"{largest} bytes in one piece"
        finally:
            await mcu.close()
            await link.close()
