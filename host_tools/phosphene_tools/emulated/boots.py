# SPDX-License-Identifier: Apache-2.0
"""The boots of an emulated chip: as the simulator's, but each is a QEMU with MicroPython for the Cortex-M3."""

from __future__ import annotations

import asyncio
import struct
from pathlib import Path

from phosphene_tools.emulated.process import QemuProcess
from phosphene_tools.sim.boots import Boots
from phosphene_tools.sim.clock import now_us
from phosphene_tools.sim.config import SimConfig
from phosphene_tools.sim.file_system import FileSystem
from phosphene_tools.sim.firmware_process import Launch
from phosphene_tools.sim.hardware import HardwareWire
from phosphene_tools.sim.interpreter import Interpreter
from phosphene_tools.sim.line import FirmwareEnd, Line
from phosphene_tools.sim.records import ToFirmware, encode
from phosphene_tools.sim.statistics import ResetCause

_CLOCK = 4  # the device that tells the time, as in the chip's `sim_link.py`
_BOOT_S = 30.0
# The virtual hardware's Python, which is C on a board, measured: the reply of BOOT.
SHIM_HEAP_BYTES = 20 * 1024


class EmulatedBoots(Boots):
    """The firmware's lives on the emulated chip, one after the other."""

    def __init__(
        self, config: SimConfig, files: FileSystem, image: Path, line: Line, leavings: list[Path], shim: Path
    ) -> None:
        super().__init__(config, files, Interpreter(None, image), line, leavings, shim)
        self._image = image
        self._process = self._chip = QemuProcess(self._ended)

    def request(self, device: int, number: int, payload: bytes) -> None:
        """Let a device answer; one of them is the launcher's clock, which this chip does not share."""
        if device == _CLOCK:
            self.send(encode(ToFirmware.REPLY, 0, number, struct.pack("<q", now_us())))
        else:
            super().request(device, number, payload)

    def receive(self) -> None:
        """Take in what the chip has told by now, also what the event loop would come to later."""
        self._chip.fetch()
        super().receive()

    async def _wait_for(self, ready: asyncio.Future[None]) -> None:
        # It loads its program through the host, which may be busy: only one that ends or fails is done sooner.
        await asyncio.wait([ready], timeout=_BOOT_S)
        await super()._wait_for(ready)

    def _launch(self, cause: ResetCause, wire: HardwareWire, ends: FirmwareEnd) -> Launch:
        settings = {
            "HEAP": self._config.heap_bytes + SHIM_HEAP_BYTES,
            "START": self._shim / "sim_start.py",
            "SHIM": self._shim,
            "RESET_CAUSE": int(cause),
            "UNIQUE_ID": self._files.unique_id.hex(),
        }
        return Launch(
            arguments=[str(self._image), *(f"{name}={value}" for name, value in settings.items())],
            environment={},
            directory=self._files.root,
            repl_fd=self.repl.begin(),
            line_fd=ends.line_fd,
            hardware_in_fd=wire.firmware_in,
            hardware_out_fd=wire.firmware_out,
            inject_fd=ends.inject_fd,
        )
