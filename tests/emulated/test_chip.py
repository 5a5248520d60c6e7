# SPDX-License-Identifier: Apache-2.0
"""The firmware on the emulated Cortex-M3: it says hello, answers, and whole pieces cross its line."""

from __future__ import annotations

import asyncio
import random

from tests.emulated.chips import NEEDED, chip

pytestmark = NEEDED

# What the host lets the board have at once is four KiB; twice the ring's eight must pass through it all the same.
PIECES, PIECE_BYTES = 48, 1000


def test_it_says_hello_and_echoes() -> None:
    async def run() -> None:
        async with chip() as (board, mcu):
            assert mcu.hello.unique_id == board.unique_id
            data = bytes(range(64))
            assert (await mcu.call("echo.echo", data=data, timeout=10)).data == data

    asyncio.run(run())


def test_many_kilobytes_come_back_in_order_and_undamaged() -> None:
    """The rings wrap several times meanwhile."""

    async def run() -> None:
        dice = random.Random(1)
        sent = [dice.randbytes(PIECE_BYTES) for _ in range(PIECES)]
        async with chip() as (_, mcu):
            answers = await mcu.batch([("echo.echo", {"data": data}) for data in sent], timeout=60)
            assert [answer.data for answer in answers] == sent
            counted = await mcu.call("board.statistics", timeout=10)
            assert (counted.crc_errors, counted.cobs_errors, counted.too_long) == (0, 0, 0)

    asyncio.run(run())
