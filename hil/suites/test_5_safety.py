# SPDX-License-Identifier: Apache-2.0
"""Safety: every output, under every loss of the host and every broken firmware, reaches its declared state in time.

The table at the end of the run has a row for each; `--phosphene-safety-table FILE` writes it.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Generator
from dataclasses import dataclass
from math import inf
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
from phosphene_tools.boards.wiring import Output, Wiring

SABOTAGE = Path(phosphene_hil.__file__).parent / "firmware" / "tasks" / "sabotage.py"
SETTLE_S = 0.15
PATIENCE_S = 10.0
"""How long an output may rest after a run or a reset before it is left out."""
SET_UP_S = 30.0
"""How long it may take until all is on. On a busy computer ENABLE may fall meanwhile: its dead-man is an honest one."""
LOOK_S = 0.1
LATEST_S = 10.0
"""How much longer an output is watched at most, when the computer held it up."""

Demands = Callable[[Output, Wiring], Demand]


@pytest.fixture(scope="module")
def rig(phosphene_rigs: Rigs) -> Generator[Rig]:
    """A board of this suite's own: a simulated one has the tasks that break the firmware."""
    with phosphene_rigs.opened([SABOTAGE]) as opened:
        yield opened


class Trial:
    """Watches outputs while something happens to host or firmware, and judges what the world saw."""

    def __init__(self, rig: Rig, demands: Demands) -> None:
        self._outside = rig.board.outside
        self._wiring = rig.wired.wiring
        self._demands = {output.name: demands(output, rig.wired.wiring) for output in rig.outputs}
        self._outputs = {output.name: output for output in rig.outputs}
        self.fell: dict[str, tuple[float, Demand]] = {}
        """Outputs behind ENABLE that went safe: after how many seconds, and what was demanded of them."""

    async def still_off(self, names: list[str]) -> list[str]:
        """Return what the world sees at its safe level, though it was switched on: such a trial would show nothing."""
        ends = time.monotonic() + 2
        while self._off(names) and time.monotonic() < ends:
            await asyncio.sleep(0.005)
        await asyncio.sleep(SETTLE_S)
        return self._off(names)

    def _off(self, names: list[str]) -> list[str]:
        return [name for name in names if self._outside.level(name) == bool(self._outputs[name].safe)]

    async def rows(self, way: str, names: list[str], began_s: float, held_up: HeldUp) -> list[Row]:
        """Watch for as long as the slowest demand takes, then judge."""
        watched_s = declared.longest_s([self._demands[name] for name in names], self._wiring)
        late_s = held_up.look()
        while (now_s := time.monotonic() - began_s) < watched_s or (
            now_s < watched_s + min(late_s, LATEST_S) and self._unmet(names, began_s)
        ):
            await asyncio.sleep(LOOK_S)
            late_s = held_up.look()
        return [self._row(way, name, began_s, watched_s, late_s) for name in names]

    def _unmet(self, names: list[str], began_s: float) -> bool:
        """Whether an output that must go safe has not."""
        return any(self._demands[name].within_s < inf and not self._safe_at_s(name, began_s) for name in names)

    def _safe_at_s(self, name: str, began_s: float) -> float | None:
        changes = self._outside.changes(name, began_s)
        return declared.safe_for_good_s(changes, bool(self._outputs[name].safe), began_s)

    def _row(self, way: str, name: str, began_s: float, watched_s: float, late_s: float) -> Row:
        output, demand = self._outputs[name], self._demands[name]
        safe_at_s = self._safe_at_s(name, began_s)
        seen = f"on after {watched_s:.1f} s" if safe_at_s is None else f"safe after {safe_at_s * 1000:.0f} ms"
        ok = demand.met_by(safe_at_s, watched_s, late_s)
        if ok and not demand.met_by(safe_at_s, watched_s):
            seen += f"; its computer held all up for {late_s * 1000:.0f} ms"
        if safe_at_s is not None and output.guarded:
            self.fell[name] = (safe_at_s, demand)
        return Row(way, name, declared.declaration(output), str(demand), seen, ok)


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

    Fails when an output did otherwise than demanded; skips, saying so, when one could not be switched on at all.
    """
    rows: list[Row] = []
    fell: dict[str, tuple[float, Demand]] = {}
    left = [output.name for output in rig.outputs]
    refused: dict[str, str] = {}
    patience_ends = time.monotonic() + PATIENCE_S
    set_up_ends = time.monotonic() + SET_UP_S
    while left:
        async with doomed_host(rig, unsafe_levels(rig, left)) as host:
            on = [name for name in left if name not in host.refused]
            if on:
                trial = Trial(rig, demands)
                if off := await trial.still_off(on):
                    assert time.monotonic() < set_up_ends, f"never left their safe level, or did not stay there: {off}"
                    continue
                held_up = HeldUp()
                rows += await trial.rows(way, on, await happens(host), held_up)
                fell |= trial.fell
                set_up_ends = time.monotonic() + SET_UP_S
        refused, left = host.refused, list(host.refused)
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
