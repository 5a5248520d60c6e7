# SPDX-License-Identifier: Apache-2.0
"""Privacy: the lights of camera and microphone are on unless a host said otherwise, and only the switch undoes it.

Each finding is a row of the safety table.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence

import pytest

from phosphene.errors import Forbidden
from phosphene.exact import Coprocessor
from phosphene_hil.declared import lease_s
from phosphene_hil.held_up import HeldUp
from phosphene_hil.losing import WAYS, doomed_host
from phosphene_hil.report.measuring import Measure
from phosphene_hil.rig import Rig
from phosphene_hil.run import TABLE
from phosphene_hil.safety_table import TOLERANCE_S, Row, SafetyTable

WATCHED_S = 1.0
"""For how long a light is watched after the lease has ended."""
ON, DARK = "camera_light", "microphone_light"
DECLARED = "on until a host says closed"


def judge(config: pytest.Config, rows: Sequence[Row]) -> None:
    """Put the rows into the table; fail on a wrong one."""
    config.stash.setdefault(TABLE, SafetyTable()).rows.extend(rows)
    wrong = [f"{row.output}: demanded {row.demanded}; {row.seen}" for row in rows if not row.ok]
    assert not wrong, "\n".join(wrong)


def row(rig: Rig, way: str, light: str, began_s: float, *, on: bool) -> Row:
    """Return what a light did that should have stayed as it was told."""
    changes = rig.board.outside.changes(light, began_s)
    level = rig.board.outside.level(light)
    seen = f"{'on' if level else 'dark'}, {len(changes)} changes"
    demanded = "stays on: a host that is lost may hold its camera open" if on else "stays dark, as it was told"
    return Row(way, light, DECLARED, demanded, seen, level is on and not changes)


@pytest.mark.needs("outside_view", "reset_control", "privacy_lights")
@pytest.mark.leaves("lease lost", "latched", "outputs")
@pytest.mark.parametrize(
    "way", ["killed", "stopped", "stand_still", pytest.param("unplugged", marks=pytest.mark.needs("cable"))]
)
async def test_the_lights_outlive_their_host(rig: Rig, way: str, pytestconfig: pytest.Config) -> None:
    async with rig.linked() as (_, mcu):
        await mcu.call("privacy.show", camera=True, microphone=False)
    async with doomed_host(rig, {}) as host:
        began = await host.lose(way)
        await asyncio.sleep(lease_s(rig.wired.wiring) + WATCHED_S)
        judge(pytestconfig, [row(rig, WAYS[way], light, began, on=light == ON) for light in (ON, DARK)])


@pytest.mark.needs("outside_view", "reset_control", "privacy_lights")
@pytest.mark.leaves("reset")
async def test_after_a_reset_both_are_on(rig: Rig, pytestconfig: pytest.Config) -> None:
    async with rig.linked() as (_, mcu):
        await mcu.call("privacy.show", camera=False, microphone=False)
    began = time.monotonic()
    await rig.board.control.reset()
    rows: list[Row] = []
    for light in (ON, DARK):
        changes = [change for change in rig.board.outside.changes(light, began) if change.level]
        on = rig.board.outside.level(light)
        seen = f"on after {(changes[0].at_s - began) * 1000:.0f} ms" if changes and on else "dark"
        rows.append(Row("chip reset", light, DECLARED, "on as soon as the firmware begins", seen, on))
    judge(pytestconfig, rows)


@pytest.mark.needs("outside_view", "mute_switch")
async def test_what_the_switch_muted_no_host_undoes(
    rig: Rig, mcu: Coprocessor, pytestconfig: pytest.Config, measure: Measure
) -> None:
    declared = rig.wired.wiring.privacy
    assert declared is not None
    try:
        async with mcu.events("privacy.state") as events, asyncio.timeout(5):
            held_up, began = HeldUp(), time.monotonic()
            rig.board.outside.drive("mute_switch", bool(declared.mute_level))
            await anext(events)
            took_s = time.monotonic() - began
            late_s = held_up.look()
        measure("mute switch closed until it is told", took_s * 1000, unit="ms", budget=TOLERANCE_S * 1000)
        with pytest.raises(Forbidden, match="only the switch"):
            await mcu.call("privacy.mute", on=False)
        muted = (await mcu.call("privacy.state")).muted
        demanded, seen = "muted at once; un-muting by the host refused", f"told after {took_s * 1000:.0f} ms; refused"
        ok = muted == "switch" and took_s <= TOLERANCE_S + late_s
        judge(pytestconfig, [Row("mute switch closed", "mute_switch", "only the switch undoes it", demanded, seen, ok)])
    finally:
        rig.board.outside.drive("mute_switch", None if declared.mute_level == 0 else False)
