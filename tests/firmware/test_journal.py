# SPDX-License-Identifier: Apache-2.0
"""The journal of the real firmware on the simulated board's flash."""

from __future__ import annotations

import asyncio
from decimal import Decimal

from phosphene_tools.bench.dispenser import bench_board


def test_what_became_of_a_dose_outlives_a_power_cut() -> None:
    async def run() -> None:
        async with bench_board(5, None) as (board, link, host, _):
            told = {key: await host.order(key, Decimal("0.4")) for key in range(1, 21)}
            assert {one.outcome for one in told.values()} == {"done"}
            boot = link.hello.boot_id
            await board.power_cut()
            while link.hello.boot_id == boot:
                await asyncio.sleep(0.01)
            for key, one in told.items():
                assert await host.order(key, Decimal("0.4")) == one

    asyncio.run(run())


def test_a_page_that_was_damaged_is_not_believed() -> None:
    async def run() -> None:
        async with bench_board(6, None) as (board, link, host, meter):
            assert (await host.order(1, Decimal("1"))).outcome == "done"
            assert (await host.order(2, Decimal("1"))).outcome == "done"
            region = board.flash_dir / ".chip" / "journal.nor"
            held = bytearray(region.read_bytes())
            held[9] ^= 1  # the key of the first record
            held[256 + 52 + 4] ^= 1  # the volume in the end of the second
            region.write_bytes(held)
            boot = link.hello.boot_id
            await board.reset()
            while link.hello.boot_id == boot:
                await asyncio.sleep(0.01)
            before = meter.poured_ml
            second = await host.order(2, Decimal("1"))
            assert second.outcome == "unknown"
            assert second.min_ml < 1 < second.max_ml
            assert meter.poured_ml == before, "what is unknown is never poured again"

    asyncio.run(run())
