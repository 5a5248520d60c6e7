# SPDX-License-Identifier: Apache-2.0
"""Starts, ends and restarts the firmware, and knows how each boot went."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import random
import signal
import time
from collections.abc import AsyncGenerator, Coroutine
from pathlib import Path
from typing import Any

from phosphene_tools.sim.chip import Chip
from phosphene_tools.sim.config import SimConfig
from phosphene_tools.sim.errors import SimError
from phosphene_tools.sim.file_system import FileSystem
from phosphene_tools.sim.firmware_process import FirmwareProcess, Launch, Process
from phosphene_tools.sim.hardware import HardwareWire
from phosphene_tools.sim.interpreter import Interpreter
from phosphene_tools.sim.line import FirmwareEnd, Line
from phosphene_tools.sim.peripherals import Peripherals
from phosphene_tools.sim.records import FromFirmware, ToFirmware, encode
from phosphene_tools.sim.repl import ReplBridge
from phosphene_tools.sim.statistics import BoardStatistics, ResetCause

SHIM = Path(__file__).with_name("shim")
_START = "sim_start.py"
_PLACE = "simulated board"
_ARM_TIMEOUT = 5.0
_NO_PIN = 255
# A firmware that ends again and again by itself would keep a core busy with starting it.
_QUICK_END = 0.5
_BACK_OFF = 0.5

_log = logging.getLogger(__name__)


class Boots:
    """The firmware's lives, one after the other."""

    def __init__(
        self,
        config: SimConfig,
        files: FileSystem,
        interpreter: Interpreter,
        line: Line,
        leavings: list[Path],
        shim: Path = SHIM,
    ) -> None:
        self._config = config
        self._files = files
        self._interpreter = interpreter
        self._line = line
        self._shim = shim
        self.repl = ReplBridge()
        self.chip = Chip(config.board_json, self, config.wires)
        self.peripherals = Peripherals(
            files.chip, lambda begins: line.blackout(begins=begins), random.Random(config.seed)
        )
        self.statistics = BoardStatistics()
        self._process: Process = FirmwareProcess(interpreter, leavings, self._ended)
        self._wire: HardwareWire | None = None
        self._changing = asyncio.Lock()
        self._ready: asyncio.Future[None] | None = None
        self._armed: asyncio.Future[None] | None = None
        self._began = 0.0
        self._tasks: set[asyncio.Task[None]] = set()
        self._closed = False
        self._ending = False  # by our own doing
        self._running = False  # this boot's interpreter came as far as our start script
        self.frozen = False

    def open(self) -> None:
        """Get ready to start firmware. Raises SimError."""
        self._process.open()

    async def close(self) -> None:
        """End the firmware and release everything."""
        self._closed = True
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        async with self._changing:
            await self._process.close()
            self._release()
            self.peripherals.reset(power=True)
            self.chip.close()
            self.repl.close()

    async def restart(self, cause: ResetCause, off: float = 0.0, released: asyncio.Event | None = None) -> None:
        """End the firmware if it runs, stay off for `off` seconds or until `released`, start it; returns when its line
        is open.

        Raises SimError when it does not start.
        """
        power = cause is ResetCause.POWER_ON
        async with self._changing:
            if power:
                # Before the process is waited for: a page takes a millisecond, and would be done by then.
                self.peripherals.reset(power=True)
            await self._end()
            self.peripherals.reset(power=power)
            self.chip.reset()
            if released is not None:
                await released.wait()
            await asyncio.sleep(off or self._config.restart_delay)
            ready = await self._begin(cause)
        await self._wait_for(ready)

    @contextlib.asynccontextmanager
    async def steady(self) -> AsyncGenerator[None]:
        """Keep the board from being reset while the context lasts."""
        async with self._changing:
            yield

    def freeze(self) -> None:
        """Stop the firmware process where it stands."""
        self.frozen = True
        self._process.signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """Let it go on."""
        self.frozen = False
        self._process.signal(signal.SIGCONT)

    async def arm_breakpoint(self, pin: int, *, after: bool) -> None:
        """Make the next rising edge on `pin` a reset; returns when the firmware's side knows."""
        await self._arm(pin, int(after))

    async def disarm_breakpoint(self) -> None:
        """Take the breakpoint back."""
        await self._arm(_NO_PIN, 0)

    async def _arm(self, pin: int, after: int) -> None:
        if self._wire is None:
            raise SimError("the board is off", place=_PLACE, cure="start it first")
        armed = self._armed = asyncio.get_running_loop().create_future()
        self._wire.send(encode(ToFirmware.ARM, pin, after))
        try:
            await asyncio.wait_for(armed, _ARM_TIMEOUT)
        except TimeoutError as error:
            raise SimError(
                "the breakpoint was not taken: the firmware stands still",
                place=_PLACE,
                cure="thaw the board, or end the long call it is in",
            ) from error

    # What the chip tells.

    def receive(self) -> None:
        """Take in the records that have arrived."""
        if self._wire is not None:
            self._wire.receive()

    def send(self, records: bytes) -> None:
        """Send records to the firmware, if it runs; the next boot finds the state of the world anyway."""
        if self._wire is not None:
            self._wire.send(records)

    def bite(self) -> None:
        """The watchdog was not fed."""
        self._restart_soon(ResetCause.WATCHDOG)

    def request(self, device: int, number: int, payload: bytes) -> None:
        """Let a device answer."""

        def reply(status: int, data: bytes) -> None:
            self.send(encode(ToFirmware.REPLY, status, number, data))

        self.peripherals.request(device, payload, reply)

    def event(self, op: FromFirmware, unit: int, value: int, payload: bytes) -> None:
        """Take a record about the boot itself."""
        if op is FromFirmware.BOOT:
            self._running = True
            self.statistics.shim_heap_bytes = value
        elif op is FromFirmware.UART_OPEN:
            self._line.opened(value >> 24 & 0xFFFF, rts=bool(value >> 40 & 1))
            self._settle(None)
        elif op is FromFirmware.MAIN_RETURNED:
            self._settle(None)
        elif op is FromFirmware.MAIN_RAISED:
            fault = payload.decode(errors="replace").strip()
            self.statistics.faults += 1
            self.statistics.last_fault = fault
            self._settle(SimError("the firmware's main.py failed", place=_PLACE, cure="see its traceback:\n" + fault))
        elif op is FromFirmware.RESET:
            self._restart_soon(ResetCause.SOFT, keep_pins=bool(value))
        elif op is FromFirmware.BREAK:
            self.statistics.breakpoints += 1
            self._restart_soon(ResetCause.PIN)
        elif op is FromFirmware.ARMED and self._armed is not None and not self._armed.done():
            self._armed.set_result(None)

    def _ended(self, code: int) -> None:
        """Take note of a firmware process that is gone."""
        if self._ending or self._closed:
            return
        self.statistics.exits += 1
        if not self._running:
            self._settle(self._not_running(self._process.failure or f"it ended with status {code}"))
        # Ctrl-D in the REPL ends the interpreter, where a board would start it anew.
        soft = code == 0
        self._restart_soon(ResetCause.SOFT if soft else ResetCause.UNKNOWN, keep_pins=soft)

    async def _begin(self, cause: ResetCause) -> asyncio.Future[None]:
        ready = self._ready = asyncio.get_running_loop().create_future()
        ends = await self._line.attach()
        wire = self._wire = HardwareWire(self.chip.handlers, self.chip.take)
        wire.send(self.chip.greeting())
        launch = self._launch(cause, wire, ends)
        self._running = self.frozen = False
        self._began = time.monotonic()
        self.statistics.boots += 1
        self.repl.runs(await self._process.start(launch))
        wire.handed_over()
        self.statistics.resets[cause.label] = self.statistics.resets.get(cause.label, 0) + 1
        return ready

    def _launch(self, cause: ResetCause, wire: HardwareWire, ends: FirmwareEnd) -> Launch:
        heap = f"heapsize={self._config.interpreter_heap_bytes}"
        return Launch(
            arguments=[str(self._interpreter.program or "micropython"), "-X", heap, "-i", str(self._shim / _START)],
            environment={
                "PHOSPHENE_RESET_CAUSE": str(int(cause)),
                "PHOSPHENE_UNIQUE_ID": self._files.unique_id.hex(),
                "TERM": "dumb",
            },
            directory=self._files.root,
            repl_fd=self.repl.begin(),
            line_fd=ends.line_fd,
            hardware_in_fd=wire.firmware_in,
            hardware_out_fd=wire.firmware_out,
            inject_fd=ends.inject_fd,
        )

    async def _end(self) -> None:
        self._ending = True
        try:
            await self._process.kill()
            self._release()
        finally:
            self._ending = False

    def _release(self) -> None:
        if self._wire is not None:
            wire, self._wire = self._wire, None
            wire.close()
        self.repl.end()
        lost = SimError("the board was reset meanwhile", place=_PLACE)
        for future in (self._ready, self._armed):
            if future is not None and not future.done():
                future.set_exception(lost)
                future.exception()  # perhaps nobody waits for it

    def _settle(self, fault: SimError | None) -> None:
        if self._ready is None or self._ready.done():
            return
        if fault is None:
            self._ready.set_result(None)
        else:
            self._ready.set_exception(fault)
            self._ready.exception()

    async def _wait_for(self, ready: asyncio.Future[None]) -> None:
        await asyncio.wait([ready], timeout=self._config.start_grace)
        if not self._running and not ready.done():
            await asyncio.wait([ready], timeout=self._config.start_timeout)
        if ready.done():
            ready.result()
        elif not self._running:
            raise self._not_running("it does not come as far as the simulator's start script")

    def _not_running(self, why: str) -> SimError:
        said = self.repl.tail.strip()
        return SimError(
            f"the interpreter does not start: {why}",
            place=self._interpreter.name,
            cure=f"it said: {said}" if said else "name MicroPython's unix port with --micropython PATH",
        )

    def _restart_soon(self, cause: ResetCause, *, keep_pins: bool = False) -> None:
        """Restart of the board's own accord, unless one is under way."""
        if not self._ending and not self._closed:
            self._spawn(self._restart_by_itself(cause, self.statistics.boots, keep_pins=keep_pins))

    async def _restart_by_itself(self, cause: ResetCause, boot: int, *, keep_pins: bool) -> None:
        async with self._changing:
            if self.statistics.boots != boot:
                return  # somebody else was quicker
            await self._end()
            self.peripherals.reset(power=False)
            if keep_pins:
                self.chip.soft_reset()
            else:
                self.chip.reset()
            if not self._running or (cause is ResetCause.UNKNOWN and time.monotonic() - self._began < _QUICK_END):
                await asyncio.sleep(_BACK_OFF)
            await asyncio.sleep(self._config.restart_delay)
            await self._begin(cause)

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._done)

    def _done(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and task.exception() is not None:
            _log.error("the simulated board can't go on: %s", task.exception())
