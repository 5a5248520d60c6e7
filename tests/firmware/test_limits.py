# SPDX-License-Identifier: Apache-2.0
"""Limits and interlocks of the real firmware: they hold whoever asks, and say why."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from phosphene.errors import LineError, Refused
from tests.firmware.machines import Machines, at_the_machines


def test_what_was_on_for_its_longest_goes_safe_by_itself_and_says_why() -> None:
    async def test(at: Machines) -> None:
        await asyncio.sleep(0.7)  # it rests after a reset, too
        await at.write("oven", True)
        seen = await at.look("oven")
        assert seen.on
        assert 0 < seen.left_ms <= 600
        await at.write("oven", True)  # asking again does not make it longer
        await at.until(lambda: at.on("oven"))
        await at.until(lambda: not at.on("oven"))
        assert at.on_for_s("oven") == pytest.approx(0.6, abs=0.1)
        seen = await at.look("oven")
        assert not seen.on
        assert seen.latched == "it was on for 0.6 s, its longest"
        assert "oven: it was on for 0.6 s" in (await at.mcu.call("safety.state")).outputs
        with pytest.raises(Refused, match=r"oven rests 0\.7 s between runs, so it may go on in 0\.\d s"):
            await at.write("oven", True)
        await asyncio.sleep(0.7)
        await at.write("oven", True)
        assert (await at.look("oven")).latched == ""

    at_the_machines(test)


def test_a_reset_is_no_way_round_the_rest() -> None:
    async def test(at: Machines) -> None:
        boot = at.link.hello.boot_id
        await at.board.reset()
        await at.until(lambda: at.link.hello.boot_id != boot)
        with pytest.raises(Refused, match="oven rests"):
            await at.write("oven", True)

    at_the_machines(test)


def test_going_safe_is_never_too_early_and_costs_a_longer_rest() -> None:
    async def test(at: Machines) -> None:
        await asyncio.sleep(0.2)
        await at.mcu.call("relay.switch", output="motor", on=True)
        await at.until(lambda: at.on("motor"))
        answer = await at.mcu.call("relay.switch", output="motor", on=False)
        await at.until(lambda: not at.on("motor"))
        assert 1000 < answer.wait_ms <= 1700, "the rest of 1.5 s that it did not run, and 0.2 s"
        with pytest.raises(Refused, match="motor rests"):
            await at.mcu.call("relay.switch", output="motor", on=True)
        await asyncio.sleep(answer.wait_ms / 1000)
        await at.mcu.call("relay.switch", output="motor", on=True)

    at_the_machines(test)


def test_changes_in_a_minute_are_counted_whichever_task_makes_them() -> None:
    async def test(at: Machines) -> None:
        await at.write("flap", True)
        await at.write("flap", False)
        pulses = await at.mcu.start("gpio.pulses", output="flap", count=5, period_ms=20)
        with pytest.raises(LineError, match=r"flap may change 4 times a minute and did; ask again in (60|59)"):
            await pulses.result()
        with pytest.raises(Refused, match="4 times a minute"):
            await at.mcu.call("relay.switch", output="flap", on=True)
        assert at.edges("flap") == [("flap", 1), ("flap", 0)] * 2

    at_the_machines(test)


def test_outputs_that_are_never_together() -> None:
    async def test(at: Machines) -> None:
        await at.write("blower", True)
        await at.write("chiller", True)
        await asyncio.sleep(0.1)  # the warmer's rest after the reset
        with pytest.raises(Refused, match="warmer and chiller are never on together; switch chiller off first"):
            await at.write("warmer", True)
        await at.write("chiller", False)
        await at.write("warmer", True)
        with pytest.raises(Refused, match="switch warmer off first"):
            await at.write("chiller", True)
        assert at.edges("warmer", "chiller") == [("chiller", 1), ("chiller", 0), ("warmer", 1)]

    at_the_machines(test)


def test_an_output_goes_safe_before_the_one_that_it_needs() -> None:
    async def test(at: Machines) -> None:
        with pytest.raises(Refused, match="chiller needs blower on; switch blower on first"):
            await at.write("chiller", True)
        await at.write("blower", True)
        await at.write("chiller", True)
        await at.write("blower", False)
        await at.until(lambda: not at.on("blower"))
        assert at.edges("blower", "chiller") == [("blower", 1), ("chiller", 1), ("chiller", 0), ("blower", 0)]
        assert (await at.look("chiller")).latched == "blower, which it needs, went off"

    at_the_machines(test)


def test_what_goes_safe_by_itself_is_told() -> None:
    async def test(at: Machines) -> None:
        heard: list[Any] = []

        async def listen() -> None:
            async for event in at.link.subscribe():
                heard.append(event)

        listener = asyncio.create_task(listen())
        await asyncio.sleep(0.7)
        await at.write("oven", True)
        await at.until(lambda: any(b"oven: it was on for 0.6 s" in getattr(e, "payload", b"") for e in heard))
        listener.cancel()

    at_the_machines(test)


def test_safety_state_says_what_the_safe_state_is_for() -> None:
    async def test(at: Machines) -> None:
        state = await at.mcu.call("safety.state")
        assert (state.armed, state.live, state.left_ms, state.latched) == (False, False, 0, "")
        async with at.progress():
            await at.arm()
            await at.write("pump", True)
            state = await at.mcu.call("safety.state")
            assert (state.armed, state.live, state.latched, state.outputs) == (True, True, "", "")
            assert 0 < state.left_ms <= 500
            await at.until(lambda: at.on("pump"))
        await at.until(lambda: not at.on("pump"))
        state = await at.mcu.call("safety.state")
        assert (state.armed, state.live, state.latched) == (False, False, "the lease ran out")
        assert state.outputs == "pump: the lease ran out"

    at_the_machines(test)


def test_an_autonomous_output_is_free_for_its_time_without_a_lease() -> None:
    async def test(at: Machines) -> None:
        with pytest.raises(Refused, match="only under a lease"):
            await at.write("lamp", True)
        async with at.progress():
            await at.write("lamp", True)
        while (await at.mcu.call("safety.state")).live:
            await asyncio.sleep(0.02)
        await at.write("lamp", False)  # its loop goes on for a second
        await at.write("lamp", True)
        await at.until(lambda: at.on("lamp"))
        await at.until(lambda: not at.on("lamp"))
        assert (await at.look("lamp")).latched == "the lease ran out, and its time without one is over"
        with pytest.raises(Refused, match="only under a lease"):
            await at.write("lamp", True)

    at_the_machines(test)


def test_flash_is_not_written_for_so_long_that_the_dead_man_would_fall() -> None:
    async def test(at: Machines) -> None:
        async with at.progress():
            await at.arm()
            await at.write("pump", True)
            await at.until(lambda: at.on("pump"))
            label = await at.mcu.start("board.label", label="kitchen")
            with pytest.raises(LineError, match="may take 200 ms, and ENABLE would fall after 50; disarm first"):
                await label.result()
            assert at.on("pump")
            await at.mcu.call("board.disarm", maintenance=False)
            label = await at.mcu.start("board.label", label="kitchen")
            assert (await label.result()).label == "kitchen"

    at_the_machines(test)


def test_a_board_that_stood_still_does_not_come_back_armed() -> None:
    async def test(at: Machines) -> None:
        async with at.progress():
            await at.arm()
            await at.write("pump", True)
            await at.until(lambda: at.on("pump"))
            at.board.freeze()
            await at.until(lambda: not at.on("pump"), 1.0)
            at.board.thaw()
            await asyncio.sleep(0.2)
            assert not at.on("pump"), "kicks that come back must not raise ENABLE"
            state = await at.mcu.call("safety.state")
            assert not state.armed
            assert state.latched == "the board stood still for longer than its dead-man allows"

    at_the_machines(test)
