# SPDX-License-Identifier: Apache-2.0
"""The wire of a UART: moves bytes at a baud rate and loses what a receiver has no room for.

Runs as a program of its own (`python -I -S uart_pump.py HOST FIRMWARE PEEK CONTROL JSON`), so
that no other Python holds it up, and imports nothing of ours. HOST is the near end of a
pseudo-terminal, FIRMWARE our end of the socket pair whose other end the firmware reads, PEEK a
copy of that other end (it tells how much is unread), CONTROL takes lines of JSON and ends the
program when it closes.
"""

from __future__ import annotations

import array
import fcntl
import json
import os
import select
import socket
import sys
import termios
import time
from contextlib import suppress
from typing import Any

BITS_PER_BYTE = 10  # start, eight data bits, stop
HARDWARE_FIFO = 32  # bytes; a PL011's, which nobody empties while flash is written
_QUANTUM = 0.00025  # seconds between two hand-overs of a busy line
_AHEAD = 0.02  # seconds of bytes that wait at the transmitter, like an adapter's own buffer
_FLOW_LOOK = 0.02  # seconds between two looks at the host's RTS/CTS setting


class Wire:
    """One direction: bytes go in, and come out when their stop bits have passed."""

    def __init__(self, baud: int | None) -> None:
        self._byte_time = BITS_PER_BYTE / baud if baud else 0.0
        self._ahead = max(64, int(_AHEAD / self._byte_time)) if baud else 65536
        self._queue = bytearray()
        self._began = 0.0  # when the first queued byte's start bit went out

    def room(self) -> int:
        """Bytes that the transmitter takes now."""
        return max(0, self._ahead - len(self._queue))

    def put(self, data: bytes, now: float) -> None:
        """Give bytes to the transmitter."""
        if not self._queue:
            self._began = max(now, self._began)
        self._queue += data

    def arrived(self, now: float, room: int) -> bytes:
        """Take the bytes that have come out by `now`; at most `room`, the line then waits."""
        count = len(self._queue)
        if self._byte_time:
            count = min(count, int((now - self._began) / self._byte_time))
            self._began = now if count > room else self._began + count * self._byte_time
        data = bytes(self._queue[: min(count, room)])
        del self._queue[: len(data)]
        return data

    def put_back(self, data: bytes) -> None:
        """Return bytes that the far end did not take, on a wire without a rate."""
        self._queue[:0] = data

    def wait(self) -> float | None:
        """Seconds until it is worth looking again, None when nothing is under way."""
        if not self._queue:
            return None
        return max(self._byte_time, min(_QUANTUM, len(self._queue) * self._byte_time))

    def clear(self) -> None:
        """Lose everything that is under way."""
        self._queue.clear()


class Receiver:
    """The firmware's receive buffer: `size` bytes, and a small FIFO in hardware before it."""

    def __init__(self, firmware: int, peek: int) -> None:
        self._firmware = firmware
        self._peek = peek
        self._late = b""  # what the socket did not take, though the buffer has room
        self._fifo = bytearray()
        self.size = 256
        self.blackout = False
        self.overruns = 0
        self.received = 0

    def room(self) -> int:
        """Bytes that can arrive now without loss."""
        if self.blackout:
            return HARDWARE_FIFO - len(self._fifo)
        return max(0, self.size - len(self._late) - _unread(self._peek))

    def take(self, data: bytes) -> None:
        """Receive; what does not fit is lost and counted."""
        fits = data[: self.room()]
        self.overruns += len(data) - len(fits)
        self.received += len(fits)
        if self.blackout:
            self._fifo += fits
        else:
            self._hand_over(fits)

    def end_blackout(self) -> None:
        """Interrupts are back: empty the FIFO."""
        self.blackout = False
        self._hand_over(bytes(self._fifo))
        self._fifo.clear()

    def flush(self) -> None:
        """Try again what the socket did not take."""
        if self._late:
            self._hand_over(b"")

    def waits(self) -> bool:
        """Whether `flush` has something to do."""
        return bool(self._late)

    def clear(self) -> None:
        """Lose everything, as a reset does."""
        self._late = b""
        self._fifo.clear()
        self.blackout = False
        _discard(self._peek)

    def _hand_over(self, data: bytes) -> None:
        data = self._late + data
        try:
            sent = os.write(self._firmware, data) if data else 0
        except BlockingIOError:
            sent = 0
        self._late = data[sent:]


class Pump:
    """Both directions, and the cable between."""

    def __init__(self, host: int, firmware: int, peek: int, control: socket.socket, baud: int | None) -> None:
        self._host: int | None = host
        self._firmware = firmware
        self._control = control
        self._lossless = baud is None  # like USB: each side takes when it has room
        self._to_firmware = Wire(baud)
        self._to_host = Wire(baud)
        self._receiver = Receiver(firmware, peek)
        self._rts = False  # the firmware raises RTS only while it has room
        self._host_waits = False  # and the host looks at it
        self._looked = 0.0
        self._host_full = False
        self._received = b""
        self._fds: list[int] = []
        self._sent_to_host = self._host_overruns = 0

    def run(self) -> None:
        """Pump until the control socket closes."""
        while True:
            reads: list[Any] = [self._control]
            if self._host is not None and self._to_firmware.room():
                reads.append(self._host)
            if self._to_host.room():
                reads.append(self._firmware)
            writes = [self._host] if self._host is not None and self._host_full else []
            ready = select.select(reads, writes, [], self._wait())[0]
            now = time.monotonic()
            if self._control in ready and not self._obey():
                return
            if self._host is not None and self._host in ready:
                self._to_firmware.put(_read(self._host, self._to_firmware.room()), now)
            if self._firmware in ready:
                self._to_host.put(_read(self._firmware, self._to_host.room()), now)
            self._receiver.flush()
            self._deliver_to_firmware(now)
            self._deliver_to_host(now)

    def _wait(self) -> float | None:
        waits = [self._to_firmware.wait(), None if self._host_full else self._to_host.wait()]
        if self._receiver.waits():
            waits.append(_QUANTUM)
        return min((wait for wait in waits if wait is not None), default=None)

    def _deliver_to_firmware(self, now: float) -> None:
        held = self._lossless or self._flow_controlled(now)
        data = self._to_firmware.arrived(now, self._receiver.room() if held else sys.maxsize)
        if data:
            self._receiver.take(data)

    def _deliver_to_host(self, now: float) -> None:
        data = self._to_host.arrived(now, sys.maxsize)
        if not data or self._host is None:
            return  # without a cable the bits leave all the same
        try:
            sent = os.write(self._host, data)
        except OSError:
            sent = 0
        self._sent_to_host += sent
        self._host_full = self._lossless and sent < len(data)
        if self._host_full:
            self._to_host.put_back(data[sent:])
        else:
            self._host_overruns += len(data) - sent

    def _flow_controlled(self, now: float) -> bool:
        """Whether both ends use RTS/CTS: the firmware said so, the host set it on the port."""
        if self._rts and self._host is not None and now - self._looked > _FLOW_LOOK:
            self._looked = now
            with suppress(termios.error):
                self._host_waits = bool(termios.tcgetattr(self._host)[2] & termios.CRTSCTS)
        return self._rts and self._host_waits

    def _obey(self) -> bool:
        data, ancillary, _, _ = self._control.recvmsg(65536, socket.CMSG_SPACE(4))
        for level, kind, packed in ancillary:
            if level == socket.SOL_SOCKET and kind == socket.SCM_RIGHTS:
                fds = array.array("i")
                fds.frombytes(packed)
                self._fds.extend(fds)
        *lines, self._received = (self._received + data).split(b"\n")
        for line in lines:
            for command, value in json.loads(line).items():
                self._do(command, value)
            statistics = {
                "rx_bytes": self._receiver.received,
                "rx_overruns": self._receiver.overruns,
                "tx_bytes": self._sent_to_host,
                "host_overruns": self._host_overruns,
            }
            self._control.sendall(json.dumps(statistics).encode() + b"\n")
        return bool(data)

    def _do(self, command: str, value: Any) -> None:
        if command == "plugged":
            self._plug(plugged=value)
        elif command == "reset":
            self._reset()
        elif command == "rxbuf":
            self._receiver.size = value
        elif command == "rts":
            self._rts = value
        elif command == "blackout":
            self._blackout(begins=value)

    def _plug(self, *, plugged: bool) -> None:
        if self._host is not None:
            os.close(self._host)
        self._host = self._fds.pop(0) if plugged else None
        self._host_full = False
        if self._host is not None:
            os.set_blocking(self._host, False)

    def _reset(self) -> None:
        self._to_firmware.clear()
        self._to_host.clear()
        self._receiver.clear()
        _discard(self._firmware)
        self._rts = False

    def _blackout(self, *, begins: bool) -> None:
        if begins:
            self._receiver.blackout = True
        else:
            self._receiver.end_blackout()


def _unread(fd: int) -> int:
    count = array.array("i", [0])
    fcntl.ioctl(fd, termios.FIONREAD, count)
    return count[0]


def _read(fd: int, size: int) -> bytes:
    try:
        return os.read(fd, size)
    except OSError:
        return b""


def _discard(fd: int) -> None:
    while _read(fd, 65536):
        pass


def main() -> None:
    """Run with the file descriptors and settings of the command line."""
    host, firmware, peek, control = (int(argument) for argument in sys.argv[1:5])
    for fd in (host, firmware, peek):
        os.set_blocking(fd, False)
    settings = json.loads(sys.argv[5])
    with suppress(KeyboardInterrupt):
        Pump(host, firmware, peek, socket.socket(fileno=control), settings["baud"]).run()


if __name__ == "__main__":
    main()
