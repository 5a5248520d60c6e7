# SPDX-License-Identifier: Apache-2.0
"""Pins as the world sees them, and as the firmware sees the world."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from phosphene_tools.sim import SimError
from phosphene_tools.sim.pins import PIN_COUNT
from tests.sim.desk import BUTTON, LED, Desk, on_a_desk, until


def test_an_output_shows_at_the_pin_with_its_time(tmp_path: Path) -> None:
    async def scenario(desk: Desk) -> None:
        pins = desk.board.pins
        await desk.ask(f"led = Pin({LED}, Pin.OUT, value=0)")
        before = int(await desk.ask("time.ticks_us()"))
        await desk.ask("led.on()")
        await until(lambda: pins.level(LED) == 1)
        await desk.ask("led.toggle()")
        await until(lambda: pins.level(LED) == 0)
        after = int(await desk.ask("time.ticks_us()"))
        rose, fell = [edge for edge in pins.history if edge.pin == LED]
        assert (rose.level, fell.level) == (1, 0)
        assert before <= rose.time_us <= fell.time_us <= after
        assert await desk.ask("led.value()") == "0"

    on_a_desk(tmp_path, scenario)


def test_mode_and_level_change_together(tmp_path: Path) -> None:
    async def scenario(desk: Desk) -> None:
        await desk.ask("pin = Pin(5, Pin.OUT, value=1)")
        await until(lambda: desk.board.pins.level(5) == 1)
        assert [edge.level for edge in desk.board.pins.history if edge.pin == 5] == [1]

    on_a_desk(tmp_path, scenario)


def test_an_open_drain_output_leaves_a_high_level_to_the_world(tmp_path: Path) -> None:
    async def scenario(desk: Desk) -> None:
        await desk.ask("pin = Pin(5, Pin.OPEN_DRAIN, Pin.PULL_UP, value=1)")
        assert await desk.ask("pin()") == "1"
        desk.board.set_input(5, 0)
        assert await desk.ask("pin()") == "0"
        desk.board.set_input(5, None)
        await desk.ask("pin(0)")
        assert await desk.ask("pin()") == "0"
        await until(lambda: desk.board.pins.level(5) == 0 and desk.board.pins.driven(5) == 0)

    on_a_desk(tmp_path, scenario)


def test_an_input_reads_the_world_at_once_and_its_pull_otherwise(tmp_path: Path) -> None:
    async def scenario(desk: Desk) -> None:
        await desk.ask(f"up = Pin({BUTTON}, Pin.IN, Pin.PULL_UP); down = Pin(17, Pin.IN, Pin.PULL_DOWN)")
        assert await desk.ask("up(), down()") == "(1, 0)"
        for level in (0, 1, 0):
            desk.board.set_input(BUTTON, level)
            desk.board.set_input(17, 1 - level)
            assert await desk.ask("up(), down()") == f"({level}, {1 - level})"
        desk.board.set_input(BUTTON, None)
        desk.board.set_input(17, None)
        assert await desk.ask("up(), down()") == "(1, 0)"

    on_a_desk(tmp_path, scenario)


def test_every_edge_interrupts_once_in_order_with_its_level(tmp_path: Path) -> None:
    async def scenario(desk: Desk) -> None:
        await desk.ask(f"seen = []; pin = Pin({BUTTON}, Pin.IN, Pin.PULL_UP)")
        await desk.ask("pin.irq(lambda p: seen.append(p.value())) and None")
        for level in [0, 1] * 12:
            desk.board.set_input(BUTTON, level)

        async def all_seen() -> bool:
            return await desk.ask("len(seen)") == "24"

        await until(all_seen)
        assert await desk.ask("seen") == repr([0, 1] * 12)

    on_a_desk(tmp_path, scenario)


def test_only_the_edges_that_were_asked_for_interrupt(tmp_path: Path) -> None:
    async def scenario(desk: Desk) -> None:
        await desk.ask(f"seen = []; pin = Pin({BUTTON}, Pin.IN, Pin.PULL_UP)")
        await desk.ask("pin.irq(seen.append, Pin.IRQ_FALLING) and None")
        for level in (0, 1, 0, 1, 0):
            desk.board.set_input(BUTTON, level)

        async def seen() -> bool:
            return await desk.ask("len(seen)") == "3"

        await until(seen)
        assert await desk.ask("pin()") == "0"
        await desk.ask("pin.irq(None) and None")
        desk.board.set_input(BUTTON, 1)
        desk.board.set_input(BUTTON, 0)
        assert await desk.ask("pin(), time.sleep_ms(5), len(seen)") == "(0, None, 3)"

    on_a_desk(tmp_path, scenario)


def test_disable_irq_holds_handlers_back(tmp_path: Path) -> None:
    async def scenario(desk: Desk) -> None:
        await desk.ask(f"seen = []; pin = Pin({BUTTON}, Pin.IN, Pin.PULL_UP); pin.irq(seen.append)")
        await desk.ask("state = disable_irq()")
        desk.board.set_input(BUTTON, 0)
        assert await desk.ask("time.sleep_ms(20) or len(seen)") == "0"
        assert await desk.ask("enable_irq(state) or time.sleep_ms(20) or len(seen)") == "1"

    on_a_desk(tmp_path, scenario)


def test_a_handler_that_raises_is_told_on_the_repl_and_harms_nobody(tmp_path: Path) -> None:
    async def scenario(desk: Desk) -> None:
        await desk.ask(f"pin = Pin({BUTTON}, Pin.IN, Pin.PULL_UP); pin.irq(lambda p: 1 // 0)")
        desk.board.set_input(BUTTON, 0)
        await until(lambda: "ZeroDivisionError" in desk.board.repl_tail)
        assert await desk.ask("1 + 1") == "2"

    on_a_desk(tmp_path, scenario)


def test_a_script_of_edges_plays_like_a_button(tmp_path: Path) -> None:
    async def scenario(desk: Desk) -> None:
        await desk.ask(f"seen = []; pin = Pin({BUTTON}, Pin.IN, Pin.PULL_UP); pin.irq(lambda p: seen.append(p()))")
        await desk.board.script_input(BUTTON, [(0, 0), (0.005, 1), (0.005, 0), (0, None)])

        async def played() -> bool:
            return await desk.ask("seen") == "[0, 1, 0, 1]"

        await until(played)

    on_a_desk(tmp_path, scenario)


def test_a_wire_carries_an_output_to_an_input(tmp_path: Path) -> None:
    async def scenario(desk: Desk) -> None:
        await desk.ask("out = Pin(4, Pin.OUT, value=0); back = Pin(5, Pin.IN)")
        await desk.ask("out(1)")

        async def carried() -> bool:
            return await desk.ask("back()") == "1"

        await until(carried)

    on_a_desk(tmp_path, scenario, wires={4: 5})


def test_timers_run_between_bytecodes(tmp_path: Path) -> None:
    async def scenario(desk: Desk) -> None:
        await desk.ask("ticks = []; timer = Timer(-1)")
        await desk.ask("timer.init(period=5, mode=Timer.PERIODIC, callback=lambda t: ticks.append(time.ticks_ms()))")

        async def ticking() -> bool:
            return int(await desk.ask("len(ticks)")) >= 5

        await until(ticking)
        await desk.ask("timer.deinit()")
        count = await desk.ask("len(ticks)")
        await desk.ask("once = []; Timer(-1, mode=Timer.ONE_SHOT, period=3, callback=once.append)")
        await asyncio.sleep(0.05)
        assert await desk.ask("len(once)") == "1"
        assert await desk.ask("len(ticks)") == count

    on_a_desk(tmp_path, scenario)


def test_a_long_call_starves_timers_and_missed_periods_are_skipped(tmp_path: Path) -> None:
    async def scenario(desk: Desk) -> None:
        await desk.ask("ticks = []; timer = Timer(-1, period=10, callback=lambda t: ticks.append(0))")
        # One call in C: 7**20000 printed takes a tenth of a second and more.
        starved = "ticks.clear(); began = time.ticks_ms(); str(7**20000); took = time.ticks_ms() - began"
        took, count = eval(await desk.ask(f"exec('{starved}; n = len(ticks)', globals()) or (took, n)"))
        assert took > 50
        assert count <= 1

    on_a_desk(tmp_path, scenario)


def test_writing_a_pin_allocates_nothing(tmp_path: Path) -> None:
    async def scenario(desk: Desk) -> None:
        loop = "def toggle(n, write=Pin(5, Pin.OUT).value):\\n for i in range(n): write(i & 1)"
        await desk.ask(f"exec('{loop}', globals())")
        await desk.ask("toggle(10)")
        await desk.ask("gc.collect(); gc.disable(); before = gc.mem_alloc(); toggle(1000); after = gc.mem_alloc()")
        assert int(await desk.ask("after - before")) < 1000  # not one allocation per write: each takes 32 bytes

    on_a_desk(tmp_path, scenario)


@pytest.mark.parametrize("pin", [-1, PIN_COUNT])
def test_a_pin_that_is_none_is_refused(tmp_path: Path, pin: int) -> None:
    async def scenario(desk: Desk) -> None:
        with pytest.raises(SimError, match=f"no pin {pin}"):
            desk.board.pins.level(pin)
        with pytest.raises(SimError):
            desk.board.set_input(pin, 1)
        assert await desk.ask(f"Pin({pin})") == "ValueError('invalid pin',)"

    on_a_desk(tmp_path, scenario)
