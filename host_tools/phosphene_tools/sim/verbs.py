# SPDX-License-Identifier: Apache-2.0
"""What another program can ask of a running simulated board; arguments and answers are plain JSON values."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from phosphene_tools.sim.board import SimBoard
from phosphene_tools.sim.devices.bme280 import Bme280
from phosphene_tools.sim.devices.ds3231 import Ds3231
from phosphene_tools.sim.devices.one_wire import Ds18b20
from phosphene_tools.sim.devices.tmp117 import Tmp117
from phosphene_tools.sim.errors import SimError
from phosphene_tools.sim.parts import CLOCK_ADDRESS

Verb = Callable[..., Awaitable[Any]]


class Verbs:
    """Each public method is a verb, its parameters the verb's arguments."""

    def __init__(self, board: SimBoard) -> None:
        self._board = board
        self._scripts: set[asyncio.Task[None]] = set()

    async def info(self) -> dict[str, Any]:
        """Return where the board is reached, and its secrets."""
        board = self._board
        return {
            "port": board.port,
            "port_link": str(board.port_link),
            "repl_port": board.repl_port,
            "flash_dir": str(board.flash_dir),
            "arm_key": board.arm_key.hex(),
            "unique_id": board.unique_id.hex(),
            "interpreter": board.interpreter,
        }

    async def reset(self, cause: str = "pin") -> None:
        """Reset the chip."""
        await self._board.reset(cause)  # pyright: ignore[reportArgumentType] -- checked there

    async def power_cut(self, seconds: float = 0.0) -> None:
        """Take the power away for so many seconds."""
        await self._board.power_cut(seconds)

    async def pull_cable(self) -> None:
        """Pull the line's cable."""
        await self._board.pull_cable()

    async def plug_cable(self) -> str:
        """Plug it in again; returns the new port."""
        await self._board.plug_cable()
        return self._board.port

    async def disturb(self, to_board: str, to_host: str) -> None:
        """Strike the line with noise: bytes, as hexadecimal digits, that arrive among what is sent."""
        try:
            noise = bytes.fromhex(to_board), bytes.fromhex(to_host)
        except ValueError as error:
            raise SimError(f"no bytes: {error}", place="disturb", cure="write hexadecimal digits") from None
        self._board.disturb(*noise)

    async def freeze(self) -> None:
        """Stop the firmware where it stands."""
        self._board.freeze()

    async def thaw(self) -> None:
        """Let it go on."""
        self._board.thaw()

    async def arm_reset(self, pin: int, when: str) -> None:
        """Reset at the next rising edge on `pin`, just before or after it."""
        if when not in ("before", "after"):
            raise SimError(f"when is {when!r}", place="arm_reset", cure='say "before" or "after"')
        await self._board.arm_reset(pin=pin, when=when)

    async def disarm_reset(self) -> None:
        """Take an armed breakpoint back."""
        await self._board.disarm_reset()

    async def pin(self, pin: int) -> dict[str, Any]:
        """Return the level that the world sees, what the firmware drives (or null), and its PWM (or null)."""
        pins = self._board.pins
        pwm = pins.pwm(pin)
        return {
            "level": pins.level(pin),
            "driven": pins.driven(pin),
            "pwm": None if pwm is None else {"frequency": pwm.frequency, "duty_u16": pwm.duty_u16},
        }

    async def enable(self) -> bool:
        """Return whether the ENABLE line is high, behind the dead-man."""
        return self._board.pins.enable

    async def edges(self, since_us: int = 0) -> list[tuple[int, int, int]]:
        """Return the kept edges from a time on: microseconds of CLOCK_MONOTONIC, pin, level."""
        return [(t, pin, level) for t, pin, level in self._board.pins.history if t >= since_us]

    async def set_input(self, pin: int, level: int | None) -> None:
        """Drive a pin from outside to 0 or 1, or let go of it (null)."""
        self._board.set_input(pin, level)

    async def script_input(self, pin: int, steps: list[tuple[float, int | None]]) -> None:
        """Drive a pin through steps of (seconds to wait before, level); returns at once."""
        self._board.pins.level(pin)  # refused here rather than later, in the task
        steps = [(float(seconds), level) for seconds, level in steps]
        task = asyncio.get_running_loop().create_task(self._board.script_input(pin, steps))
        self._scripts.add(task)
        task.add_done_callback(self._scripts.discard)

    async def set_adc(self, channel: int, value: int) -> None:
        """Set what a channel of the converter reads: 0 to 65535."""
        self._board.set_adc(channel, value)

    async def words(self, since: int = 0) -> list[tuple[int, int, int]]:
        """Return the words from the `since`-th latched on: time in microseconds, value, clocks."""
        return [(t, value, clocks) for t, value, clocks in self._board.shift_register.since(since)]

    async def lamps(self, pin: int) -> str:
        """Return the newest bytes sent to the WS2812 lamps on `pin`, as hexadecimal digits."""
        return self._board.lamps(pin).hex()

    async def attach_tmp117(self, bus: int = 0, address: int = 0x48, celsius: float = 25.0) -> None:
        """Wire a TMP117 thermometer to an I2C bus, or set the temperature of the one that is there."""
        i2c = self._board.i2c(bus)
        device = i2c.device(address)
        if isinstance(device, Tmp117):
            device.celsius = celsius
        else:
            i2c.attach(address, Tmp117(celsius))

    async def attach_bme280(
        self,
        bus: int = 0,
        address: int = 0x76,
        celsius: float = 25.0,
        pascals: float = 101_325.0,
        percents: float = 50.0,
    ) -> None:
        """Wire a BME280 climate sensor to an I2C bus, or set what the one that is there measures."""
        i2c = self._board.i2c(bus)
        device = i2c.device(address)
        if isinstance(device, Bme280):
            device.celsius, device.pascals, device.percents = celsius, pascals, percents
        else:
            i2c.attach(address, Bme280(celsius, pascals, percents))

    async def attach_ds3231(self, bus: int = 0, utc: float | None = None, drift_ppm: float = 0.0) -> None:
        """Wire a DS3231 clock to an I2C bus in place of one that is there; set to `utc`, or (null) never set."""
        self._board.i2c(bus).attach(CLOCK_ADDRESS, Ds3231(utc, drift_ppm=drift_ppm))

    async def pass_time(self, seconds: float, bus: int = 0) -> float:
        """Let so long pass for the DS3231 on a bus, as while the board is off; returns its time in s since 1970."""
        device = self._board.i2c(bus).device(CLOCK_ADDRESS)
        if not isinstance(device, Ds3231):
            raise SimError(f"no DS3231 on I2C {bus}", place="pass_time", cure="attach_ds3231 wires one up")
        device.pass_time(seconds)
        return device.utc

    async def attach_hx711(self, data: int, clock: int, counts: int = 0, settle_ms: int = 25) -> int:
        """Wire an HX711 to two pins, or set the counts of the one that is there; returns the words read so far."""
        self._board.pins.level(data)  # refused here when there is no such pin
        self._board.pins.level(clock)
        scale = self._board.scale(data, clock, settle_ms)
        scale.counts = counts
        return scale.words

    async def attach_ds18b20(self, pin: int, serial: int = 1, celsius: float = 25.0) -> str:
        """Wire a DS18B20 thermometer to the 1-Wire bus on `pin`, or set its temperature; returns its ROM code."""
        bus = self._board.one_wire(pin)
        device = Ds18b20(serial, celsius)
        for known in bus.devices:
            if known.rom == device.rom:
                known.celsius = celsius
                return known.rom.hex()
        bus.devices.append(device)
        return device.rom.hex()

    async def poured(self) -> float:
        """Return the millilitres that flowed out of the dispenser so far."""
        dispenser = self._board.parts.dispenser
        if dispenser is None:
            raise SimError("this board has no dispenser", place="poured", cure="declare one in rig.toml")
        return dispenser.poured_ml

    async def detach_i2c(self, bus: int, address: int) -> None:
        """Take an I2C device away."""
        self._board.i2c(bus).detach(address)

    async def statistics(self) -> dict[str, Any]:
        """Return what was counted."""
        return await self._board.statistics()

    async def repl_tail(self) -> str:
        """Return what the firmware printed last."""
        return self._board.repl_tail

    def close(self) -> None:
        """Stop the scripts."""
        for task in self._scripts:
            task.cancel()


def table(verbs: Verbs) -> Mapping[str, Verb]:
    """Return the verbs by name."""
    names = [name for name in vars(Verbs) if not name.startswith("_") and name != "close"]
    return {name: getattr(verbs, name) for name in names}
