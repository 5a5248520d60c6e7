# SPDX-License-Identifier: Apache-2.0
"""SimClient for programs without an event loop: the same methods, without await."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Sequence
from pathlib import Path
from typing import Any, Literal, Self, TypeVar

from phosphene_tools.sim.board import Cause
from phosphene_tools.sim.client import PinView, SimClient
from phosphene_tools.sim.pins import Edge
from phosphene_tools.sim.shift_register import Word

T = TypeVar("T")


class BlockingSimClient:
    """`with BlockingSimClient(path) as board: board.reset()`; for one thread. Every method raises SimError."""

    def __init__(self, control_path: Path | str) -> None:
        self._path = control_path
        self._runner = asyncio.Runner()
        self._client: SimClient | None = None

    def __enter__(self) -> Self:
        """Connect."""
        self._client = SimClient(self._path)
        try:
            self._run(self._client.__aenter__())
        except BaseException:
            self._runner.close()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        """Disconnect; the board goes on."""
        self._run(self._connected.__aexit__())
        self._runner.close()

    def call(self, verb: str, **arguments: Any) -> Any:
        """Call any verb and return its plain JSON value."""
        return self._run(self._connected.call(verb, **arguments))

    def info(self) -> dict[str, Any]:
        """See SimClient.info."""
        return self._run(self._connected.info())

    def reset(self, cause: Cause = "pin") -> None:
        """See SimClient.reset."""
        self._run(self._connected.reset(cause))

    def power_cut(self, seconds: float = 0.0) -> None:
        """See SimClient.power_cut."""
        self._run(self._connected.power_cut(seconds))

    def pull_cable(self) -> None:
        """See SimClient.pull_cable."""
        self._run(self._connected.pull_cable())

    def plug_cable(self) -> str:
        """See SimClient.plug_cable."""
        return self._run(self._connected.plug_cable())

    def disturb(self, to_board: bytes, to_host: bytes) -> None:
        """See SimClient.disturb."""
        self._run(self._connected.disturb(to_board, to_host))

    def freeze(self) -> None:
        """See SimClient.freeze."""
        self._run(self._connected.freeze())

    def thaw(self) -> None:
        """See SimClient.thaw."""
        self._run(self._connected.thaw())

    def arm_reset(self, *, pin: int, when: Literal["before", "after"]) -> None:
        """See SimClient.arm_reset."""
        self._run(self._connected.arm_reset(pin=pin, when=when))

    def disarm_reset(self) -> None:
        """See SimClient.disarm_reset."""
        self._run(self._connected.disarm_reset())

    def pin(self, pin: int) -> PinView:
        """See SimClient.pin."""
        return self._run(self._connected.pin(pin))

    def enable(self) -> bool:
        """See SimClient.enable."""
        return self._run(self._connected.enable())

    def edges(self, since_us: int = 0) -> list[Edge]:
        """See SimClient.edges."""
        return self._run(self._connected.edges(since_us))

    def set_input(self, pin: int, level: int | None) -> None:
        """See SimClient.set_input."""
        self._run(self._connected.set_input(pin, level))

    def script_input(self, pin: int, steps: Sequence[tuple[float, int | None]]) -> None:
        """See SimClient.script_input."""
        self._run(self._connected.script_input(pin, steps))

    def set_adc(self, channel: int, value: int) -> None:
        """See SimClient.set_adc."""
        self._run(self._connected.set_adc(channel, value))

    def words(self, since: int = 0) -> list[Word]:
        """See SimClient.words."""
        return self._run(self._connected.words(since))

    def lamps(self, pin: int) -> bytes:
        """See SimClient.lamps."""
        return self._run(self._connected.lamps(pin))

    def attach_tmp117(self, *, bus: int = 0, address: int = 0x48, celsius: float = 25.0) -> None:
        """See SimClient.attach_tmp117."""
        self._run(self._connected.attach_tmp117(bus=bus, address=address, celsius=celsius))

    def attach_bme280(
        self,
        *,
        bus: int = 0,
        address: int = 0x76,
        celsius: float = 25.0,
        pascals: float = 101_325.0,
        percents: float = 50.0,
    ) -> None:
        """See SimClient.attach_bme280."""
        values = {"celsius": celsius, "pascals": pascals, "percents": percents}
        self._run(self._connected.attach_bme280(bus=bus, address=address, **values))

    def attach_ds3231(self, *, bus: int = 0, utc: float | None = None, drift_ppm: float = 0.0) -> None:
        """See SimClient.attach_ds3231."""
        self._run(self._connected.attach_ds3231(bus=bus, utc=utc, drift_ppm=drift_ppm))

    def pass_time(self, seconds: float, *, bus: int = 0) -> float:
        """See SimClient.pass_time."""
        return self._run(self._connected.pass_time(seconds, bus=bus))

    def attach_hx711(self, data: int, clock: int, *, counts: int = 0, settle_ms: int = 25) -> int:
        """See SimClient.attach_hx711."""
        return self._run(self._connected.attach_hx711(data, clock, counts=counts, settle_ms=settle_ms))

    def attach_ds18b20(self, pin: int, *, serial: int = 1, celsius: float = 25.0) -> bytes:
        """See SimClient.attach_ds18b20."""
        return self._run(self._connected.attach_ds18b20(pin, serial=serial, celsius=celsius))

    def poured(self) -> float:
        """See SimClient.poured."""
        return self._run(self._connected.poured())

    def detach_i2c(self, bus: int, address: int) -> None:
        """See SimClient.detach_i2c."""
        self._run(self._connected.detach_i2c(bus, address))

    def statistics(self) -> dict[str, Any]:
        """See SimClient.statistics."""
        return self._run(self._connected.statistics())

    def repl_tail(self) -> str:
        """See SimClient.repl_tail."""
        return self._run(self._connected.repl_tail())

    @property
    def _connected(self) -> SimClient:
        if self._client is None:
            raise RuntimeError("use `with`")
        return self._client

    def _run(self, work: Coroutine[Any, Any, T]) -> T:
        return self._runner.run(work)
