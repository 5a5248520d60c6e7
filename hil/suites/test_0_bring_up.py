# SPDX-License-Identifier: Apache-2.0
"""Bring-up: a board that was just wired and flashed. It comes up, is the right one, is well, and each wire is its own.

When one of these fails, look at the cable, the power and the soldering before anything else.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Awaitable, Callable
from functools import partial

import pytest

from phosphene.errors import Refused
from phosphene.exact import Coprocessor
from phosphene.line.events import LinkState
from phosphene.line.link import Link
from phosphene.line.transport import open_transport
from phosphene.line.wire import HelloFlags
from phosphene_hil.board import Board
from phosphene_hil.expect import Expect
from phosphene_hil.host import Host
from phosphene_hil.report.measuring import Measure
from phosphene_hil.rig import Rig
from phosphene_hil.waiting import soon, soon_asked
from phosphene_tools.boards import board_json
from phosphene_tools.boards.wiring import Output
from phosphene_tools.flash.over_line import OverLine

HELLO_S = 30.0
"""From power to hello: a board that hashes its slot, imports its firmware and finds its sensors takes a few seconds."""
SETTLES_S = 0.5
"""For so long a board that is up is watched."""
LONGEST_REST_S = 10.0
_ELSEWHERE = ("store",)
"""Of a board's configuration, what follows from where it runs and not from its rig."""


@pytest.mark.needs("reset_control")
@pytest.mark.leaves("reset")
async def test_with_power_it_says_hello_in_time_and_why_it_booted(
    rig: Rig, board: Board, link: Link, measure: Measure
) -> None:
    before = link.hello
    await link.close()
    async with asyncio.timeout(HELLO_S):
        await board.control.power_cut(0.2)
        async with rig.linked() as (again, mcu):
            hello = again.hello
            uptime_us = (await mcu.call("board.clock")).time_us
    assert hello.boot_id != before.boot_id
    assert hello.cause == "power-on"
    measure("its own clock, when a host had greeted it", uptime_us / 1e6, unit="s", budget=HELLO_S, work=True)
    assert uptime_us < HELLO_S * 1e6, "it counts from before its power came"
    assert hello.last_fault == 0
    assert not hello.flags & (HelloFlags.ARMED | HelloFlags.LEASED | HelloFlags.MAINTENANCE)
    assert (hello.board, hello.unique_id) == (rig.wired.name, before.unique_id)


@pytest.mark.needs("reset_control", "outside_view", "autonomous_output", "gpio.write")
@pytest.mark.leaves("reset")
async def test_nothing_is_on_at_boot(rig: Rig, board: Board, mcu: Coprocessor) -> None:
    """Not even for an instant: each output goes to its safe level with the power, and stays."""
    on = rig.output(guarded=False)
    await mcu.call("gpio.write", output=on, level=not rig.safe(on))
    await soon(lambda: board.outside.level(on) != rig.safe(on), f"{on} never left its safe level")
    began, boot_id = time.monotonic(), mcu.hello.boot_id
    await board.control.power_cut(0.2)
    await soon(lambda: mcu.hello.boot_id != boot_id, "it never said hello again")
    await asyncio.sleep(SETTLES_S)
    assert [change.level for change in board.outside.changes(on, began)] == [rig.safe(on)], "what was on goes off once"
    moved = {output.name: board.outside.changes(output.name, began) for output in rig.outputs if output.name != on}
    assert not {name for name, changes in moved.items() if changes}, moved
    assert all(board.outside.level(output.name) == bool(output.safe) for output in rig.outputs)
    assert not board.outside.enable


async def test_it_is_the_board_of_the_rigs_file(rig: Rig, link: Link, mcu: Coprocessor) -> None:
    names = await mcu.call("gpio.names")
    wiring = rig.wired.wiring
    assert link.hello.board == rig.wired.name, "another rig's firmware is on it, or another board is at this port"
    assert names.outputs.split() == sorted(output.name for output in wiring.outputs)
    assert names.inputs.split() == sorted(entry.name for entry in wiring.inputs)


@pytest.mark.needs("update.self_test")
async def test_its_self_test_passes(mcu: Coprocessor) -> None:
    """Every task loads, known answers are right, its store takes a file."""
    assert await OverLine(mcu).self_test() == ""


@pytest.mark.needs("restart")
@pytest.mark.leaves("reset")
async def test_the_repl_answers_and_gives_the_line_back(
    rig: Rig, board: Board, link: Link, mcu: Coprocessor, expect: Expect
) -> None:
    """In maintenance somebody can work at it: it calculates, and its configuration is the rig's file, key by key."""
    boot_id = link.hello.boot_id
    await mcu.call("board.disarm", maintenance=True)
    await expect.line("maintenance", timeout=HELLO_S)
    console = await open_transport(board.repl, exclusive=False)
    try:
        console.write(b"print('sum', 6 * 7)\r\n")
        await expect.line("^sum 42$", timeout=HELLO_S)
        console.write(b"import device, json\r\n")
        wanted = {key: value for key, value in board_json(rig.wired).items() if key not in _ELSEWHERE}
        for key, value in wanted.items():
            console.write(f"print('config {key}', json.dumps(device.config[{key!r}]))\r\n".encode())
            told = await expect.line(rf"^config {key} (.*)$", timeout=HELLO_S)
            assert json.loads(told[1]) == value, f"{key} on the board is of another file: flash it"
        console.write(b"\x04")
    finally:
        console.close()
    while link.hello.boot_id == boot_id:
        await expect.state(LinkState.UP, timeout=HELLO_S)
    assert (await mcu.call("echo.echo", data=b"back")).data == b"back"
    assert link.hello.last_fault == 0


@pytest.mark.needs("outside_view", "gpio.write")
async def test_each_output_moves_its_own_wire_and_no_other(
    rig: Rig, board: Board, mcu: Coprocessor, host: Host
) -> None:
    """Swapped and bridged wires show here. Locks want their owner's grant, and are tried with it (test_6_machines)."""
    if armed := "arm_key" in rig.features:
        await host.arm()
    tried = [output for output in rig.outputs if not output.lock and (armed or not output.guarded)]
    assert tried, "no output of this rig can be tried"
    for output in tried:
        before = levels(rig, board)
        assert before[output.name] == bool(output.safe)
        await moved(mcu, output, on=True)
        await soon(
            lambda before=before, output=output: levels(rig, board) == before | {output.name: not output.safe},
            f"{output.name} was set, and the world sees {levels(rig, board)}",
        )
        await moved(mcu, output, on=False)
        await soon(lambda before=before: levels(rig, board) == before, f"{output.name} does not go back")


@pytest.mark.needs("input", "outside_view", "gpio.read")
async def test_each_input_reads_its_own_wire_and_no_other(rig: Rig, board: Board, mcu: Coprocessor) -> None:
    inputs = [entry.name for entry in rig.wired.wiring.inputs]

    async def read() -> dict[str, bool]:
        return {name: (await mcu.call("gpio.read", name=name)).level for name in inputs}

    for name in inputs:
        before = await read()
        for level in (not before[name], before[name]):
            board.outside.drive(name, level)
            try:
                await soon_asked(
                    partial(_reads, read, before | {name: level}),
                    f"{name} was driven {'high' if level else 'low'}, and does not read so, or not alone",
                )
            finally:
                board.outside.drive(name, None)


async def _reads(read: Callable[[], Awaitable[dict[str, bool]]], wanted: dict[str, bool]) -> bool:
    return await read() == wanted


def levels(rig: Rig, board: Board) -> dict[str, bool]:
    """Return what the world sees at every output."""
    return {output.name: board.outside.level(output.name) for output in rig.outputs}


async def moved(mcu: Coprocessor, output: Output, *, on: bool) -> None:
    """Set an output away from its safe level, or back; one that rests after its last run is waited for."""
    ends = time.monotonic() + LONGEST_REST_S
    while True:
        try:
            await mcu.call("gpio.write", output=output.name, level=bool(output.safe) != on)
        except Refused:
            if time.monotonic() > ends:
                raise
            await asyncio.sleep(0.1)
        else:
            return
