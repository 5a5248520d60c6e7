# SPDX-License-Identifier: Apache-2.0
"""Time: the board's clock, what the host knows of it, and the lease that lives by it."""

from __future__ import annotations

import asyncio
import time

import pytest

from phosphene.exact import Coprocessor
from phosphene.exact.events import NoticeKind
from phosphene.line.link import Link
from phosphene.line.wire import LeaseVerdict
from phosphene_hil import declared
from phosphene_hil.expect import Expect
from phosphene_hil.host import Host
from phosphene_hil.report.measuring import Measure
from phosphene_hil.rig import Rig


async def test_the_clock_only_rises(mcu: Coprocessor) -> None:
    readings = [answer.time_us for answer in await mcu.batch([("board.clock", {})] * 200, timeout=10)]
    assert readings == sorted(readings)
    assert readings[-1] > readings[0]


async def test_a_second_there_is_a_second_here(mcu: Coprocessor, measure: Measure) -> None:
    """To half a percent: far worse than any crystal, far better than a clock that counts something else."""
    host, board = time.monotonic(), (await mcu.call("board.clock")).time_us
    asked = time.monotonic()
    await asyncio.sleep(1)
    asked_again = time.monotonic()
    seconds = ((await mcu.call("board.clock")).time_us - board) / 1e6
    answered = time.monotonic()
    assert (asked_again - asked) * 0.995 <= seconds <= (answered - host) * 1.005
    least, most = seconds / (answered - host), seconds / (asked_again - asked)
    measure("a second of the board's, at least", least, unit="s", budget=(None, 1.005))
    measure("a second of the board's, at most", most, unit="s", budget=(0.995, None))


async def test_the_host_knows_the_clock_within_the_bound_that_it_states(
    link: Link, mcu: Coprocessor, measure: Measure
) -> None:
    bounds_ms: list[float] = []
    for _ in range(20):
        before = asyncio.get_running_loop().time()
        told = (await mcu.call("board.clock")).time_us
        after = asyncio.get_running_loop().time()
        bound = link.clock.error_us(after)
        assert link.clock.to_mcu(before) - bound <= told <= link.clock.to_mcu(after) + bound
        bounds_ms.append(bound / 1000)
    measure("how well the host knows the clock", bounds_ms, unit="ms", work=True)


@pytest.mark.leaves("lease lost")
async def test_events_bear_the_time_at_which_they_happened(
    link: Link, mcu: Coprocessor, expect: Expect, measure: Measure
) -> None:
    """A lease that nobody renews ends; its notice says when, on the board's clock."""
    for count in (1, 2):
        await link.renew(count, count, count)
    began = link.clock.to_mcu(asyncio.get_running_loop().time())
    await link.renew(0, 0, 0)
    notice = await expect.notice(NoticeKind.LEASE_LOST)
    now = link.clock.to_mcu(asyncio.get_running_loop().time())
    slack = link.clock.error_us(asyncio.get_running_loop().time()) + 1e6 * declared.TOLERANCE_S
    assert began - slack <= notice.time_us <= now + slack
    measure("lease taken back until its notice", (now - began) / 1000, unit="ms", work=True)


async def test_a_renewed_lease_lives_and_tells_what_is_left(rig: Rig, host: Host) -> None:
    age_ms = declared.lease_s(rig.wired.wiring) * 1000
    for _ in range(10):
        await asyncio.sleep(0.1)
        assert host.lease.verdict in (LeaseVerdict.LIVE, LeaseVerdict.LATCHED)
        assert 0 < host.lease.left_ms <= age_ms


@pytest.mark.leaves("lease lost")
async def test_presence_is_no_progress(rig: Rig, host: Host) -> None:
    """Renewals that do not advance keep nothing alive, however often they come."""
    await host.stand_still(declared.lease_s(rig.wired.wiring) + declared.TOLERANCE_S)
    assert host.lease.left_ms == 0
    assert host.lease.verdict == LeaseVerdict.TICK_STANDS


@pytest.mark.leaves("lease lost")
async def test_each_of_the_three_counters_must_rise(rig: Rig, link: Link) -> None:
    age_s = declared.lease_s(rig.wired.wiring)
    for standing, verdict in enumerate(
        (LeaseVerdict.TICK_STANDS, LeaseVerdict.CAPTURE_STANDS, LeaseVerdict.INFERENCES_STAND)
    ):
        counts = [1, 1, 1]
        await link.renew(*counts)
        ends = time.monotonic() + age_s + declared.TOLERANCE_S
        counts = [2, 2, 2]
        answer = await link.renew(*counts)
        assert answer.left_ms > 0
        while time.monotonic() < ends:
            counts = [count + (index != standing) for index, count in enumerate(counts)]
            answer = await link.renew(*counts)
            await asyncio.sleep(0.05)
        assert (answer.left_ms, answer.verdict) == (0, verdict)
        await link.renew(0, 0, 0)
