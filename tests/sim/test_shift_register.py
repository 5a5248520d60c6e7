# SPDX-License-Identifier: Apache-2.0
"""Words at the shift register are counted outside the firmware, and a reset can stand at their very edge."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import pytest

from phosphene_tools.sim import SimError
from phosphene_tools.sim.shift_register import ShiftRegister
from tests.sim.desk import CLOCK, LATCH, Desk, on_a_desk, until


def test_words_are_counted_with_their_bits_and_times(tmp_path: Path) -> None:
    async def scenario(desk: Desk) -> None:
        words = [0x000000, 0xFFFFFF, 0xA5C3F0, 0x123456]
        for word in words:
            await desk.ask(f"shift({word})")
        register = desk.board.shift_register
        await until(lambda: register.latched == len(words))
        assert [word.value for word in register.words] == words
        assert {word.clocks for word in register.words} == {24}
        times = [word.time_us for word in register.words]
        assert times == sorted(times)
        assert [word.value for word in register.since(2)] == words[2:]
        assert desk.board.pins.level(LATCH) == 0

    on_a_desk(tmp_path, scenario)


@pytest.mark.parametrize(("when", "counted"), [("before", 0), ("after", 1)])
def test_a_reset_stands_just_before_or_just_after_the_edge(
    tmp_path: Path, when: Literal["before", "after"], counted: int
) -> None:
    async def scenario(desk: Desk) -> None:
        register = desk.board.shift_register
        for n in range(1, 11):
            latched = register.latched
            await desk.board.arm_reset(pin=LATCH, when=when)
            boots = (await desk.board.statistics())["boots"]
            desk.send(f"shift({n})\n".encode())

            async def reset_again(boots: int = boots) -> bool:
                return (await desk.board.statistics())["boots"] > boots

            await until(reset_again)
            assert register.latched - latched == counted
            assert await desk.ask("reset_cause()") == "2"  # and no answer to the shift came before this one
        if counted:
            assert [word.value for word in register.words] == list(range(1, 11))
        statistics = await desk.board.statistics()
        assert statistics["breakpoints"] == 10
        assert statistics["resets"] == {"power-on": 1, "pin": 10}

    on_a_desk(tmp_path, scenario)


def test_a_breakpoint_can_be_taken_back(tmp_path: Path) -> None:
    async def scenario(desk: Desk) -> None:
        await desk.board.arm_reset(pin=LATCH, when="before")
        await desk.board.disarm_reset()
        assert await desk.ask("shift(7)") == "None"
        assert (await desk.board.statistics())["boots"] == 1

    on_a_desk(tmp_path, scenario)


def test_a_reset_disarms(tmp_path: Path) -> None:
    async def scenario(desk: Desk) -> None:
        await desk.board.arm_reset(pin=LATCH, when="before")
        await desk.board.reset()
        assert await desk.ask("shift(7)") == "None"
        assert (await desk.board.statistics())["boots"] == 2

    on_a_desk(tmp_path, scenario)


def test_a_frozen_board_can_not_be_armed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("phosphene_tools.sim.boots._ARM_TIMEOUT", 0.05)

    async def scenario(desk: Desk) -> None:
        desk.board.freeze()
        with pytest.raises(SimError, match="stands still"):
            await desk.board.arm_reset(pin=LATCH, when="before")

    on_a_desk(tmp_path, scenario)


def test_a_word_cut_off_by_a_reset_does_not_spoil_the_next(tmp_path: Path) -> None:
    async def scenario(desk: Desk) -> None:
        half_a_word = f"[Pin({CLOCK}, Pin.OUT)(i & 1) for i in range(10)]"
        await desk.ask(half_a_word)
        await desk.board.reset()
        await desk.ask(half_a_word)
        desk.send(b"sys.exit()\n")

        async def soft() -> bool:
            return "soft" in (await desk.board.statistics())["resets"]

        await until(soft)
        await desk.ask("shift(5)")
        assert [(word.value, word.clocks) for word in desk.board.shift_register.words] == [(5, 24)]

    on_a_desk(tmp_path, scenario)


def test_levels_repeated_are_no_edges() -> None:
    register = ShiftRegister()
    register.data_high(0)
    for _ in range(3):
        register.clock_high(0)
    register.latch_high(1)
    register.latch_high(2)
    assert [(word.value, word.clocks) for word in register.words] == [(1, 1)]


def test_only_the_newest_words_are_kept_but_all_are_counted() -> None:
    register = ShiftRegister(keep=3)
    for n in range(5):
        register.latch_high(n)
        register.latch_low(n)
    assert register.latched == 5
    assert [word.time_us for word in register.since(0)] == [2, 3, 4]
    assert [word.time_us for word in register.since(4)] == [4]
