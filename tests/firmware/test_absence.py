# SPDX-License-Identifier: Apache-2.0
"""The time without a lease, as the board tells it afterwards: since when, why, what ended and what went off in it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from struct import iter_unpack
from typing import Any

from phosphene.exact import Notice, NoticeKind, ProcessState
from phosphene_tools.bench.board import configuration, linked, simulated_board
from tests.firmware.rig import Rig

PINS = {output["name"]: output["pin"] for output in configuration()["outputs"]}


def at_a_rig(test: Callable[[Rig], Coroutine[Any, Any, None]]) -> None:
    async def run() -> None:
        async with simulated_board(seed=8) as board, linked(board) as (link, mcu):
            await test(Rig(board, link, mcu, PINS))

    asyncio.run(run())


def pids(told: Any) -> list[int]:
    return [pid for (pid,) in iter_unpack("<H", told.ended)]


def test_before_the_first_lease_nobody_was_there() -> None:
    async def test(rig: Rig) -> None:
        told = await rig.mcu.call("safety.absence")
        assert (told.leases, told.losses, told.ended, told.outputs, told.on) == (0, 0, b"", "", "")
        assert told.why == "no host was there"
        again = await rig.mcu.call("safety.absence")
        assert again.ms >= told.ms

    at_a_rig(test)


def test_what_ended_and_went_off_in_it_is_told_and_only_that() -> None:
    async def test(rig: Rig) -> None:
        async with rig.progress():
            early = await rig.mcu.start("gpio.pulses", output="led", count=1, period_ms=2)
            await early.result()
            await asyncio.sleep(1)  # the radiator rests after a reset
            for output in ("fan", "valve", "radiator"):
                await rig.write(output, True)
            running = await rig.mcu.start("gpio.pulses", output="led", count=1000, period_ms=50)
        await rig.until(lambda: not rig.on("valve"))
        told = await rig.mcu.call("safety.absence")
        assert (told.leases, told.losses) == (1, 1)
        assert told.why == "no renewal came"
        assert told.ms >= 2000, "the valve was held for two seconds"
        assert pids(told) == [running.pid], "the other ended under a host"
        assert await running.refresh() is ProcessState.SAFE
        off = dict(part.split(": ") for part in told.outputs.split("; "))
        assert off == {
            "fan": "the lease ran out",
            "valve": "the lease ran out, and its time without one is over",
        }
        assert told.on == "radiator"
        async with rig.progress():
            told = await rig.mcu.call("safety.absence")
            assert told.leases == 2
            await asyncio.sleep(0.1)
            again = await rig.mcu.call("safety.absence")
            assert (again.ms, again.outputs) == (told.ms, told.outputs), "it is over"
            await rig.write("fan", True)
        await rig.until(lambda: not rig.on("fan"))
        told = await rig.mcu.call("safety.absence")
        assert told.losses == 2
        assert (pids(told), told.outputs) == ([], "fan: the lease ran out"), "what was before was told before"

    at_a_rig(test)


def test_the_notice_of_a_lost_lease_says_which_proof_was_missing() -> None:
    async def test(rig: Rig) -> None:
        counts = [0, 0, 0]
        for still, why in enumerate(("the loop stands", "nothing is sensed", "nothing is decided")):
            async with rig.mcu.events() as events:
                for number in range(14):
                    counts = [count + (number < 5 or place != still) for place, count in enumerate(counts)]
                    await rig.link.renew(*counts)
                    await asyncio.sleep(0.1)
                async for item in events:
                    if isinstance(item, Notice) and item.kind is NoticeKind.LEASE_LOST:
                        assert item.text == f"lease {still + 1} ran out: {why}"
                        break

    at_a_rig(test)
