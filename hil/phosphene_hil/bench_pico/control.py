# SPDX-License-Identifier: Apache-2.0
"""Reset, power and cable of a real board: by the bench Pico's pins, or by the switches that the bench has instead."""

from __future__ import annotations

import asyncio
import os
import time

from phosphene_hil.bench_pico.instrument_file import Setup
from phosphene_hil.bench_pico.pico import Pico
from phosphene_hil.board import MissingFeature
from phosphene_hil.power import AttendedWish, PowerError, Switch, cut, open_switch, pulse
from phosphene_tools.sim.board import Cause

_PULSE_S = 0.02
"""Long enough for any reset line with a capacitor of 100 nF on it."""
_UP_S = 20.0
_LOOK_S = 0.005


class PicoSwitch:
    """See Switch. `on_how` and `off_how` are what the pin does: a reset line is let go of, not driven high."""

    def __init__(self, pico: Pico, pin: int, on_how: str, off_how: str) -> None:
        self._pico = pico
        self._pin = pin
        self._hows = (off_how, on_how)
        self._on: bool | None = None

    async def set(self, *, on: bool) -> None:
        """See Switch."""
        await self._pico.ask("bench.drive", pin=self._pin, how=self._hows[on])
        self._on = on

    async def state(self) -> bool | None:
        """See Switch: what was asked for last."""
        return self._on

    async def close(self) -> None:
        """See Switch: the bench Pico lets go of all its pins by itself."""


class BenchControl:
    """See Control. Made by `of`."""

    def __init__(self, setup: Setup, pico: Pico | None, power: Switch | None, reset: Switch | None, port: str) -> None:
        self._setup = setup
        self._pico = pico
        self._power = power
        self._reset = reset
        self._port = port

    @classmethod
    def of(cls, setup: Setup, pico: Pico | None, port: str) -> BenchControl:
        """Return the control that a setup gives over the board at `port`. Raises ConfigError."""
        pins, file, rig = setup.file.control, setup.file, setup.rig.name
        power = reset = None
        if pico and pins.power is not None:
            power = PicoSwitch(pico, pins.power, "low", "high")
        if pico and pins.reset is not None:
            reset = PicoSwitch(pico, pins.reset, "low", "release")
        if file.power is not None:
            power = open_switch(file.power, f"the power of rig {rig}", power)
        if file.reset is not None:
            reset = open_switch(file.reset, f"the reset line of rig {rig}", reset)
        return cls(setup, pico, power, reset, port)

    @property
    def abilities(self) -> frozenset[str]:
        """The features that this control gives."""
        attended = isinstance(self._setup.file.power, AttendedWish) or isinstance(self._setup.file.reset, AttendedWish)
        whole = self._power is not None and self._reset is not None and not (attended and not _somebody_is_there())
        there = {"reset_control": whole, "cable": self._pico is not None and self._setup.file.control.cut is not None}
        return frozenset(name for name, is_there in there.items() if is_there)

    @property
    def power(self) -> Switch | None:
        """What switches the power, if anything does."""
        return self._power

    @property
    def reset_line(self) -> Switch | None:
        """What holds the board in reset, likewise."""
        return self._reset

    async def reset(self, cause: Cause = "pin") -> None:
        """See Control. From outside there are two: "pin" and "power-on". Raises PowerError, InstrumentError."""
        if cause == "power-on":
            await self.power_cut()
            return
        if cause != "pin":
            raise MissingFeature("reset_causes")
        if self._reset is None:
            raise MissingFeature("reset_control")
        await pulse(self._reset, _PULSE_S)
        await self._up()

    async def power_cut(self, seconds: float = 0.0) -> None:
        """See Control. The power is away for at least 20 ms. Raises PowerError, InstrumentError."""
        if self._power is None:
            raise MissingFeature("reset_control")
        await cut(self._power, max(seconds, _PULSE_S))
        await self._up()

    async def pull_cable(self) -> None:
        """See Control: the contacts in the line's wires open."""
        await self._cut("high")

    async def plug_cable(self) -> None:
        """See Control; returns when the port is there."""
        await self._cut("release")
        ends = time.monotonic() + _UP_S
        while _away(self._port):
            if time.monotonic() > ends:
                raise PowerError("the port does not come back", place=self._port, cure="see the relay and its contacts")
            await asyncio.sleep(_LOOK_S)

    def freeze(self) -> None:
        """See Control: no pin stops a chip and lets its watchdog run."""
        raise MissingFeature("chip_clock")

    def thaw(self) -> None:
        """See `freeze`."""
        raise MissingFeature("chip_clock")

    async def reset_at_latch(self, *, after: bool) -> None:
        """See Control: no interrupt is as quick as that."""
        raise MissingFeature("breakpoint")

    async def close(self) -> None:
        """Let go of the switches."""
        for switch in (self._power, self._reset):
            if switch is not None:
                await switch.close()

    async def _cut(self, how: str) -> None:
        pin = self._setup.file.control.cut
        if self._pico is None or pin is None:
            raise MissingFeature("cable")
        await self._pico.ask("bench.drive", pin=pin, how=how)

    async def _up(self) -> None:
        """Wait until the firmware has opened its UART: then its TX is high."""
        pin = self._setup.file.control.line_up
        if self._pico is None or pin is None:
            await asyncio.sleep(self._setup.file.boot_s)
            return
        ends = time.monotonic() + _UP_S
        while not (await self._pico.ask("bench.levels", pins=1 << pin)).levels:
            if time.monotonic() > ends:
                # Not the instrument's fault: the doctor has seen to that.
                raise AssertionError(f"the board's TX did not rise within {_UP_S:g} s: it does not come up")
            await asyncio.sleep(_LOOK_S)


def _away(port: str) -> bool:
    return port.startswith(os.sep) and not os.path.exists(port)  # noqa: PTH110 -- a string throughout


def _somebody_is_there() -> bool:
    try:
        os.close(os.open("/dev/tty", os.O_RDWR | os.O_NOCTTY))
    except OSError:
        return False
    return True
