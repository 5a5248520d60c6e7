# SPDX-License-Identifier: Apache-2.0
"""The line: whole, in order, at most once, and back by itself. PROTOCOL.md, sections 1 to 9."""

from __future__ import annotations

import asyncio
import random
import time

import pytest

from phosphene.errors import BadArgument, Late, OutOfRange, Refused, UnknownTask
from phosphene.exact import Coprocessor
from phosphene.line.events import LinkState
from phosphene.line.link import Link
from phosphene.line.tap import Direction
from phosphene.line.wire import FrameType, RefusalCode
from phosphene_hil.board import Board
from phosphene_hil.expect import Expect
from phosphene_hil.report.measuring import Measure
from phosphene_hil.rig import Rig

SIZES = (0, 1, 8, 175, 176, 177, 192, 255, 256, 257, 383, 384, 1000, 1024)
"""Around the seams of frame and segment."""


async def test_every_size_comes_back_as_it_went(mcu: Coprocessor, measure: Measure) -> None:
    dice = random.Random(1)
    for size in SIZES:
        data = dice.randbytes(size)
        began = time.monotonic()
        assert (await mcu.call("echo.echo", data=data)).data == data
        if size in (192, 1024):
            measure(f"echo of {size} bytes", (time.monotonic() - began) * 1000, unit="ms", work=True)


async def test_a_hundred_short_echoes_are_each_their_own(mcu: Coprocessor, measure: Measure) -> None:
    took_ms: list[float] = []
    for number in range(100):
        data = number.to_bytes(8, "little")
        began = time.monotonic()
        assert (await mcu.call("echo.echo", data=data)).data == data
        took_ms.append((time.monotonic() - began) * 1000)
    measure("echo of 8 bytes", took_ms, unit="ms", work=True)


async def test_bytes_that_look_like_framing_come_back(mcu: Coprocessor) -> None:
    for data in (bytes(1024), b"\xff" * 1024, bytes(range(256)) * 4, b"\x00\xff" * 512, b"\x01" * 254 + b"\x00"):
        assert (await mcu.call("echo.echo", data=data)).data == data


async def test_calls_that_overtake_nothing(mcu: Coprocessor, measure: Measure) -> None:
    """Many at once, each with its own answer: more than window and budget hold."""
    sent = [n.to_bytes(2, "little") * (n % 400 + 1) for n in range(200)]
    began = time.monotonic()
    answers = await mcu.batch([("echo.echo", {"data": data}) for data in sent], timeout=10)
    took_s = time.monotonic() - began
    assert [answer.data for answer in answers] == sent
    measure("echoes in a batch", sum(map(len, sent)) / took_s / 1000, unit="kB/s", work=True)


@pytest.mark.needs("shift_register", "outside_view", "gpio.shift_out")
async def test_effects_happen_once_and_in_order(board: Board, mcu: Coprocessor) -> None:
    before = board.outside.latched
    words = list(range(1, 101))
    await mcu.batch([("gpio.shift_out", {"value": word, "bits": 24}) for word in words], timeout=10)
    assert board.outside.words(before) == words


async def test_a_call_whose_time_is_up_does_not_start(link: Link, mcu: Coprocessor) -> None:
    executed = (await mcu.call("board.statistics")).executed
    with pytest.raises(Late):
        await link.call(0, bytes(4), timeout=0.0)
    assert (await mcu.call("board.statistics")).executed - executed <= 1


async def test_what_the_dictionary_forbids_is_never_sent(link: Link, mcu: Coprocessor) -> None:
    calls = link.stats.calls
    with pytest.raises(UnknownTask, match=r"gpio\.write"):
        await mcu.call("gpio.wrote", output="led", level=True)
    with pytest.raises(BadArgument):
        await mcu.call("board.abort", pid="seven")
    with pytest.raises(OutOfRange):
        await mcu.call("board.abort", pid=70_000)
    assert link.stats.calls == calls


async def test_the_board_itself_refuses_what_a_careless_host_sends(link: Link) -> None:
    for task, args, code in (
        (60_000, b"", RefusalCode.UNKNOWN_TASK),
        (0, b"\x01", RefusalCode.BAD_ARGUMENT),
        (0, bytes(9), RefusalCode.BAD_ARGUMENT),
        (5, b"\xff\xff", RefusalCode.REFUSED),
    ):
        with pytest.raises(Refused) as refused:
            await link.call(task, args, timeout=2)
        assert refused.value.code == code


async def test_a_second_session_ends_the_first_and_is_told(rig: Rig, mcu: Coprocessor) -> None:
    """The port has one owner, but a host that was restarted opens a session while the old one's frames still wait."""
    before = (await mcu.call("board.statistics")).executed
    await mcu.channel.close()
    async with rig.linked() as (link, again):
        assert link.hello.boot_id == mcu.hello.boot_id
        assert (await again.call("board.statistics")).executed > before


@pytest.mark.needs("cable")
async def test_the_line_is_back_when_the_cable_is(
    board: Board, mcu: Coprocessor, expect: Expect, measure: Measure
) -> None:
    boot_id = mcu.hello.boot_id
    await board.control.pull_cable()
    await expect.state(LinkState.DOWN)
    waiting = asyncio.create_task(mcu.call("echo.echo", data=b"still there?", timeout=10))
    await asyncio.sleep(0.1)
    plugged = time.monotonic()
    await board.control.plug_cable()
    assert (await waiting).data == b"still there?"
    measure("cable plugged until the waiting call is answered", (time.monotonic() - plugged) * 1000, unit="ms")
    assert mcu.hello.boot_id == boot_id


async def test_hello_is_answered_at_any_time(link: Link, expect: Expect) -> None:
    """In an open session too, and that goes on: the host asks every few seconds how the clock is."""
    sessions = link.stats.sessions
    asked = await expect.frame(FrameType.HELLO, direction=Direction.TO_BOARD, timeout=8)
    welcome = await expect.frame(FrameType.WELCOME)
    assert (welcome.session, welcome.request) == (0, asked.request)
    assert (link.state, link.stats.sessions) == (LinkState.UP, sessions)


@pytest.mark.needs("gpio.pulses", "autonomous_output")
async def test_a_process_tells_every_step_and_its_end(rig: Rig, mcu: Coprocessor) -> None:
    pulses = await mcu.start("gpio.pulses", output=rig.output(guarded=False), count=20, period_ms=10)
    steps = [step.done async for step in pulses]
    assert steps == list(range(1, 21))
    assert (await pulses.result()).done == 20


@pytest.mark.needs("gpio.pulses", "autonomous_output")
async def test_a_process_can_be_ended_and_undoes_what_it_did(rig: Rig, mcu: Coprocessor) -> None:
    output = rig.output(guarded=False)
    pulses = await mcu.start("gpio.pulses", output=output, count=1000, period_ms=20)
    async for step in pulses:
        if step.done == 3:
            break
    await pulses.abort()
    assert (await mcu.call("gpio.read", name=output)).level == rig.safe(output)
