# SPDX-License-Identifier: Apache-2.0
"""Asks a running simulated board from another program, over its control socket."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, Self

from phosphene_tools.sim.board import Cause
from phosphene_tools.sim.errors import SimError
from phosphene_tools.sim.pins import Edge, Pwm
from phosphene_tools.sim.shift_register import Word

_PLACE = "simulated board"
_LONGEST_ANSWER = 1 << 28


@dataclass(frozen=True)
class PinView:
    """A pin as the world sees it (`level`, `pwm`), and what the firmware drives (`driven`, None when it doesn't)."""

    level: int
    driven: int | None
    pwm: Pwm | None


class SimClient:
    """One connection; calls from several tasks take turns. Every method raises SimError.

    `async with SimClient(path) as board: await board.reset()`
    """

    def __init__(self, control_path: Path | str) -> None:
        self._path = str(control_path)
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None
        self._turn = asyncio.Lock()
        self._number = 0

    async def __aenter__(self) -> Self:
        """Connect."""
        try:
            self._streams = await asyncio.open_unix_connection(self._path, limit=_LONGEST_ANSWER)
        except OSError as error:
            raise SimError(
                f"no simulated board answers: {error.strerror or error}",
                place=self._path,
                cure="start one with `phosphene sim`, which prints this path",
            ) from error
        return self

    async def __aexit__(self, *_: object) -> None:
        """Disconnect; the board goes on."""
        if self._streams is not None:
            writer = self._streams[1]
            self._streams = None
            writer.close()
            with contextlib.suppress(ConnectionError):
                await writer.wait_closed()

    async def call(self, verb: str, **arguments: Any) -> Any:
        """Call any verb and return its plain JSON value."""
        if self._streams is None:
            raise SimError("not connected", place=_PLACE, cure="use `async with`")
        reader, writer = self._streams
        async with self._turn:
            self._number += 1
            request = {"id": self._number, "verb": verb, "arguments": arguments}
            try:
                writer.write(json.dumps(request).encode() + b"\n")
                await writer.drain()
                line = await reader.readline()
            except ConnectionError:
                line = b""
        if not line:
            raise SimError("the simulated board is gone", place=self._path, cure="start it again")
        answer = json.loads(line)
        if "error" in answer:
            error = answer["error"]
            raise SimError(error["message"], place=error["place"], cure=error["cure"])
        return answer["value"]

    async def info(self) -> dict[str, Any]:
        """Return `port`, `port_link`, `repl_port`, `flash_dir`, `arm_key`, `unique_id` (hex) and `interpreter`."""
        return await self.call("info")

    async def reset(self, cause: Cause = "pin") -> None:
        """Reset the chip; returns when the firmware is up again."""
        await self.call("reset", cause=cause)

    async def power_cut(self, seconds: float = 0.0) -> None:
        """Take the power away for so many seconds; returns when the firmware is up again."""
        await self.call("power_cut", seconds=seconds)

    async def pull_cable(self) -> None:
        """Pull the line's cable."""
        await self.call("pull_cable")

    async def plug_cable(self) -> str:
        """Plug it in again; returns the new port."""
        return await self.call("plug_cable")

    async def disturb(self, to_board: bytes, to_host: bytes) -> None:
        """Strike the line with noise: these bytes arrive among what is sent."""
        await self.call("disturb", to_board=to_board.hex(), to_host=to_host.hex())

    async def freeze(self) -> None:
        """Stop the firmware where it stands; dead-man and watchdog go on."""
        await self.call("freeze")

    async def thaw(self) -> None:
        """Let it go on."""
        await self.call("thaw")

    async def arm_reset(self, *, pin: int, when: Literal["before", "after"]) -> None:
        """Reset at the next rising edge that the firmware drives on `pin`, just before or after it."""
        await self.call("arm_reset", pin=pin, when=when)

    async def disarm_reset(self) -> None:
        """Take an armed breakpoint back."""
        await self.call("disarm_reset")

    async def pin(self, pin: int) -> PinView:
        """Return how a pin stands."""
        view = await self.call("pin", pin=pin)
        return PinView(view["level"], view["driven"], Pwm(**view["pwm"]) if view["pwm"] else None)

    async def enable(self) -> bool:
        """Return whether the ENABLE line is high, behind the dead-man."""
        return await self.call("enable")

    async def edges(self, since_us: int = 0) -> list[Edge]:
        """Return the kept edges that the world saw, from a time of CLOCK_MONOTONIC on."""
        return [Edge(*edge) for edge in await self.call("edges", since_us=since_us)]

    async def set_input(self, pin: int, level: int | None) -> None:
        """Drive a pin from outside to 0 or 1, or let go of it (None)."""
        await self.call("set_input", pin=pin, level=level)

    async def script_input(self, pin: int, steps: Sequence[tuple[float, int | None]]) -> None:
        """Drive a pin through steps of (seconds to wait before, level); returns at once."""
        await self.call("script_input", pin=pin, steps=list(steps))

    async def set_adc(self, channel: int, value: int) -> None:
        """Set what a channel of the converter reads: 0 to 65535."""
        await self.call("set_adc", channel=channel, value=value)

    async def words(self, since: int = 0) -> list[Word]:
        """Return the words that the shift register latched, from the `since`-th on."""
        return [Word(*word) for word in await self.call("words", since=since)]

    async def lamps(self, pin: int) -> bytes:
        """Return the newest bytes sent to the WS2812 lamps on `pin`."""
        return bytes.fromhex(await self.call("lamps", pin=pin))

    async def attach_tmp117(self, *, bus: int = 0, address: int = 0x48, celsius: float = 25.0) -> None:
        """Wire a TMP117 thermometer to an I2C bus, or set the temperature of the one that is there."""
        await self.call("attach_tmp117", bus=bus, address=address, celsius=celsius)

    async def attach_bme280(
        self,
        *,
        bus: int = 0,
        address: int = 0x76,
        celsius: float = 25.0,
        pascals: float = 101_325.0,
        percents: float = 50.0,
    ) -> None:
        """Wire a BME280 climate sensor to an I2C bus, or set what the one that is there measures."""
        values = {"celsius": celsius, "pascals": pascals, "percents": percents}
        await self.call("attach_bme280", bus=bus, address=address, **values)

    async def attach_ds3231(self, *, bus: int = 0, utc: float | None = None, drift_ppm: float = 0.0) -> None:
        """Wire a DS3231 clock to an I2C bus in place of one that is there; set to `utc`, or (None) never set."""
        await self.call("attach_ds3231", bus=bus, utc=utc, drift_ppm=drift_ppm)

    async def pass_time(self, seconds: float, *, bus: int = 0) -> float:
        """Let so long pass for the DS3231 on a bus, as while the board is off; returns its time in s since 1970."""
        return await self.call("pass_time", seconds=seconds, bus=bus)

    async def attach_hx711(self, data: int, clock: int, *, counts: int = 0, settle_ms: int = 25) -> int:
        """Wire an HX711 to two pins, or set the counts of the one that is there; returns the words read so far."""
        return await self.call("attach_hx711", data=data, clock=clock, counts=counts, settle_ms=settle_ms)

    async def attach_ds18b20(self, pin: int, *, serial: int = 1, celsius: float = 25.0) -> bytes:
        """Wire a DS18B20 thermometer to a 1-Wire bus, or set its temperature; returns its ROM code."""
        return bytes.fromhex(await self.call("attach_ds18b20", pin=pin, serial=serial, celsius=celsius))

    async def poured(self) -> float:
        """Return the millilitres that flowed out of the dispenser so far. Raises SimError where there is none."""
        return float(await self.call("poured"))

    async def detach_i2c(self, bus: int, address: int) -> None:
        """Take an I2C device away."""
        await self.call("detach_i2c", bus=bus, address=address)

    async def statistics(self) -> dict[str, Any]:
        """Return what was counted."""
        return await self.call("statistics")

    async def repl_tail(self) -> str:
        """Return what the firmware printed last."""
        return await self.call("repl_tail")
