# SPDX-License-Identifier: Apache-2.0
"""Safety: every output, under every loss of the host and every broken firmware, reaches its declared state in time.

The table at the end of the run has a row for each; `--phosphene-safety-table FILE` writes it.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Generator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

import phosphene_hil
from phosphene.errors import Forbidden, LineError
from phosphene.exact import Coprocessor
from phosphene.exact.events import NoticeKind
from phosphene.line.link import Link
from phosphene.line.wire import HelloFlags, LeaseVerdict, ResetCause
from phosphene_hil import declared
from phosphene_hil.declared import Demand
from phosphene_hil.expect import Expect
from phosphene_hil.fixtures import Rigs
from phosphene_hil.health import Vitals, look
from phosphene_hil.held_up import HeldUp
from phosphene_hil.host import Host
from phosphene_hil.losing import WAYS, Doomed, doomed_host
from phosphene_hil.report.measuring import Measure
from phosphene_hil.rig import Rig
from phosphene_hil.run import TABLE
from phosphene_hil.safety_table import Row, SafetyTable
from phosphene_hil.trial import Demands, Trial

SABOTAGE = Path(phosphene_hil.__file__).parent / "firmware" / "tasks" / "sabotage.py"
PATIENCE_S = 10.0
"""How long an output may rest after a run or a reset before it is left out."""
SET_UP_S = 30.0
"""How long it may take until all is on. On a busy computer ENABLE may fall meanwhile: its dead-man is an honest one."""


@pytest.fixture(scope="module")
def rig(phosphene_rigs: Rigs) -> Generator[Rig]:
    """A board of this suite's own: a simulated one has the tasks that break the firmware."""
    with phosphene_rigs.opened([SABOTAGE]) as opened:
        yield opened


def again(row: Row, in_vain: int) -> Row:
    """Say in a row how many trials before showed nothing of this output."""
    return replace(row, seen=f"{row.seen}; {in_vain} times it was safe before it happened") if in_vain else row


def unsafe_levels(rig: Rig, names: list[str]) -> dict[str, bool]:
    """Return the level away from safe of each output."""
    return {output.name: not output.safe for output in rig.outputs if output.name in names}


async def outputs_under(
    rig: Rig,
    config: pytest.Config,
    measure: Measure,
    way: str,
    demands: Demands,
    happens: Callable[[Doomed], Awaitable[float]],
) -> None:
    """Switch on what can be on together, let it happen, judge; and again with what an interlock forbade.

    What had gone safe before it happened is tried again, and the table says so. Fails when an output did otherwise
    than demanded; skips, saying so, when one could not be switched on at all.
    """
    rows: list[Row] = []
    fell: dict[str, tuple[float, Demand]] = {}
    left = [output.name for output in rig.outputs]
    refused: dict[str, str] = {}
    in_vain: Counter[str] = Counter()
    patience_ends = time.monotonic() + PATIENCE_S
    set_up_ends = time.monotonic() + SET_UP_S
    while left:
        unshown: list[str] = []
        async with doomed_host(rig, unsafe_levels(rig, left)) as host:
            on = [name for name in left if name not in host.refused]
            if on:
                trial = Trial(rig, demands)
                if off := await trial.still_off(on):
                    assert time.monotonic() < set_up_ends, f"never left their safe level, or did not stay there: {off}"
                    continue
                held_up = HeldUp()
                began_s = await held_up.during(happens(host))
                held_up.leave_out(host.pid)
                rows += [again(row, in_vain[row.output]) for row in await trial.rows(way, on, began_s, held_up)]
                fell |= trial.fell
                unshown = trial.unshown
                if unshown:
                    assert time.monotonic() < set_up_ends, f"went safe before it happened, each time: {unshown}"
                    in_vain.update(unshown)
                    patience_ends = time.monotonic() + PATIENCE_S
                else:
                    set_up_ends = time.monotonic() + SET_UP_S
        refused, left = host.refused, [*unshown, *host.refused]
        if not on and time.monotonic() > patience_ends:
            break
    config.stash.setdefault(TABLE, SafetyTable()).rows.extend(rows)
    for name, (safe_at_s, demand) in fell.items():
        most_ms = (demand.within_s + declared.TOLERANCE_S) * 1000
        measure(f"{name} safe after", safe_at_s * 1000, unit="ms", budget=most_ms)
    wrong = [f"{row.output}: demanded {row.demanded}; {row.seen}" for row in rows if not row.ok]
    assert not wrong, "\n".join(wrong)
    if left:
        pytest.skip("not tried: " + "; ".join(f"{name}: {text}" for name, text in refused.items()))


@pytest.mark.needs("outside_view", "reset_control", "arm_key", "gpio.write")
@pytest.mark.leaves("latched", "lease lost", "bad frames", "outputs")
@pytest.mark.parametrize(
    "way", [pytest.param(way, marks=pytest.mark.needs("cable")) if way == "unplugged" else way for way in WAYS]
)
async def test_a_lost_host(rig: Rig, way: str, pytestconfig: pytest.Config, measure: Measure) -> None:
    await outputs_under(rig, pytestconfig, measure, WAYS[way], declared.host_lost, lambda host: host.lose(way))


@dataclass(frozen=True)
class Break:
    """A way of breaking the firmware by one of its tasks, and what the next boot has to tell of it."""

    words: str
    task: str
    demands: Demands
    cause: ResetCause
    record: bool


BREAKS = (
    Break("dispatcher raises", "sabotage.raise_in_dispatcher", declared.failed, ResetCause.SOFT, True),
    Break("task loops for ever", "sabotage.loop_for_ever", declared.dispatcher_stands, ResetCause.WATCHDOG, True),
    Break("task stays in one call in C", "sabotage.stay_in_c", declared.all_stands, ResetCause.WATCHDOG, False),
    Break("memory exhausted", "sabotage.exhaust_memory", declared.failed, ResetCause.SOFT, True),
)


@pytest.mark.needs("outside_view", "reset_control", "arm_key", "sabotage.loop_for_ever")
@pytest.mark.leaves("reset", "crash", "lease lost", "latched")
@pytest.mark.parametrize("broken", BREAKS, ids=[broken.task for broken in BREAKS])
async def test_a_broken_firmware(rig: Rig, broken: Break, pytestconfig: pytest.Config, measure: Measure) -> None:
    await outputs_under(rig, pytestconfig, measure, broken.words, broken.demands, lambda host: host.call(broken.task))
    vitals = await until_it_answers(rig)
    assert vitals.cause == broken.cause.name.lower().replace("_", "-")
    assert bool(vitals.last_fault) == broken.record


@pytest.mark.needs("outside_view", "reset_control", "arm_key")
@pytest.mark.leaves("reset", "latched", "lease lost")
async def test_a_reset(rig: Rig, pytestconfig: pytest.Config, measure: Measure) -> None:
    async def happens(_: Doomed) -> float:
        began = time.monotonic()
        await rig.board.control.reset()
        return began

    await outputs_under(rig, pytestconfig, measure, "chip reset", declared.at_once, happens)


@pytest.mark.needs("outside_view", "reset_control", "chip_clock", "arm_key")
@pytest.mark.leaves("reset", "latched", "lease lost")
async def test_a_frozen_chip(rig: Rig, pytestconfig: pytest.Config, measure: Measure) -> None:
    async def happens(_: Doomed) -> float:
        began = time.monotonic()
        rig.board.control.freeze()
        return began

    await outputs_under(rig, pytestconfig, measure, "chip frozen", declared.all_stands, happens)
    assert (await until_it_answers(rig)).cause == "watchdog"


async def until_it_answers(rig: Rig, limit_s: float = 10.0) -> Vitals:
    """Return the vitals of a board that resets itself about now."""
    ends = time.monotonic() + limit_s
    while True:
        try:
            return await look(rig)
        except LineError:
            if time.monotonic() > ends:
                raise


@pytest.mark.needs("outside_view", "reset_control", "arm_key", "guarded_output")
@pytest.mark.leaves("latched", "lease lost", "outputs")
async def test_old_frames_do_not_arm_again(rig: Rig) -> None:
    """What was recorded can't be said again, not even in its own session: its numbers are used up."""
    guarded = rig.output(guarded=True)
    async with doomed_host(rig, {guarded: not rig.safe(guarded)}) as host:
        assert not await Trial(rig, declared.host_lost).still_off([guarded])
        began = await host.lose("replay")
        await asyncio.sleep(2)
        assert not rig.board.outside.enable
        assert [change.level for change in rig.board.outside.changes(guarded, began)] == [rig.safe(guarded)]


@pytest.mark.leaves("lease lost")
async def test_without_a_lease_only_what_needs_none_can_be_switched_on(rig: Rig, mcu: Coprocessor) -> None:
    for output in rig.outputs:
        if output.guarded or output.on_lease_loss != "autonomous":
            with pytest.raises(Forbidden):
                await mcu.call("gpio.write", output=output.name, level=not output.safe)
        await mcu.call("gpio.write", output=output.name, level=bool(output.safe))


async def test_the_host_can_not_arm_by_itself(link: Link, mcu: Coprocessor, host: Host) -> None:
    with pytest.raises(Forbidden, match="nonce"):
        await mcu.call("board.arm", grant=bytes(32))
    await mcu.call("board.nonce")
    with pytest.raises(Forbidden):
        await mcu.call("board.arm", grant=bytes(32))
    assert not link.hello.flags & HelloFlags.ARMED


@pytest.mark.needs("arm_key", "guarded_output")
@pytest.mark.leaves("lease lost", "latched")
async def test_what_latched_is_undone_by_a_new_grant_only(
    rig: Rig, link: Link, mcu: Coprocessor, host: Host, expect: Expect
) -> None:
    """The host is back and proves progress again; that is not enough."""
    output = rig.output(guarded=True)
    nonce = (await mcu.call("board.nonce")).nonce
    grant = rig.grant(link.hello.boot_id, nonce)
    await mcu.call("board.arm", grant=grant)
    await mcu.call("gpio.write", output=output, level=not rig.safe(output))
    await host.fall_silent()
    await expect.notice(NoticeKind.LEASE_LOST)
    assert (await mcu.call("gpio.read", name=output)).level == rig.safe(output)
    await host.begin()
    assert host.lease.verdict == LeaseVerdict.LATCHED
    with pytest.raises(Forbidden, match="lease"):
        await mcu.call("gpio.write", output=output, level=not rig.safe(output))
    with pytest.raises(Forbidden, match="nonce"):
        await mcu.call("board.arm", grant=grant)  # it served once
    await host.arm()
    await mcu.call("gpio.write", output=output, level=not rig.safe(output))
