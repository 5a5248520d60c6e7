# SPDX-License-Identifier: Apache-2.0
"""Writing flash on a UART: with the pause nothing is lost, without it bytes are."""

from __future__ import annotations

import asyncio
import os

from phosphene_tools.bench.board import linked, simulated_board
from tests.firmware.stranger import Stranger, text

BAUD = 921_600


def test_nothing_is_lost_while_a_busy_host_lets_the_board_write_flash() -> None:
    async def run() -> None:
        async with simulated_board(baud=BAUD, seed=6) as board, linked(board, baud=BAUD) as (link, mcu):
            writing = True

            async def talk() -> int:
                calls = 0
                while writing:
                    data = os.urandom(300)
                    assert (await mcu.call("echo.echo", data=data, timeout=5)).data == data
                    calls += 1
                return calls

            talkers = [asyncio.create_task(talk()) for _ in range(3)]
            for number in range(40):  # enough to make littlefs erase a sector now and then
                label = await mcu.start("board.label", label=f"bench {number} " + "x" * 20)
                await label.result()
            writing = False
            assert min(await asyncio.gather(*talkers)) > 10
            lost = (await board.statistics())["line"]
            assert lost["rx_overruns"] == 0, lost
            assert link.stats.pauses >= 40
            counts = await mcu.call("board.statistics")
            assert counts.crc_errors + counts.cobs_errors + counts.too_long == 0

    asyncio.run(run())


def lost_by_a_host_that_never_pauses(task: str) -> int:
    """Bytes that overran while `task` was called again and again, each time within the receive budget."""

    async def run() -> int:
        async with simulated_board(baud=BAUD, seed=6) as board:
            line = Stranger(board.port)

            def babble() -> None:
                line.open()
                number = 0
                for _ in range(40):
                    number += 1
                    line.call(number, task, text("x" * 32))
                    # The board waits 100 ms for its answer, then writes: bytes are to be on their way at that moment.
                    for _ in range(4):
                        for _ in range(15):
                            number += 1
                            line.call(number, "echo.echo", text(bytes(150)))
                        line.frames(0.04)

            try:
                await asyncio.to_thread(babble)
                return int((await board.statistics())["line"]["rx_overruns"])
            finally:
                line.close()

    return asyncio.run(run())


def test_a_host_that_ignores_the_pause_loses_bytes() -> None:
    assert lost_by_a_host_that_never_pauses("echo.echo") == 0
    assert lost_by_a_host_that_never_pauses("board.label") > 0
