# SPDX-License-Identifier: Apache-2.0
"""The simulated board: the real firmware under a real MicroPython, on virtual hardware."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Self

from phosphene_tools.sim import interpreter
from phosphene_tools.sim.boots import SHIM, Boots
from phosphene_tools.sim.config import SimConfig
from phosphene_tools.sim.devices.i2c import I2CBus, Reply
from phosphene_tools.sim.devices.one_wire import OneWireBus
from phosphene_tools.sim.errors import SimError
from phosphene_tools.sim.file_system import FileSystem, prepare
from phosphene_tools.sim.interpreter import Interpreter
from phosphene_tools.sim.line import DirectLine, Line, point
from phosphene_tools.sim.peripherals import Look
from phosphene_tools.sim.pins import PinBank
from phosphene_tools.sim.precompile import precompile
from phosphene_tools.sim.shift_register import ShiftRegister
from phosphene_tools.sim.statistics import ResetCause
from phosphene_tools.sim.throttled_line import ThrottledLine

if TYPE_CHECKING:
    from phosphene_tools.sim.control import ControlServer
    from phosphene_tools.sim.devices.hx711 import Hx711
    from phosphene_tools.sim.parts import Parts

_PLACE = "simulated board"
_CAUSES = {cause.label: cause for cause in ResetCause}

Cause = Literal["unknown", "power-on", "pin", "watchdog", "soft", "brown-out"]


class SimBoard:
    """One board. All methods belong to the event loop that `start` ran in; `close` releases everything."""

    def __init__(self, config: SimConfig) -> None:
        self._config = config
        self._home: Path | None = None
        self._files: FileSystem | None = None
        self._boots: Boots | None = None
        self._line: Line | None = None
        self._control: ControlServer | None = None
        self._interpreter = ""
        self._parts: Parts | None = None
        self._scales: dict[tuple[int, int], Hx711] = {}

    async def start(self) -> None:
        """Power on; returns when the firmware has opened its line (or has run for a while without one).

        Raises SimError: no interpreter, files that can't be written, firmware that fails at once.
        """
        if self._home is not None:
            raise SimError("the board runs already", place=_PLACE, cure="make another SimBoard for another board")
        emulated = self._config.emulated
        found = Interpreter(None, emulated) if emulated else interpreter.find(self._config.micropython)
        self._interpreter = found.name
        self._home = Path(tempfile.mkdtemp(prefix="phosphene-sim-"))
        try:
            self._files = prepare(
                self._config.flash_dir or self._home / "flash",
                firmware=self._config.firmware_dir,
                tasks=self._config.tasks,
                board_json=self._board_json(),
                seed=self._config.seed,
            )
            # Only a process that we fork shares its file descriptors in a way that lets us change its line.
            direct = self._config.baud is None and found.library is not None
            self._line = DirectLine() if direct else ThrottledLine(self._config.baud)
            await self._line.open()
            from phosphene_tools.sim.control import ControlServer  # which serves boards, and so imports this

            self._control = ControlServer(self, self.control_path)
            await self._control.open()
            if emulated:
                from phosphene_tools.emulated.boots import EmulatedBoots
                from phosphene_tools.emulated.files import lay_out  # which the simulator knows of only here

                shim = await asyncio.to_thread(lay_out, self._files.root, self._running_home() / "shim")
                self._boots = EmulatedBoots(self._config, self._files, emulated, self._line, self._leavings(), shim)
            else:
                shim = await self._precompiled_shim(self._files.root) if self._config.precompiled else SHIM
                self._boots = Boots(self._config, self._files, found, self._line, self._leavings(), shim)
            self._boots.open()
            point(self.port_link, self._line.port)
            point(self.repl_link, self._boots.repl.path)
            if self._config.parts:
                from phosphene_tools.sim.parts import Parts  # which are wired to boards, and so import this

                self._parts = Parts(self, self._config.board_json)
            await self._boots.restart(ResetCause.POWER_ON)
        except BaseException:
            await self.close()
            raise

    async def close(self) -> None:
        """Power off and leave nothing behind; calling it again does nothing."""
        control, self._control = self._control, None
        if control is not None:
            await control.close()
        parts, self._parts = self._parts, None
        if parts is not None:
            parts.close()
        boots, self._boots = self._boots, None
        if boots is not None:
            await boots.close()
        line, self._line = self._line, None
        if line is not None:
            await line.close()
        home, self._home = self._home, None
        if home is not None:
            shutil.rmtree(home, ignore_errors=True)

    async def __aenter__(self) -> Self:
        """Start."""
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        """Close."""
        await self.close()

    @property
    def port(self) -> str:
        """The device path of the line; empty while the cable is pulled."""
        return "" if self._line is None else self._line.port

    @property
    def port_link(self) -> Path:
        """A path that always leads to the current `port`."""
        return self._running_home() / "line"

    @property
    def repl_port(self) -> str:
        """The device path of the maintenance REPL."""
        return self._running().repl.path

    @property
    def repl_link(self) -> Path:
        """A path that leads to `repl_port`."""
        return self._running_home() / "repl"

    @property
    def repl_tail(self) -> str:
        """What the firmware printed last, a few kilobytes."""
        return self._running().repl.tail

    @property
    def control_path(self) -> Path:
        """The socket over which SimClient asks this board from another program."""
        return self._config.control_path or self._running_home() / "control"

    @property
    def interpreter(self) -> str:
        """Which MicroPython runs the firmware."""
        return self._interpreter

    @property
    def arm_key(self) -> bytes:
        """The board's arming key, 32 bytes."""
        if self._files is None:
            raise _not_running()
        return self._files.arm_key

    @property
    def unique_id(self) -> bytes:
        """The chip's id, 8 bytes."""
        if self._files is None:
            raise _not_running()
        return self._files.unique_id

    @property
    def flash_dir(self) -> Path:
        """The folder that the firmware sees as its file system."""
        if self._files is None:
            raise _not_running()
        return self._files.root

    @property
    def pins(self) -> PinBank:
        """What the world sees at the pins."""
        return self._running().chip.pins

    @property
    def shift_register(self) -> ShiftRegister:
        """The 74HC595 chain, if `board.json` declares one."""
        return self._running().chip.shift_register

    def set_input(self, pin: int, level: int | None, time_us: int = 0) -> None:
        """Drive a pin from outside to 0 or 1, or let go of it (None); since `time_us` of CLOCK_MONOTONIC, or now."""
        self._running().chip.set_input(pin, level, time_us)

    async def script_input(self, pin: int, steps: Iterable[tuple[float, int | None]]) -> None:
        """Drive a pin through steps of (seconds to wait before, level): a button's presses, an encoder's edges."""
        for seconds, level in steps:
            await asyncio.sleep(seconds)
            self.set_input(pin, level)

    def set_adc(self, channel: int, value: int) -> None:
        """Set what a channel of the converter reads: 0 to 65535."""
        self._running().chip.set_adc(channel, value)

    def i2c(self, bus: int) -> I2CBus:
        """Return the devices of an I2C bus; SoftI2C on clock pin n is bus 128 + n."""
        return self._running().peripherals.buses.setdefault(bus, I2CBus())

    def one_wire(self, pin: int) -> OneWireBus:
        """Return the 1-Wire bus on a pin."""
        return self._running().peripherals.one_wires.setdefault(pin, OneWireBus())

    def scale(self, data: int, clock: int, settle_ms: int) -> Hx711:
        """Return the HX711 on these pins, which is wired up if it is not there yet."""
        from phosphene_tools.sim.devices.hx711 import Hx711  # which is wired to boards, and so imports this

        if (data, clock) not in self._scales:
            # The slower of its two rates leaves the firmware the time that it takes to settle.
            self._scales[data, clock] = Hx711(self, data=data, clock=clock, settle_ms=settle_ms, rate=10.0)
        return self._scales[data, clock]

    @property
    def parts(self) -> Parts:
        """The devices that were wired up for `board_json`, by its names. Raises SimError if none were."""
        if self._parts is None:
            raise SimError("no parts are wired up", place=_PLACE, cure="make it with SimConfig(parts=True)")
        return self._parts

    def on_look(self, look: Look) -> None:
        """Have `look` called when a device of this board's (SimCapture) asks for everything up to now."""
        self._running().peripherals.look = look

    def ask_target(self, unit: int, address: int, data: bytes | None, count: int, reply: Reply) -> None:
        """Let this board's I2C target on `unit` take part in a transfer of another board's controller."""
        self._running().chip.targets.ask(unit, address, data, count, reply)

    def look(self) -> None:
        """Take in all that the firmware has reported."""
        self._running().receive()

    def lamps(self, pin: int) -> bytes:
        """Return the newest bytes sent to the WS2812 lamps on `pin`, or none."""
        return self._running().chip.strips.get(pin, b"")

    async def reset(self, cause: Cause = "pin") -> None:
        """Reset the chip: pins fall to their reset state, RAM is lost, files are kept.

        Returns when the firmware is up again. Raises SimError when it does not start.
        """
        if cause not in _CAUSES:
            raise SimError(f"no reset cause {cause!r}", place=_PLACE, cure=f"causes are {', '.join(_CAUSES)}")
        await self._running().restart(_CAUSES[cause])

    async def power_cut(self, seconds: float = 0.0) -> None:
        """Take the power away; a flash write under way is torn. Returns when the firmware is up again."""
        await self._running().restart(ResetCause.POWER_ON, seconds)

    async def hold(self, cause: Cause, released: asyncio.Event) -> None:
        """Keep the chip in reset, or without power ("power-on"), until `released`; returns when it is up again."""
        await self._running().restart(_CAUSES[cause], released=released)

    def freeze(self) -> None:
        """Stop the firmware where it stands; dead-man and watchdog go on."""
        self._running().freeze()

    def thaw(self) -> None:
        """Let it go on."""
        self._running().thaw()

    async def pull_cable(self) -> None:
        """Pull the line's cable: programs that have `port` open read end-of-file."""
        async with self._running().steady():
            if self._running().frozen:
                raise SimError("a frozen firmware does not let go of its end", place=_PLACE, cure="thaw it first")
            await self._cable().pull()
        point(self.port_link, self.port)

    async def plug_cable(self) -> None:
        """Plug it in again; `port` is another path then."""
        async with self._running().steady():
            await self._cable().plug()
        point(self.port_link, self.port)

    def disturb(self, to_board: bytes, to_host: bytes) -> None:
        """Strike the line with noise: these bytes arrive among what is sent, and spoil the frames that they meet."""
        self._cable().disturb(to_board, to_host)

    async def arm_reset(self, *, pin: int, when: Literal["before", "after"]) -> None:
        """Reset the board at the next rising edge that the firmware drives on `pin`, just before or after it.

        Returns when the firmware's side knows; a reset from elsewhere disarms.
        """
        await self._running().arm_breakpoint(pin, after=when == "after")

    async def disarm_reset(self) -> None:
        """Take an armed breakpoint back; does nothing when none is armed."""
        await self._running().disarm_breakpoint()

    async def statistics(self) -> dict[str, Any]:
        """Return what was counted: the fields of BoardStatistics, and the line's counters under `line`."""
        return asdict(self._running().statistics) | {"line": await self._cable().statistics()}

    async def _precompiled_shim(self, firmware: Path) -> Path:
        shim = self._running_home() / "shim"
        shutil.copytree(SHIM, shim, ignore=shutil.ignore_patterns("__pycache__"))
        for folder in (shim, firmware):
            await asyncio.to_thread(precompile, folder)
        return shim

    def _board_json(self) -> dict[str, Any]:
        board_json = self._config.board_json
        if self._config.baud is None or "line" not in board_json:
            return board_json
        return board_json | {"line": board_json["line"] | {"baud": self._config.baud}}

    def _leavings(self) -> list[Path]:
        own = self._config.control_path
        return [self._running_home()] + ([own] if own else [])

    def _running(self) -> Boots:
        if self._boots is None:
            raise _not_running()
        return self._boots

    def _cable(self) -> Line:
        if self._line is None:
            raise _not_running()
        return self._line

    def _running_home(self) -> Path:
        if self._home is None:
            raise _not_running()
        return self._home


def _not_running() -> SimError:
    return SimError("the board does not run", place=_PLACE, cure="`await board.start()` first")


__all__ = ["Cause", "SimBoard"]
