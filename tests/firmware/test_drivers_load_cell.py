# SPDX-License-Identifier: Apache-2.0
"""Load cells behind a simulated HX711: counts, calibration that outlives resets, and what can be wrong with wires."""

from __future__ import annotations

import asyncio
from decimal import Decimal

from phosphene_tools.sim.devices.hx711 import Hx711
from tests.firmware.driver_desk import CELL_CLOCK, CELL_DATA, SETTLE_MS, Desk, at_the_desk


def wired(desk: Desk, counts: int) -> Hx711:
    return Hx711(desk.board, data=CELL_DATA, clock=CELL_CLOCK, counts=counts, settle_ms=SETTLE_MS)


def test_counts_are_read_with_their_sign() -> None:
    async def scenario(desk: Desk) -> None:
        chip = wired(desk, 0)
        for counts in (0x2AAAAA, -0x2AAAAB, 1, -1):
            chip.counts = counts
            assert (await desk.done("load_cell.counts", cell="scale", samples=1)).counts == counts

    at_the_desk(scenario)


def test_a_scale_is_calibrated_once_and_for_all() -> None:
    async def scenario(desk: Desk) -> None:
        chip = wired(desk, 8_000)
        why = await desk.fails("load_cell.read", cell="scale", samples=1)
        assert "not calibrated; use load_cell.tare and load_cell.calibrate" in why
        assert (await desk.done("load_cell.tare", cell="scale", samples=1)).counts == 8_000
        why = await desk.fails("load_cell.calibrate", cell="scale", grams="100", samples=1)
        assert "reads the same as empty" in why
        chip.counts = 8_000 + 42_000
        assert (await desk.done("load_cell.calibrate", cell="scale", grams="100", samples=1)).counts == 42_000
        chip.counts = 8_000 + 14_700
        found = await desk.done("load_cell.read", cell="scale", samples=2)
        assert (str(found.grams), found.counts) == ("35.00", 22_700)  # 2.4 mg a count: two places
        await desk.board.reset()
        await asyncio.sleep(0.2)
        chip.counts = 8_000 - 420
        assert (await desk.done("load_cell.read", cell="scale", samples=1)).grams == Decimal("-1.00")
        await desk.done("load_cell.tare", cell="scale", samples=1)
        assert (await desk.done("load_cell.read", cell="scale", samples=1)).grams == 0

    at_the_desk(scenario)


def test_wires_that_are_off_are_told() -> None:
    async def scenario(desk: Desk) -> None:
        assert "no conversion within 1000 ms" in await desk.fails("load_cell.counts", cell="scale", samples=1)
        desk.board.set_input(CELL_DATA, 0)
        assert "stays low after the last pulse" in await desk.fails("load_cell.counts", cell="scale", samples=1)
        wired(desk, 1 << 30)
        assert "overloaded" in await desk.fails("load_cell.counts", cell="scale", samples=1)

    at_the_desk(scenario)


def test_a_reading_that_was_broken_off_does_not_spoil_the_next() -> None:
    async def scenario(desk: Desk) -> None:
        chip = wired(desk, 0x123456)
        await desk.done("load_cell.counts", cell="scale", samples=1)
        for wait_s in (0.02, 0.06):
            process = await desk.mcu.start("load_cell.counts", cell="scale", samples=50)
            await asyncio.sleep(wait_s)
            await process.abort()
            assert (await desk.done("load_cell.counts", cell="scale", samples=1)).counts == 0x123456
        assert chip.words >= 3

    at_the_desk(scenario)
