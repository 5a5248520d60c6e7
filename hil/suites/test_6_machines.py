# SPDX-License-Identifier: Apache-2.0
"""Machines that must be safe: the rig's thermostats, locks and dispenser. docs/safety.md, docs/dispenser.md."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Any

import pytest

from phosphene.errors import Forbidden, LineError
from phosphene.exact import Coprocessor
from phosphene.line.link import Link
from phosphene_hil.board import Board
from phosphene_hil.host import Host
from phosphene_hil.report.measuring import Measure
from phosphene_hil.rig import Rig
from phosphene_tools.boards.sensing import Thermostat
from phosphene_tools.boards.wiring import Output

LONGEST_REST_S = 5.0
LONGEST_OPEN_S = 10.0
BLIND_S = 4.0
"""A thermostat gives up after 2 s without its sensor."""
DOSE_ML = 4


def output_of(rig: Rig, name: str) -> Output:
    """Return an output as it is declared."""
    return next(output for output in rig.outputs if output.name == name)


async def rested(mcu: Coprocessor, output: Output) -> None:
    """Wait until an output may go on; one that rests for long skips the test, and says so."""
    rest_s = max(output.min_off_s or 0, output.min_on_s or 0)
    if rest_s > LONGEST_REST_S:
        pytest.skip(f"{output.name} rests for {rest_s:g} s between two runs")
    wait_ms = (await mcu.call("relay.switch", output=output.name, on=False)).wait_ms
    await asyncio.sleep(wait_ms / 1000)


async def soon(condition: Callable[[], bool], what: str, limit_s: float = 5.0) -> None:
    """Wait for what must come about."""
    ends = time.monotonic() + limit_s
    while not condition():
        assert time.monotonic() < ends, what
        await asyncio.sleep(0.005)


def first_thermostat(rig: Rig) -> Thermostat:
    """The one that is tried."""
    return rig.wired.wiring.thermostats[0]


def away(thermostat: Thermostat, target: float, *, wanting: bool) -> float:
    """Return a temperature that makes it act (`wanting`), or rest."""
    step = 2 * thermostat.hysteresis_c
    return target - step if wanting == (thermostat.mode == "heat") else target + step


@pytest.mark.needs("thermostat", "instrument", "outside_view", "thermostat.hold")
async def test_a_thermostat_acts_on_both_sides_of_its_target(
    rig: Rig, board: Board, mcu: Coprocessor, host: Host
) -> None:
    thermostat = first_thermostat(rig)
    output, target = output_of(rig, thermostat.output), (thermostat.min_c + thermostat.max_c) / 2
    await rested(mcu, output)
    board.instrument.temperature(thermostat.sensor, away(thermostat, target, wanting=True))
    holding = await mcu.start("thermostat.hold", thermostat=thermostat.name, celsius=f"{target:g}")
    try:
        await soon(lambda: board.outside.level(output.name) != bool(output.safe), "it never acted")
        board.instrument.temperature(thermostat.sensor, away(thermostat, target, wanting=False))
        rest_s = 5 + (output.min_on_s or 0)
        await soon(lambda: board.outside.level(output.name) == bool(output.safe), "it never rested", rest_s)
    finally:
        await holding.abort()


@pytest.mark.needs("thermostat", "instrument", "outside_view", "thermostat.hold")
@pytest.mark.parametrize("how", ["its sensor fails", "its cut-off is reached"])
async def test_a_thermostat_ends_safe_and_says_why(
    rig: Rig, board: Board, mcu: Coprocessor, host: Host, how: str
) -> None:
    thermostat = first_thermostat(rig)
    output, target = output_of(rig, thermostat.output), (thermostat.min_c + thermostat.max_c) / 2
    await rested(mcu, output)
    board.instrument.temperature(thermostat.sensor, away(thermostat, target, wanting=True))
    holding = await mcu.start("thermostat.hold", thermostat=thermostat.name, celsius=f"{target:g}")
    try:
        await soon(lambda: board.outside.level(output.name) != bool(output.safe), "it never acted")
        if how == "its sensor fails":
            board.instrument.plug(thermostat.sensor, plugged=False)
        else:
            beyond = 1 if thermostat.mode == "heat" else -1
            board.instrument.temperature(thermostat.sensor, thermostat.cutoff_c + beyond)
        await soon(lambda: board.outside.level(output.name) == bool(output.safe), "it never went safe", BLIND_S)
        with pytest.raises(LineError, match="sensor" if how == "its sensor fails" else "cut-off"):
            await asyncio.wait_for(holding.result(), BLIND_S)
    finally:
        board.instrument.plug(thermostat.sensor, plugged=True)
        board.instrument.temperature(thermostat.sensor, target)


async def grant(rig: Rig, link: Link, mcu: Coprocessor, lock: str) -> bytes:
    """What the owner signs, away from the host."""
    return rig.unlock_grant(link.hello.boot_id, (await mcu.call("crypto.nonce")).nonce, lock)


@pytest.mark.needs("lock", "lock.unlock")
async def test_a_lock_stays_closed_without_a_grant(rig: Rig, mcu: Coprocessor, host: Host) -> None:
    for lock in (output for output in rig.outputs if output.lock):
        with pytest.raises(Forbidden, match="is a lock"):
            await mcu.call("gpio.write", output=lock.name, level=not lock.safe)
        await rested(mcu, lock)
        opening = await mcu.start("lock.unlock", lock=lock.name, grant=bytes(32))
        with pytest.raises(LineError):
            await opening.result()
        assert (await mcu.call("gpio.read", name=lock.name)).level == bool(lock.safe)


@pytest.mark.needs("lock", "unlock_key", "outside_view", "lock.unlock")
async def test_a_lock_opens_once_per_grant_and_closes_by_itself(
    rig: Rig, board: Board, link: Link, mcu: Coprocessor, host: Host, measure: Measure
) -> None:
    lock = next(output for output in rig.outputs if output.lock)
    if lock.max_on_s is None or lock.max_on_s > LONGEST_OPEN_S:
        pytest.skip(f"{lock.name} stays open for {lock.max_on_s} s")
    if lock.guarded:
        await host.arm()
    await rested(mcu, lock)
    began = time.monotonic()
    signed = await grant(rig, link, mcu, lock.name)
    opening = await mcu.start("lock.unlock", lock=lock.name, grant=signed)
    await soon(lambda: board.outside.level(lock.name) != bool(lock.safe), "it never opened")
    assert "its longest" in (await opening.result()).why
    opened, closed = board.outside.changes(lock.name, began)
    assert closed.at_s - opened.at_s == pytest.approx(lock.max_on_s, abs=0.2)
    budget = (lock.max_on_s - 0.2, lock.max_on_s + 0.2)
    measure("lock open", closed.at_s - opened.at_s, unit="s", budget=budget)
    await rested(mcu, lock)
    again = await mcu.start("lock.unlock", lock=lock.name, grant=signed)
    with pytest.raises(LineError, match="nonce"):
        await again.result()
    assert len(board.outside.changes(lock.name, began)) == 2


async def pour(mcu: Coprocessor, key: int) -> Any:
    """Ask for a dose to its end."""
    return await asyncio.wait_for((await mcu.start("dispense.pour", key=key, ml=str(DOSE_ML))).result(), 20)


@pytest.mark.needs("dispenser", "instrument", "arm_key", "dispense.pour")
async def test_a_dose_is_poured_once_and_as_much_as_is_told(
    rig: Rig, board: Board, mcu: Coprocessor, host: Host, measure: Measure
) -> None:
    pulse_ml = 1000 / _per_litre(rig)
    key = (await mcu.call("dispense.last")).key + 1
    assert (await mcu.call("dispense.outcome", key=key)).outcome == "never"
    await host.arm()
    before = board.instrument.poured_ml
    dose = await pour(mcu, key)
    flowed = board.instrument.poured_ml - before
    assert dose.outcome == "done"
    assert float(dose.max_ml) >= DOSE_ML - pulse_ml
    assert flowed == pytest.approx(float(dose.max_ml), abs=pulse_ml * 1.01)
    measure("dose of 4 ml, poured", flowed, unit="ml")
    measure("told less poured", float(dose.max_ml) - flowed, unit="ml", budget=(-pulse_ml * 1.01, pulse_ml * 1.01))
    again = await pour(mcu, key)
    assert (again.outcome, again.max_ml) == ("done", dose.max_ml)
    assert board.instrument.poured_ml - before == flowed


@pytest.mark.needs("dispenser", "instrument", "arm_key", "reset_control", "dispense.pour")
@pytest.mark.leaves("reset", "lease lost")
async def test_a_dose_that_a_power_cut_broke_off_is_never_poured_again(
    rig: Rig, board: Board, link: Link, mcu: Coprocessor, host: Host
) -> None:
    key = (await mcu.call("dispense.last")).key + 1
    await host.arm()
    before = board.instrument.poured_ml
    await mcu.start("dispense.pour", key=key, ml=str(DOSE_ML))
    await soon(lambda: board.instrument.poured_ml - before > DOSE_ML / 4, "nothing flowed")
    boot_id = link.hello.boot_id
    await board.control.power_cut()
    flowed = board.instrument.poured_ml - before
    await soon(lambda: link.hello.boot_id != boot_id, "the line never came back")
    told = await mcu.call("dispense.outcome", key=key)
    assert told.outcome == "unknown"
    assert float(told.min_ml) <= flowed <= float(told.max_ml)
    assert (await pour(mcu, key)).outcome == "unknown"
    assert board.instrument.poured_ml - before == flowed


def _per_litre(rig: Rig) -> int:
    declared = rig.wired.wiring.dispenser
    assert declared is not None
    return declared.pulses_per_litre
