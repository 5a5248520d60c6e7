# SPDX-License-Identifier: Apache-2.0
"""Carries bytes between the launcher's wires, which are pipes and sockets, and the memory shared with the chip."""

from __future__ import annotations

import asyncio
import os
import socket
from contextlib import suppress

from phosphene_tools.emulated.rings import Ring, SharedMemory
from phosphene_tools.sim.firmware_process import Launch

_BELLS = 4096


class Ferry:
    """Of one boot. `bell` and `memory` are handed to QEMU; `fetch` looks at once for what the chip has told."""

    def __init__(self, launch: Launch) -> None:
        """The launch's file descriptors stay the caller's; ours are copies."""
        self._memory = SharedMemory()
        self._bell, self._chip_bell = socket.socketpair()
        for end in (self._bell, self._chip_bell):
            end.setblocking(False)
        self._line = os.dup(launch.line_fd)
        self._told = os.dup(launch.hardware_in_fd)
        self._tells = os.dup(launch.hardware_out_fd)
        for fd in (self._line, self._told, self._tells):
            os.set_blocking(fd, False)
        self._loop = asyncio.get_running_loop()
        self._closed = False
        self._loop.add_reader(self._bell, self._rung)
        self._listen()

    @property
    def memory(self) -> int:
        """File descriptor of the chip's shared memory."""
        return self._memory.fd

    @property
    def bell(self) -> int:
        """File descriptor of the chip's end of the bell."""
        return self._chip_bell.fileno()

    def handed_over(self) -> None:
        """QEMU has its end."""
        self._chip_bell.close()

    def fetch(self) -> None:
        """Carry what the chip has written: first what it did, then what it said, so that no answer overtakes a deed."""
        if self._closed:
            return
        said, did = self._memory.line_out, self._memory.hardware_out
        bytes_said = said.held
        if self._carry(did, self._tells, did.held):
            self._carry(said, self._line, bytes_said)

    def close(self) -> None:
        """Carry what the chip left, and release everything."""
        if self._closed:
            return
        self.fetch()
        self._closed = True
        for fd in (self._bell.fileno(), self._line, self._told):
            self._loop.remove_reader(fd)
        for fd in (self._line, self._tells):
            self._loop.remove_writer(fd)
            os.close(fd)
        os.close(self._told)
        self._bell.close()
        self._chip_bell.close()
        self._memory.close()

    def _rung(self) -> None:
        with suppress(OSError):
            self._bell.recv(_BELLS)
        self.fetch()
        self._listen()  # it may have made room

    def _listen(self) -> None:
        """Take what arrives on either wire, as long as the chip has room for it."""
        self._loop.add_reader(self._line, self._bring, self._line, self._memory.line_in)
        self._loop.add_reader(self._told, self._bring, self._told, self._memory.hardware_in)

    def _bring(self, fd: int, ring: Ring) -> None:
        data = b""
        with suppress(OSError):
            data = os.read(fd, ring.room)
        if not data:  # no room: until the chip rings; or the far end is gone
            self._loop.remove_reader(fd)
            return
        ring.write(data)
        with suppress(BlockingIOError):  # enough of them are on their way
            self._bell.send(b"!")

    def _carry(self, ring: Ring, fd: int, most: int) -> bool:
        """Carry so many bytes; False when the far end has no room, and then goes on when it has."""
        data = ring.peek()[:most]
        try:
            sent = os.write(fd, data) if data else 0
        except BlockingIOError:
            sent = 0
        except OSError:
            sent = len(data)  # the far end is gone
        ring.drop(sent)
        if sent == len(data):
            self._loop.remove_writer(fd)
            return True
        self._loop.add_writer(fd, self.fetch)
        return False
