# SPDX-License-Identifier: Apache-2.0
"""Safe state, lease, arming and dead-man of the real firmware, seen from outside the board."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Callable, Coroutine
from typing import Any

import pytest

from phosphene.errors import Forbidden, LineError
from phosphene.line.frame import decode
from phosphene.line.wire import FrameType, HelloFlags, ResetCause
from phosphene_tools.bench.board import configuration, linked, simulated_board
from tests.firmware.rig import Rig

PINS = {output["name"]: output["pin"] for output in configuration()["outputs"]}


def at_a_rig(test: Callable[[Rig], Coroutine[Any, Any, None]]) -> None:
    async def run() -> None:
        async with simulated_board(seed=4) as board, linked(board) as (link, mcu):
            await test(Rig(board, link, mcu, PINS))

    asyncio.run(run())


def test_it_starts_safe_and_nothing_moves_without_a_lease() -> None:
    async def test(rig: Rig) -> None:
        assert not any(rig.on(output) for output in PINS)
        for output in ("pump", "heater", "fan", "valve"):
            with pytest.raises(Forbidden):
                await rig.write(output, True)
        await rig.write("led", True)  # declared to need no lease
        await rig.until(lambda: rig.on("led"))
        await rig.write("pump", False)  # towards safe is always allowed

    at_a_rig(test)


def test_arming_needs_a_lease_and_the_right_grant() -> None:
    async def test(rig: Rig) -> None:
        with pytest.raises(Forbidden, match="lease"):
            await rig.arm()
        async with rig.progress():
            with pytest.raises(Forbidden, match="armed"):
                await rig.write("pump", True)
            with pytest.raises(Forbidden, match="nonce"):
                await rig.mcu.call("board.arm", grant=bytes(32))
            await rig.mcu.call("board.nonce")
            with pytest.raises(Forbidden, match="wrong grant"):
                await rig.mcu.call("board.arm", grant=bytes(32))
            grant = await rig.grant()
            await rig.mcu.call("board.arm", grant=grant)
            with pytest.raises(Forbidden, match="nonce"):
                await rig.mcu.call("board.arm", grant=grant)  # a nonce serves once
            await rig.write("pump", True)
            await rig.until(lambda: rig.on("pump"))

    at_a_rig(test)


def test_at_the_end_of_the_lease_each_output_does_what_it_declares() -> None:
    async def test(rig: Rig) -> None:
        async with rig.progress():
            await rig.arm()
            for output in ("pump", "fan", "valve", "led"):
                await rig.write(output, True)
            await rig.until(lambda: all(rig.on(output) for output in ("pump", "fan", "valve", "led")))
        await rig.until(lambda: not rig.on("pump"))
        await rig.until(lambda: not rig.on("fan"))
        assert rig.on("valve"), "it holds for up to two seconds"
        await rig.until(lambda: not rig.on("valve"))
        assert rig.on("led")
        assert not rig.board.pins.enable
        async with rig.progress():
            await rig.write("fan", True)  # a new lease suffices for what is not guarded
            with pytest.raises(Forbidden, match="lease ran out"):
                await rig.write("pump", True)
            assert not rig.on("pump")
            await rig.arm()
            await rig.write("pump", True)
            await rig.until(lambda: rig.on("pump"))

    at_a_rig(test)


def test_a_host_that_lives_but_stands_still_loses_the_lease() -> None:
    async def test(rig: Rig) -> None:
        async with rig.progress():
            await rig.write("fan", True)
        ends = time.monotonic() + 3
        while rig.on("fan"):
            assert time.monotonic() < ends
            await rig.link.renew(100, 100, 100)  # rises once, then stands
            await asyncio.sleep(0.05)

    at_a_rig(test)


def test_a_firmware_that_hangs_loses_enable_and_then_the_watchdog_resets_it() -> None:
    async def test(rig: Rig) -> None:
        async with rig.progress():
            await rig.arm()
            await rig.write("pump", True)
            await rig.until(lambda: rig.on("pump"))
            boot = rig.link.hello.boot_id
            rig.board.freeze()
            await rig.until(lambda: not rig.on("pump"), 1.0)
        await rig.until(lambda: rig.link.hello.boot_id != boot, 15.0)
        assert rig.link.hello.reset_cause == ResetCause.WATCHDOG
        assert not rig.on("pump")

    at_a_rig(test)


def test_a_reset_leaves_everything_safe_and_disarmed() -> None:
    async def test(rig: Rig) -> None:
        async with rig.progress():
            await rig.arm()
            await rig.write("pump", True)
            boot = rig.link.hello.boot_id
            await rig.board.reset()
            assert not rig.on("pump")
            await rig.until(lambda: rig.link.hello.boot_id != boot)
            with pytest.raises(Forbidden):
                await rig.write("pump", True)

    at_a_rig(test)


def test_a_process_under_a_lost_lease_is_made_safe() -> None:
    async def test(rig: Rig) -> None:
        async with rig.progress():
            pulses = await rig.mcu.start("gpio.pulses", output="fan", count=1000, period_ms=20)
            await asyncio.sleep(0.1)
        with pytest.raises(LineError, match="lease"):
            await pulses.result()
        assert not rig.on("fan")

    at_a_rig(test)


def test_maintenance_disarms_first() -> None:
    async def test(rig: Rig) -> None:
        async with rig.progress():
            await rig.arm()
            await rig.write("pump", True)
            await rig.mcu.call("board.disarm", maintenance=True)
            assert not rig.on("pump")
            await rig.until(lambda: bool(rig.link.hello.flags & HelloFlags.MAINTENANCE))

    at_a_rig(test)


def test_a_late_copy_of_a_renewal_neither_ends_nor_prolongs_the_lease() -> None:
    async def test(rig: Rig) -> None:
        sent: list[bytes] = []
        end_tap = rig.link.tap(lambda record: sent.append(record.raw))
        await rig.renew()
        end_tap()
        old = next(raw for raw in sent if decode(raw.rstrip(b"\0")).type == FrameType.LEASE)  # type: ignore[union-attr]
        async with rig.progress():
            await rig.write("fan", True)
            port = os.open(rig.board.port, os.O_RDWR | os.O_NOCTTY)
            try:
                for _ in range(10):
                    os.write(port, b"\0" + old)
                    await asyncio.sleep(0.03)
            finally:
                os.close(port)
            assert rig.on("fan"), "the lease went on"

    at_a_rig(test)
