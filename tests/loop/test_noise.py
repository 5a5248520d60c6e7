# SPDX-License-Identifier: Apache-2.0
"""A disturbed line is told, though it repairs itself; and a late renewal of the lease, which may be why it is lost."""

from __future__ import annotations

import asyncio
import random

from phosphene.exact import Coprocessor
from phosphene.loop.lease import UNANSWERED, LeaseKeeper, Progress
from phosphene.loop.noise import LEAST, SPAN_S, Noise
from phosphene.prove.news import News
from phosphene_tools.bench.board import linked, simulated_board
from phosphene_tools.sim.board import SimBoard


def test_damaged_frames_are_noise_when_they_are_many_in_a_short_time() -> None:
    noise = Noise()
    assert not noise.there({}, 0.0)
    assert not noise.there({"crc_errors": LEAST - 1}, 1.0), "a reset cuts off as many"
    assert noise.there({"crc_errors": LEAST - 1, "cobs_errors": 1}, 1.5)
    assert noise.there({"crc_errors": LEAST - 1, "cobs_errors": 1}, SPAN_S)
    assert not noise.there({"crc_errors": LEAST - 1, "cobs_errors": 1}, 1.6 + SPAN_S), "it is over"
    assert not noise.there({"crc_errors": 0}, 2.0 + SPAN_S), "the counters of a new broker"
    assert noise.there({"crc_errors": LEAST}, 2.5 + SPAN_S)


def on_a_board(scenario: object) -> None:
    async def run() -> None:
        async with simulated_board(seed=3) as board, linked(board) as (_, mcu):
            await scenario(board, mcu)  # type: ignore[operator]

    asyncio.run(run())


def test_noise_on_the_line_is_counted_and_nothing_is_lost() -> None:
    async def scenario(board: SimBoard, mcu: Coprocessor) -> None:
        noise, dice, there = Noise(), random.Random(1), False
        for number in range(60):
            board.disturb(dice.randbytes(9), dice.randbytes(9))
            data = bytes([number])
            assert (await mcu.call("echo.echo", data=data, timeout=20)).data == data
            there = there or noise.there(mcu.channel.stats.as_dict(), number / 20)
        assert there

    on_a_board(scenario)


def test_a_renewal_without_an_answer_is_told_once() -> None:
    async def scenario(board: SimBoard, mcu: Coprocessor) -> None:
        told: list[News] = []
        progress = Progress()
        keeper = asyncio.create_task(LeaseKeeper(mcu, progress, told.append).run())
        await asyncio.sleep(0.5)
        assert [news for news in told if news.task == UNANSWERED] == []
        await board.pull_cable()
        async with asyncio.timeout(20):
            while not told:
                await asyncio.sleep(0.02)
        await asyncio.sleep(1.5)
        assert [news.task for news in told].count(UNANSWERED) == 1, "of failures that follow each other the first"
        keeper.cancel()
        await asyncio.gather(keeper, return_exceptions=True)

    on_a_board(scenario)
