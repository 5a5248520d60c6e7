# SPDX-License-Identifier: Apache-2.0
"""A flow meter never tells more than flowed, however late the firmware's word arrives."""

from __future__ import annotations

import asyncio

import pytest

from phosphene_tools.sim.clock import now_us
from phosphene_tools.sim.deadman import Monostable
from phosphene_tools.sim.devices.flow_meter import FlowMeter
from phosphene_tools.sim.pins import PinBank

PUMP, FLOW, ENABLE, KICK = 18, 17, 14, 15
OUTPUT = 1  # the mode in a record
HOLD_MS = 10_000  # a dead-man that does not fall within the test


class Wired:
    """The pins of a board whose records the test writes itself."""

    def __init__(self) -> None:
        self.pins = PinBank(
            guarded={PUMP: 0}, rest={}, enable=ENABLE, deadman=Monostable(KICK, HOLD_MS), look=lambda: None
        )
        for pin in (PUMP, ENABLE, KICK):
            self.pins.configured(pin, OUTPUT, now_us())

    def set_input(self, pin: int, level: int | None) -> None:
        self.pins.driven_by_world(pin, 2 if level is None else level)


def test_the_wheel_waits_for_what_the_firmware_has_not_told_yet() -> None:
    async def run() -> None:
        wired = Wired()
        meter = FlowMeter(wired, pump_pin=PUMP, flow_pin=FLOW, pulses_per_litre=5000, ml_per_s=20.0)
        began = now_us()
        for pin in (KICK, ENABLE, PUMP):
            wired.pins.written(pin, 1, began)
        await asyncio.sleep(0.1)  # ten pulses' time, in which the firmware's process said nothing
        assert meter.pulses == 0
        wired.pins.written(KICK, 0, began + 50_000)
        await asyncio.sleep(0.05)
        assert meter.pulses == 5
        wired.pins.written(PUMP, 0, began + 60_000)  # it had stopped the pump long ago
        assert meter.poured_ml == pytest.approx(1.2)
        await asyncio.sleep(0.05)
        assert meter.pulses == 6
        assert meter.worst_delay_us > 40_000
        meter.close()

    asyncio.run(run())
