# SPDX-License-Identifier: Apache-2.0
"""The virtual hardware's wire to one firmware process: a pipe each way, records in order."""

from __future__ import annotations

import asyncio
import fcntl
import os
import sys
from contextlib import suppress

from phosphene_tools.sim.records import Decoder, Fallback, Handlers

# A pipe holds small records without overhead; a socket would block after some three hundred.
_PIPE_BYTES = 1 << 20
_READ_BYTES = 65536
_READS = _PIPE_BYTES // _READ_BYTES + 1


class HardwareWire:
    """`firmware_in` and `firmware_out` are handed to the firmware process."""

    def __init__(self, handlers: Handlers, fallback: Fallback) -> None:
        self._from_firmware, self.firmware_out = os.pipe()
        self.firmware_in, self._to_firmware = os.pipe()
        if sys.platform == "linux":
            with suppress(OSError):  # the user's allowance for pipes may be used up
                fcntl.fcntl(self.firmware_out, fcntl.F_SETPIPE_SZ, _PIPE_BYTES)
        for fd in (self._from_firmware, self.firmware_in, self._to_firmware):
            os.set_blocking(fd, False)
        self._decoder = Decoder(handlers, fallback)
        self._waiting = b""
        self._receiving = False
        self._loop = asyncio.get_running_loop()
        self._loop.add_reader(self._from_firmware, self.receive)

    def handed_over(self) -> None:
        """Close our copies of the firmware's ends."""
        os.close(self.firmware_in)
        os.close(self.firmware_out)
        self.firmware_in = self.firmware_out = -1

    def receive(self) -> None:
        """Handle the records that have arrived: a pipe full at most, since more may come all the time."""
        if self._receiving:
            return  # a watcher of these very records looks at the pins
        self._receiving = True
        try:
            self._receive()
        finally:
            self._receiving = False

    def _receive(self) -> None:
        for _ in range(_READS):
            if self._from_firmware < 0:
                return
            try:
                data = os.read(self._from_firmware, _READ_BYTES)
            except BlockingIOError:
                return
            if not data:
                self._loop.remove_reader(self._from_firmware)
                return
            self._decoder.feed(data)

    def send(self, records: bytes) -> None:
        """Send records; what does not fit now follows."""
        if self._to_firmware < 0:
            return
        waited = bool(self._waiting)
        self._waiting += records
        if not waited:
            self._flush()
            if self._waiting:
                self._loop.add_writer(self._to_firmware, self._flush)

    def close(self) -> None:
        """Handle what is left, and close."""
        self.receive()
        self._loop.remove_reader(self._from_firmware)
        self._loop.remove_writer(self._to_firmware)
        ends = (self._from_firmware, self._to_firmware, self.firmware_in, self.firmware_out)
        self._from_firmware = self._to_firmware = self.firmware_in = self.firmware_out = -1
        for fd in ends:
            if fd >= 0:
                os.close(fd)

    def _flush(self) -> None:
        try:
            sent = os.write(self._to_firmware, self._waiting)
        except BlockingIOError:
            sent = 0
        except BrokenPipeError:
            sent = len(self._waiting)  # the process just ended
        self._waiting = self._waiting[sent:]
        if not self._waiting:
            self._loop.remove_writer(self._to_firmware)
