# SPDX-License-Identifier: Apache-2.0
"""Faults: a damaged line, a board that is reset at the worst moments. Answers stay right, effects happen once.

`phosphene bench faults` does a hundred thousand calls on the simulator; these are few enough for a real board.
"""

from __future__ import annotations

import asyncio
import random
import time

import pytest

from phosphene.errors import OutcomeUnknown
from phosphene.exact import Coprocessor
from phosphene.line.faults import FaultInjector
from phosphene.line.link import Link
from phosphene_hil.board import Board
from phosphene_hil.report.measuring import Measure
from phosphene_hil.rig import Rig

CALLS = 150
PATIENCE_S = 20.0


@pytest.mark.phosphene_faults(0.12)
async def test_answers_stay_right_on_a_damaged_line(
    mcu: Coprocessor, link: Link, faults: FaultInjector, measure: Measure
) -> None:
    dice = random.Random(71)
    took_ms: list[float] = []
    for _ in range(CALLS):
        data = dice.randbytes(dice.choice((8, 8, 8, 300)))
        began = time.monotonic()
        assert (await mcu.call("echo.echo", data=data, timeout=PATIENCE_S)).data == data
        took_ms.append((time.monotonic() - began) * 1000)
    assert sum(faults.counts.values()) > CALLS / 10, "the line was hardly damaged: this shows nothing"
    assert link.stats.retries
    measure("one echo, an eighth of all frames damaged", took_ms, unit="ms")


@pytest.mark.phosphene_faults(0.12)
@pytest.mark.needs("shift_register", "outside_view", "gpio.shift_out")
async def test_effects_happen_once_on_a_damaged_line(board: Board, mcu: Coprocessor, faults: FaultInjector) -> None:
    before = board.outside.latched
    words = list(range(1, CALLS + 1))
    for word in words:
        await mcu.call("gpio.shift_out", value=word, bits=24, timeout=PATIENCE_S)
    assert board.outside.words(before) == words
    assert faults.counts


@pytest.mark.phosphene_faults("burst.toml")
async def test_a_line_that_loses_a_third_of_its_frames_still_works(mcu: Coprocessor, faults: FaultInjector) -> None:
    for number in range(30):
        answer = await mcu.call("echo.echo", data=b"%d" % number, timeout=PATIENCE_S)
        assert answer.data == b"%d" % number
    assert faults.by_kind["drop"] > 10


@pytest.mark.needs("shift_register", "outside_view", "breakpoint", "gpio.shift_out")
@pytest.mark.leaves("reset")
@pytest.mark.parametrize("after", [False, True], ids=["before the effect", "after the effect"])
async def test_a_reset_at_the_effect_is_told_as_unknown_and_never_doubled(
    board: Board, mcu: Coprocessor, after: bool
) -> None:
    """The board can't know in its next boot; so the caller is told that, and nothing is done again."""
    for word in range(1, 6):
        before, boot_id = board.outside.latched, mcu.hello.boot_id
        await board.control.reset_at_latch(after=after)
        with pytest.raises(OutcomeUnknown) as unknown:
            await mcu.call("gpio.shift_out", value=word, bits=24, timeout=PATIENCE_S)
        assert board.outside.words(before) == ([word] if after else [])
        assert mcu.hello.boot_id != boot_id
        assert (await mcu.outcome(unknown.value)).verdict == "unknown"
        await mcu.call("gpio.shift_out", value=word + 100, bits=24)
        assert board.outside.words(before)[-1] == word + 100


@pytest.mark.needs("reset_control")
@pytest.mark.leaves("reset")
async def test_calls_that_may_be_repeated_outlive_a_reset(board: Board, mcu: Coprocessor) -> None:
    """Idempotent calls go on as if nothing had happened."""

    async def echoes() -> None:
        for number in range(200):
            data = number.to_bytes(2, "little")
            assert (await mcu.call("echo.echo", data=data, timeout=PATIENCE_S)).data == data

    calling = asyncio.create_task(echoes())
    for _ in range(2):
        await asyncio.sleep(0.05)
        await board.control.reset()
    await calling


@pytest.mark.needs("reset_control")
@pytest.mark.leaves("reset")
async def test_a_power_cut_comes_back_as_power_on(board: Board, mcu: Coprocessor, rig: Rig) -> None:
    boot_id = mcu.hello.boot_id
    await board.control.power_cut(0.2)
    assert (await mcu.call("echo.echo", data=b"again", timeout=PATIENCE_S)).data == b"again"
    assert mcu.hello.boot_id != boot_id
    assert mcu.hello.cause == "power-on"
