# SPDX-License-Identifier: Apache-2.0
"""Thermostat and lock of the real firmware: what they do, and what they never do."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import struct
from typing import Any

import pytest

from phosphene.errors import Forbidden, LineError, Refused
from phosphene.exact import Coprocessor
from tests.firmware.machines import ROOM, Machines, at_the_machines

KEY = bytes(range(32))


def test_a_thermostat_holds_between_its_bounds_and_goes_on_without_a_host() -> None:
    async def test(at: Machines) -> None:
        room = at.thermometer(18.0)
        async with at.progress():
            warmth = await at.mcu.start("thermostat.hold", thermostat="warmth", celsius="21")
            await at.until(lambda: at.on("warmer"))
            room.celsius = 21.4  # within half a degree: nothing changes
            await asyncio.sleep(0.8)
            assert at.on("warmer")
        room.celsius = 21.5  # the host is gone by now
        await at.until(lambda: not at.on("warmer"))
        await asyncio.sleep(0.6)  # the lease ran out
        assert not (await at.mcu.call("safety.state")).live
        room.celsius = 20.5
        await at.until(lambda: at.on("warmer"))
        await warmth.abort()
        await at.until(lambda: not at.on("warmer"))

    at_the_machines(test)


def test_a_thermostat_whose_sensor_fails_is_off_at_once_and_says_so() -> None:
    async def test(at: Machines) -> None:
        at.thermometer(18.0)
        warmth = await at.mcu.start("thermostat.hold", thermostat="warmth", celsius="21")
        await at.until(lambda: at.on("warmer"))
        sensor = at.board.i2c(0).device(ROOM)
        assert sensor is not None
        at.board.i2c(0).detach(ROOM)
        await at.until(lambda: not at.on("warmer"), 2.0)
        assert (await at.look("warmer")).latched == "the sensor of warmth fails"
        at.board.i2c(0).attach(ROOM, sensor)  # a loose contact: it goes on
        await at.until(lambda: at.on("warmer"))
        at.board.i2c(0).detach(ROOM)
        with pytest.raises(LineError, match="sensor of warmth failed: it does not answer; warmer is off"):
            await warmth.result()
        assert not at.on("warmer")

    at_the_machines(test)


@pytest.mark.parametrize(
    ("celsius", "says"),
    [(40.0, "warmth is at 40.0 °C, and its cut-off is 40.0"), (200.0, "the sensor of warmth failed: beyond its range")],
)
def test_a_thermostat_ends_when_something_must_be_wrong(celsius: float, says: str) -> None:
    async def test(at: Machines) -> None:
        room = at.thermometer(18.0)
        warmth = await at.mcu.start("thermostat.hold", thermostat="warmth", celsius="21")
        await at.until(lambda: at.on("warmer"))
        room.celsius = celsius
        await at.until(lambda: not at.on("warmer"), 2.0)
        with pytest.raises(LineError, match=says):
            await warmth.result()

    at_the_machines(test)


def test_a_sensor_that_sticks_ends_with_the_longest_time_on() -> None:
    async def test(at: Machines) -> None:
        at.thermometer(18.0)
        warmth = await at.mcu.start("thermostat.hold", thermostat="warmth", celsius="21")
        with pytest.raises(LineError, match=r"warmer went off: it was on for 1\.8 s, its longest"):
            await warmth.result()
        assert not at.on("warmer")

    at_the_machines(test)


def test_a_thermostat_is_set_within_what_the_rig_allows() -> None:
    async def test(at: Machines) -> None:
        at.thermometer(18.0)
        for celsius in ("4.9", "30.001", "-21"):
            wrong = await at.mcu.start("thermostat.hold", thermostat="warmth", celsius=celsius)
            with pytest.raises(LineError, match=r"warmth may be set from 5\.0 to 30\.0 °C"):
                await wrong.result()
        with pytest.raises(Refused, match="does not run"):
            await at.mcu.call("thermostat.set", thermostat="warmth", celsius="20")
        warmth = await at.mcu.start("thermostat.hold", thermostat="warmth", celsius="15")
        second = await at.mcu.start("thermostat.hold", thermostat="warmth", celsius="20")
        with pytest.raises(LineError, match="runs already"):
            await second.result()
        await asyncio.sleep(0.8)
        assert not at.on("warmer")
        await at.mcu.call("thermostat.set", thermostat="warmth", celsius="19.25")
        await at.until(lambda: at.on("warmer"))
        with pytest.raises(Refused, match=r"from 5\.0 to 30\.0"):
            await at.mcu.call("thermostat.set", thermostat="warmth", celsius="30.5")
        await warmth.abort()

    at_the_machines(test)


async def unlock_grant(at: Machines, lock: str, key: bytes = KEY) -> bytes:
    """What the owner signs off the device."""
    nonce = (await at.mcu.call("crypto.nonce")).nonce
    message = b"phosphene unlock" + struct.pack("<I", at.link.hello.boot_id) + nonce + lock.encode()
    return hmac.digest(key, message, hashlib.sha256)


async def provisioned(mcu: Coprocessor) -> None:
    filled = await mcu.start("crypto.provision", slot="unlock", kind="hmac", key=KEY)
    await filled.result()


async def refused(at: Machines, lock: str, grant: bytes, says: str) -> None:
    opening = await at.mcu.start("lock.unlock", lock=lock, grant=grant)
    with pytest.raises(LineError, match=says):
        await opening.result()


def test_a_lock_opens_on_its_grant_once_and_closes_by_itself() -> None:
    async def test(at: Machines) -> None:
        await provisioned(at.mcu)
        async with at.progress():
            grant = await unlock_grant(at, "bolt")
            opening = await at.mcu.start("lock.unlock", lock="bolt", grant=grant)
            await at.until(lambda: at.on("bolt"))
            assert (await opening.result()).why == "it was on for 0.8 s, its longest"
            assert not at.on("bolt")
            assert at.on_for_s("bolt") == pytest.approx(0.8, abs=0.1)
            await asyncio.sleep(0.1)
            await refused(at, "bolt", grant, "a grant answers a nonce")
            assert at.edges("bolt", "gate") == [("bolt", 1), ("bolt", 0)]

    at_the_machines(test)


def test_a_grant_is_for_one_lock_one_nonce_and_from_its_owner() -> None:
    async def test(at: Machines) -> None:
        await provisioned(at.mcu)
        async with at.progress():
            await refused(at, "bolt", await unlock_grant(at, "gate"), "wrong grant")
            await refused(at, "bolt", await unlock_grant(at, "bolt", bytes(32)), "wrong grant")
            stale = await unlock_grant(at, "bolt")
            await at.mcu.call("crypto.nonce")
            await refused(at, "bolt", stale, "wrong grant")
            await refused(at, "plain", await unlock_grant(at, "plain"), "plain is no lock")
            with pytest.raises(Forbidden, match=r"bolt is a lock: it opens on a grant, by lock\.unlock"):
                await at.write("bolt", True)
            with pytest.raises(Forbidden, match="is a lock"):
                await at.mcu.call("relay.switch", output="bolt", on=True)
        assert at.edges("bolt", "gate") == []

    at_the_machines(test)


def test_a_lock_closes_with_the_lease_and_when_it_is_told_to() -> None:
    async def test(at: Machines) -> None:
        await provisioned(at.mcu)
        async with at.progress():
            opening = await at.mcu.start("lock.unlock", lock="bolt", grant=await unlock_grant(at, "bolt"))
            await at.until(lambda: at.on("bolt"))
            await at.mcu.call("lock.close", lock="bolt")
            assert (await opening.result()).why == "a call closed it"
            await asyncio.sleep(0.2)
            lease_ends = await at.mcu.start("lock.unlock", lock="bolt", grant=await unlock_grant(at, "bolt"))
            await at.until(lambda: at.on("bolt"))
        # Either the process sees the bolt go first, or the dispatcher ends it first.
        try:
            why = (await lease_ends.result()).why
        except LineError as ended:
            why = str(ended)
        assert "lease" in why
        assert not at.on("bolt")
        assert at.on_for_s("bolt") < 0.75, "before its own time was over"
        await refused(at, "bolt", await unlock_grant(at, "bolt"), "only under a lease")

    at_the_machines(test)


def test_a_closed_lock_costs_no_grant_when_it_could_not_open() -> None:
    async def test(at: Machines) -> None:
        await provisioned(at.mcu)
        grant = await unlock_grant(at, "bolt")
        await refused(at, "bolt", grant, "only under a lease")
        async with at.progress():
            opening = await at.mcu.start("lock.unlock", lock="bolt", grant=grant)
            await at.until(lambda: at.on("bolt"))
            await opening.abort()
            await at.until(lambda: not at.on("bolt"))

    at_the_machines(test)


def test_progress_tells_temperature_and_state() -> None:
    async def test(at: Machines) -> None:
        at.thermometer(18.2)
        await asyncio.sleep(0.2)  # its first conversion
        warmth = await at.mcu.start("thermostat.hold", thermostat="warmth", celsius="21")
        steps: list[Any] = []
        async for step in warmth:
            steps.append(step)
            if len(steps) == 1:
                at.board.i2c(0).detach(ROOM)
            if len(steps) == 2:
                break
        assert [(step.celsius, step.on, step.state) for step in steps] == [
            ("18.2", True, "holding"),
            ("", False, "blind"),
        ]
        await warmth.abort()

    at_the_machines(test)
