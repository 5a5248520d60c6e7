# SPDX-License-Identifier: Apache-2.0
"""PWM, buzzer, servo and lamps of the real firmware, as the world sees them."""

from __future__ import annotations

import asyncio

import pytest

from phosphene.errors import OutOfRange, Refused
from phosphene.exact import ProcessEnded
from tests.firmware.driver_desk import LAMPS, WHITE_LAMPS, Desk, at_the_desk


def test_an_output_is_modulated_and_safe_afterwards() -> None:
    async def scenario(desk: Desk) -> None:
        process = await desk.mcu.start("pwm.run", output="buzzer", frequency=1000, percent="12.5", ms=0)
        told = await anext(aiter(process))
        assert (told.frequency, told.duty_u16) == (1000, 8192)
        assert desk.duty("buzzer") == (1000, 8192)
        assert (await desk.mcu.call("pwm.set", output="buzzer", percent="100")).duty_u16 == 65535
        assert desk.duty("buzzer") == (1000, 65535)
        await process.abort()
        assert (desk.duty("buzzer"), desk.level("buzzer")) == (None, 0)
        with pytest.raises(Refused, match="start that with"):
            await desk.mcu.call("pwm.set", output="buzzer", percent="1")

    at_the_desk(scenario)


def test_an_output_that_is_safe_when_high_is_modulated_downwards() -> None:
    async def scenario(desk: Desk) -> None:
        process = await desk.mcu.start("pwm.run", output="shade", frequency=500, percent="25", ms=0)
        await anext(aiter(process))
        assert desk.duty("shade") == (500, 65535 - 16384)
        await process.abort()
        assert (desk.duty("shade"), desk.level("shade")) == (None, 1)

    at_the_desk(scenario)


def test_limits_of_the_output_hold_for_its_modulation() -> None:
    async def scenario(desk: Desk) -> None:
        why = await desk.fails("pwm.run", output="fan", frequency=100, percent="50", ms=0)
        assert "on for 0.7 s, its longest" in why
        assert (desk.duty("fan"), desk.level("fan")) == (None, 0)
        # Whoever switches it off ends the modulation too.
        process = await desk.mcu.start("pwm.run", output="buzzer", frequency=100, percent="50", ms=0)
        await anext(aiter(process))
        await desk.mcu.call("gpio.write", output="buzzer", level=False)
        assert (desk.duty("buzzer"), desk.level("buzzer")) == (None, 0)
        with pytest.raises(ProcessEnded, match="went off: a call asked for it"):
            await process.result()

    at_the_desk(scenario)


def test_two_outputs_of_one_slice_have_one_frequency() -> None:
    """GP20 and GP21: the hardware would give the first one the second one's frequency."""

    async def scenario(desk: Desk) -> None:
        buzzer = await desk.mcu.start("pwm.run", output="buzzer", frequency=440, percent="50", ms=0)
        await anext(aiter(buzzer))
        why = await desk.fails("pwm.run", output="fan", frequency=1000, percent="50", ms=50)
        assert "fan shares its PWM hardware with buzzer, which runs at 440 Hz; end that first" in why
        assert (desk.duty("buzzer"), desk.duty("fan"), desk.level("fan")) == ((440, 32768), None, 0)
        await desk.done("pwm.run", output="fan", frequency=440, percent="25", ms=20)
        # GP22 and GP6 are even one channel.
        shade = await desk.mcu.start("pwm.run", output="shade", frequency=500, percent="50", ms=0)
        await anext(aiter(shade))
        async with desk.progress():
            why = await desk.fails("pwm.run", output="leased", frequency=500, percent="50", ms=20)
        assert "leased shares its PWM hardware with shade" in why
        await desk.mcu.call("gpio.write", output="buzzer", level=False)  # its process may not know it yet
        await desk.done("pwm.run", output="fan", frequency=1000, percent="50", ms=20)
        await shade.abort()

    at_the_desk(scenario)


def test_without_lease_or_arming_nothing_is_modulated() -> None:
    async def scenario(desk: Desk) -> None:
        assert "lease" in await desk.fails("pwm.run", output="leased", frequency=100, percent="50", ms=0)
        assert desk.duty("leased") is None
        async with desk.progress():
            assert "not armed" in await desk.fails("pwm.run", output="pump", frequency=100, percent="50", ms=0)
            process = await desk.mcu.start("pwm.run", output="leased", frequency=100, percent="50", ms=0)
            await anext(aiter(process))
            assert desk.duty("leased") is not None
        await desk.until(lambda: desk.duty("leased") is None)
        assert desk.level("leased") == 0

    at_the_desk(scenario)


def test_modulation_behind_enable_ends_with_it() -> None:
    async def scenario(desk: Desk) -> None:
        async with desk.progress():
            await desk.arm()
            process = await desk.mcu.start("pwm.run", output="pump", frequency=100, percent="50", ms=0)
            await anext(aiter(process))
            await desk.until(lambda: desk.duty("pump") == (100, 32768))  # the dead-man's first kick raises ENABLE
            await desk.mcu.call("board.disarm", maintenance=False)
            assert desk.duty("pump") in {None, (100, 0)}  # ENABLE is down before the answer comes
            with pytest.raises(ProcessEnded, match="disarmed by a call"):
                await process.result()
            assert (desk.duty("pump"), desk.level("pump")) == (None, 0)

    at_the_desk(scenario)


def test_who_comes_second_does_not_disturb_the_first() -> None:
    async def scenario(desk: Desk) -> None:
        process = await desk.mcu.start("pwm.run", output="buzzer", frequency=100, percent="50", ms=0)
        await anext(aiter(process))
        assert "on already" in await desk.fails("pwm.run", output="buzzer", frequency=200, percent="10", ms=0)
        assert desk.duty("buzzer") == (100, 32768)
        await process.abort()

    at_the_desk(scenario)


def test_who_takes_the_output_over_keeps_it() -> None:
    async def scenario(desk: Desk) -> None:
        process = await desk.mcu.start("pwm.run", output="buzzer", frequency=100, percent="50", ms=0)
        await anext(aiter(process))
        # Sent together, so that the process has no step in between.
        await desk.mcu.batch([("gpio.write", {"output": "buzzer", "level": level}) for level in (False, True)])
        with pytest.raises(ProcessEnded, match="went off"):
            await process.result()
        assert (desk.duty("buzzer"), desk.level("buzzer")) == (None, 1)

    at_the_desk(scenario)


@pytest.mark.parametrize("percent", ["100.1", "-1"])
def test_a_percentage_beyond_its_range_is_refused(percent: str) -> None:
    async def scenario(desk: Desk) -> None:
        assert "0 to 100" in await desk.fails("pwm.run", output="buzzer", frequency=100, percent=percent, ms=10)
        assert desk.duty("buzzer") is None

    at_the_desk(scenario)


def test_a_buzzer_beeps_as_often_as_told() -> None:
    async def scenario(desk: Desk) -> None:
        process = await desk.mcu.start("pwm.beep", output="buzzer", frequency=440, on_ms=20, off_ms=20, count=3)
        assert [step.done async for step in process] == [1, 2, 3]
        assert (await process.result()).done == 3
        # `turn_on` and `end` of each tone.
        assert desk.board.pins.level(21) == 0
        assert [edge.level for edge in desk.board.pins.history if edge.pin == 21] == [1, 0] * 3

    at_the_desk(scenario)


def test_a_servo_gets_the_pulse_of_its_angle() -> None:
    async def scenario(desk: Desk) -> None:
        for degrees, pulse_us in (("0", 1000), ("90", 2000), ("30.6", 1340)):
            process = await desk.mcu.start("servo.turn", servo="pointer", degrees=degrees, hold_ms=60)
            assert (await anext(aiter(process))).pulse_us == pulse_us
            assert desk.duty("arm") == (50, pulse_us * 50 * 65535 // 1_000_000)
            assert (await process.result()).pulse_us == pulse_us
            assert (desk.duty("arm"), desk.level("arm")) == (None, 0)
        assert "0 to 90 degrees" in await desk.fails("servo.turn", servo="pointer", degrees="90.1", hold_ms=1)
        assert "there are: pointer" in await desk.fails("servo.turn", servo="x", degrees="1", hold_ms=1)

    at_the_desk(scenario)


def test_a_servo_sweeps_without_jumps() -> None:
    async def scenario(desk: Desk) -> None:
        process = await desk.mcu.start("servo.sweep", servo="pointer", start="0", end="90", ms=300)
        seen: list[int] = []
        while (now := desk.duty("arm")) is not None or not seen:
            if now is not None and now[1] not in seen:
                seen.append(now[1])
            await asyncio.sleep(0.002)
        assert (await process.result()).pulse_us == 2000
        assert seen == sorted(seen)
        assert seen[-1] == 2000 * 50 * 65535 // 1_000_000
        assert len(seen) > 5

    at_the_desk(scenario)


def test_lamps_show_the_colours_in_their_own_order() -> None:
    async def scenario(desk: Desk) -> None:
        call = desk.mcu.call
        assert (await call("lights.fill", lights="ring", colour=b"\x10\x20\x30")).milliamperes == 61
        assert desk.board.lamps(LAMPS) == b"\x20\x10\x30" * 8
        await call("lights.set", lights="ring", first=6, colours=b"\x01\x02\x03\x04\x05\x06")
        assert desk.board.lamps(LAMPS) == b"\x20\x10\x30" * 6 + b"\x02\x01\x03\x05\x04\x06"
        await call("lights.fill", lights="strip", colour=b"\x01\x02\x03\x04")
        assert desk.board.lamps(WHITE_LAMPS) == b"\x02\x01\x03\x04" * 4
        with pytest.raises(Refused, match="would draw 480 mA and may draw 200"):
            await call("lights.fill", lights="ring", colour=b"\xff\xff\xff")
        with pytest.raises(Refused, match="has 3 channels"):
            await call("lights.fill", lights="ring", colour=b"\xff\xff\xff\xff")
        with pytest.raises(OutOfRange, match="lamps 0 to 7"):
            await call("lights.set", lights="ring", first=7, colours=bytes(6))
        # What was refused changed nothing, also not for later.
        await call("lights.set", lights="ring", first=0, colours=bytes(3))
        assert desk.board.lamps(LAMPS) == bytes(3) + b"\x20\x10\x30" * 5 + b"\x02\x01\x03\x05\x04\x06"

    at_the_desk(scenario)
