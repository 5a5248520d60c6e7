# SPDX-License-Identifier: Apache-2.0
"""Drivers: pins by their names, as the firmware sets and reads them, and as the world sees them."""

from __future__ import annotations

import asyncio
import time

import pytest

from phosphene.errors import Forbidden, Refused
from phosphene.exact import Coprocessor
from phosphene_hil.board import Board
from phosphene_hil.expect import Expect
from phosphene_hil.host import Host
from phosphene_hil.report.measuring import Measure
from phosphene_hil.rig import Rig


@pytest.mark.needs("autonomous_output", "gpio.write")
async def test_an_output_goes_on_and_off(rig: Rig, mcu: Coprocessor) -> None:
    output = rig.output(guarded=False)
    for level in (True, False, True, rig.safe(output)):
        await mcu.call("gpio.write", output=output, level=level)
        assert (await mcu.call("gpio.read", name=output)).level == level


@pytest.mark.needs("autonomous_output", "outside_view", "gpio.write")
async def test_the_world_sees_what_was_set(rig: Rig, board: Board, mcu: Coprocessor) -> None:
    output = rig.output(guarded=False)
    began = time.monotonic()
    for level in (True, False) * 10:
        await mcu.call("gpio.write", output=output, level=level)
    await asyncio.sleep(0.1)
    assert [change.level for change in board.outside.changes(output, began)] == [True, False] * 10


async def test_a_name_that_is_not_wired_is_refused_with_those_that_are(rig: Rig, mcu: Coprocessor) -> None:
    with pytest.raises(Refused, match=rig.outputs[0].name):
        await mcu.call("gpio.write", output="flux_capacitor", level=True)


@pytest.mark.needs("guarded_output")
async def test_a_guarded_output_stays_safe_without_a_grant(rig: Rig, mcu: Coprocessor, host: Host) -> None:
    output = rig.output(guarded=True)
    with pytest.raises(Forbidden, match="ENABLE"):
        await mcu.call("gpio.write", output=output, level=not rig.safe(output))
    assert (await mcu.call("gpio.read", name=output)).level == rig.safe(output)


@pytest.mark.needs("guarded_output", "arm_key", "outside_view")
async def test_armed_and_under_a_lease_it_moves(rig: Rig, board: Board, mcu: Coprocessor, host: Host) -> None:
    output = rig.output(guarded=True)
    await host.arm()
    await mcu.call("gpio.write", output=output, level=not rig.safe(output))
    for _ in range(100):
        if board.outside.level(output) != rig.safe(output):
            break
        await asyncio.sleep(0.01)
    assert board.outside.level(output) != rig.safe(output)
    assert board.outside.enable


@pytest.mark.needs("input", "outside_view", "gpio.watch")
async def test_every_edge_of_an_input_is_told_and_counted(
    rig: Rig, board: Board, mcu: Coprocessor, expect: Expect
) -> None:
    button = rig.wired.wiring.inputs[0].name
    board.outside.drive(button, True)
    try:
        start = (await mcu.call("gpio.watch", input=button, edge="falling")).count
        for press in range(1, 11):
            board.outside.drive(button, False)
            event = await expect.event("gpio.watch", input=button, level=False)
            assert event.values.count == start + press
            board.outside.drive(button, True)
            await asyncio.sleep(0.005)
        assert (await mcu.call("gpio.watch", input=button, edge="off")).count == start + 10
    finally:
        board.outside.drive(button, None)


@pytest.mark.needs("autonomous_output", "outside_view", "gpio.pulses")
async def test_pulses_are_as_many_and_as_long_as_asked(
    rig: Rig, board: Board, mcu: Coprocessor, measure: Measure
) -> None:
    output = rig.output(guarded=False)
    began = time.monotonic()
    await (await mcu.start("gpio.pulses", output=output, count=10, period_ms=40)).result()
    changes = board.outside.changes(output, began)
    assert [change.level for change in changes] == [True, False] * 10
    highs = [off.at_s - on.at_s for on, off in zip(changes[::2], changes[1::2], strict=True)]
    assert min(highs) >= 0.018, "a pulse is never shorter than asked; a busy board may make it longer"
    measure("pulses of 20 ms", [high * 1000 for high in highs], unit="ms", budget=(18, None))


@pytest.mark.needs("shift_register", "outside_view", "gpio.shift_out")
async def test_a_shift_register_latches_the_word(board: Board, mcu: Coprocessor) -> None:
    before = board.outside.latched
    for value, bits in ((0, 8), (0xFF, 8), (0xA5, 8), (0x123456, 24), (0xFFFFFFFF, 32), (1, 1)):
        await mcu.call("gpio.shift_out", value=value, bits=bits)
    assert board.outside.words(before) == [0, 0xFF, 0xA5, 0x123456, 0xFFFFFFFF, 1]
