# SPDX-License-Identifier: Apache-2.0
"""The heap of a 32-bit interpreter: what a call costs, and what is left in one piece. Gates, not measurements."""

from __future__ import annotations

import asyncio
from random import Random

from phosphene.errors import Refused
from phosphene_tools.bench import exact_heap
from phosphene_tools.bench.link import allocated_per_echo
from phosphene_tools.bench.mixed_calls import MAKERS, MixedCalls
from phosphene_tools.emulated import image
from tests.emulated.chips import NEEDED, chip

pytestmark = NEEDED

ALLOC_PER_ECHO = 256
"""Bytes: the gate of `phosphene bench link`, whose objects are twice as large."""
MIXED_CALLS = 100
PICO_2_KIB = 384
LEAST_FREE = 5
"""One part of so many of the heap; loaded tasks leave a fourth, of which their answers take some."""
KEPT = 0.9
"""Of what was free at first, this share must be free after the mixed calls; and three quarters in one piece."""


def test_an_echo_costs_no_more_than_on_the_simulated_board() -> None:
    async def run() -> float:
        async with chip() as (_, mcu):
            return await allocated_per_echo(mcu)

    assert 0 < asyncio.run(run()) <= ALLOC_PER_ECHO


def test_there_is_room_for_the_largest_message_and_its_answer_beside_all_that_runs() -> None:
    async def run() -> None:
        async with chip() as (_, mcu):
            largest = (await mcu.call("heap.largest", timeout=10)).bytes
            assert largest >= 2 * mcu.hello.max_message, f"{largest} bytes in one piece"

    asyncio.run(run())


def test_mixed_calls_of_all_tasks_leave_the_heap_whole() -> None:
    """With every driver there is. A Pico's 192 KiB do not hold all that: docs/emulated.md."""
    told = asyncio.run(exact_heap.run(MIXED_CALLS, 7, image.image(), PICO_2_KIB))
    assert told["wrong"] == 0, told["notes"]
    assert told["tasks"] > 100
    assert told["free_end"] >= told["free_start"] * KEPT, told
    assert told["largest_free_end"] >= told["largest_free_start"] * 0.75, told


def test_a_picos_heap_holds_all_tasks_that_need_no_driver() -> None:
    """Everything that computes, called once each: a fifth of the heap is free then."""

    async def run() -> None:
        async with chip() as (_, mcu):
            calls = MixedCalls(await mcu.dictionary(), {}, Random(7))
            asked: set[str] = set()
            for maker in MAKERS * 3:
                case = maker(calls.rng)
                asked.add(case.task)
                try:
                    answer = await mcu.call(case.task, case.arguments, timeout=10)
                except Refused:
                    assert case.right is None, f"{case.task} {case.arguments}"
                else:
                    assert case.right is not None, f"{case.task} {case.arguments}: not refused"
                    assert case.right(answer), f"{case.task} {case.arguments}: {answer}"
            assert len(asked) > 20
            heap = await mcu.call("board.heap", collect=True, timeout=10)
            assert heap.free >= (heap.used + heap.free) / LEAST_FREE, f"{heap.free} bytes free, {heap.used} used"

    asyncio.run(run())
