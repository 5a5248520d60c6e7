# SPDX-License-Identifier: Apache-2.0
"""The ENABLE line, its dead-man, and the outputs behind them."""

from __future__ import annotations

import asyncio
from pathlib import Path

from phosphene_tools.sim.deadman import Monostable
from phosphene_tools.sim.pins import PinBank
from tests.sim.desk import BOARD_JSON, ENABLE, GUARDED, KICK, SAFE_HIGH, Desk, on_a_desk, until

ARM = (
    f"pump = Pin({GUARDED}, Pin.OUT, value=1); valve = Pin({SAFE_HIGH}, Pin.OUT, value=0);"
    f"enable = Pin({ENABLE}, Pin.OUT, value=1); kick = Pin({KICK}, Pin.OUT, value=0);"
    "kicks = Timer(-1, period=5, callback=lambda t: kick.toggle())"
)


async def arm(desk: Desk) -> None:
    await desk.ask(ARM)
    await until(lambda: desk.board.pins.enable)


def seen(desk: Desk) -> tuple[int, int]:
    return desk.board.pins.level(GUARDED), desk.board.pins.level(SAFE_HIGH)


def test_guarded_outputs_show_their_safe_level_until_enable_rises(tmp_path: Path) -> None:
    async def scenario(desk: Desk) -> None:
        assert seen(desk) == (0, 1)
        await desk.ask(f"pump = Pin({GUARDED}, Pin.OUT, value=1); valve = Pin({SAFE_HIGH}, Pin.OUT, value=0)")
        await desk.ask(f"enable = Pin({ENABLE}, Pin.OUT, value=1)")
        await asyncio.sleep(0.02)
        # Driven, and the enable pin is high; but nobody kicks the dead-man.
        assert desk.board.pins.driven(GUARDED) == 1
        assert seen(desk) == (0, 1)
        await arm(desk)
        assert seen(desk) == (1, 0)

    on_a_desk(tmp_path, scenario)


def test_the_dead_man_falls_when_the_firmware_stands_still(tmp_path: Path) -> None:
    async def scenario(desk: Desk) -> None:
        await arm(desk)
        desk.board.freeze()
        await until(lambda: not desk.board.pins.enable)
        assert seen(desk) == (0, 1)
        # It fell its hold time after the last kick, whenever this process came to look.
        last_kick = max(edge.time_us for edge in desk.board.pins.history if edge.pin == KICK and edge.level)
        fell = desk.board.pins.enable_changes[-1]
        assert fell == (last_kick + BOARD_JSON["deadman_ms"] * 1000, False)
        desk.board.thaw()
        await until(lambda: desk.board.pins.enable)  # a monostable has no memory; the firmware must latch

    on_a_desk(tmp_path, scenario)


def test_one_call_in_c_starves_the_kicks(tmp_path: Path) -> None:
    async def scenario(desk: Desk) -> None:
        await arm(desk)
        desk.send(b"7**100000 > 0 and time.sleep_us(300000)\n")
        await until(lambda: not desk.board.pins.enable)
        assert seen(desk) == (0, 1)

    on_a_desk(tmp_path, scenario)


def test_a_falling_enable_pin_makes_safe_at_once(tmp_path: Path) -> None:
    async def scenario(desk: Desk) -> None:
        await arm(desk)
        await desk.ask("enable(0)")
        await until(lambda: not desk.board.pins.enable)
        assert seen(desk) == (0, 1)

    on_a_desk(tmp_path, scenario)


def test_a_reset_makes_safe(tmp_path: Path) -> None:
    async def scenario(desk: Desk) -> None:
        await arm(desk)
        await desk.board.reset()
        assert not desk.board.pins.enable
        assert seen(desk) == (0, 1)

    on_a_desk(tmp_path, scenario)


def test_pwm_behind_enable_is_off_with_it(tmp_path: Path) -> None:
    async def scenario(desk: Desk) -> None:
        await arm(desk)
        await desk.ask(f"heat = PWM(Pin({GUARDED}), freq=1000, duty_u16=40000)")
        await until(lambda: desk.board.pins.pwm(GUARDED) is not None)
        assert desk.board.pins.pwm(GUARDED).duty_u16 == 40000  # pyright: ignore[reportOptionalMemberAccess]
        await desk.ask("enable(0)")
        await until(lambda: not desk.board.pins.enable)
        assert desk.board.pins.pwm(GUARDED).duty_u16 == 0  # pyright: ignore[reportOptionalMemberAccess]
        await desk.ask("heat.deinit()")
        await until(lambda: desk.board.pins.pwm(GUARDED) is None)

    on_a_desk(tmp_path, scenario)


def bank(hold_ms: float = 40) -> PinBank:
    deadman = Monostable(KICK, hold_ms)
    pins = PinBank(guarded={GUARDED: 0}, rest={GUARDED: 0}, enable=ENABLE, deadman=deadman)
    for pin, level in ((GUARDED, 1), (ENABLE, 1), (KICK, 0)):
        pins.configured(pin, 1 | level << 4, 0)
    return pins


def test_records_that_are_read_late_are_judged_by_their_own_time() -> None:
    pins = bank()
    for time_us in range(0, 1_000_000, 39_000):  # each kick just in time, all of them read at once afterwards
        pins.written(KICK, 1, time_us)
        pins.written(KICK, 0, time_us + 100)
    assert pins.enable
    assert [change for _, change in pins.enable_changes] == [True]


def test_a_kick_that_came_too_late_shows_the_gap() -> None:
    pins = bank()
    pins.written(KICK, 1, 1_000)
    pins.written(KICK, 0, 2_000)
    pins.written(KICK, 1, 41_001)
    assert list(pins.enable_changes) == [(1_000, True), (41_000, False), (41_001, True)]
    assert [(e.time_us, e.level) for e in pins.history if e.pin == GUARDED] == [(1_000, 1), (41_000, 0), (41_001, 1)]


def test_only_a_rising_edge_triggers_the_monostable() -> None:
    pins = bank()
    pins.written(KICK, 1, 0)
    pins.written(KICK, 0, 39_000)
    pins.settle(40_000)
    assert not pins.enable
