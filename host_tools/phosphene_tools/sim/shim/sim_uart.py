# SPDX-License-Identifier: Apache-2.0
"""The UART, whose far end is the line."""

import io
import select

import sim_link as link

_FD = int(link.setting("LINE_FD"))
# One for all: the garbage collector closes the file descriptor of a file object that it frees.
_port = open(_FD, "r+b", 0)


class UART(io.IOBase):
    """The line. `readinto` and `read` return at once, `write` may be partial, all None when nothing goes."""

    CTS, RTS = 1, 2
    INV_TX, INV_RX = 1, 2
    _GET_FILENO = 10

    def __init__(self, id, baudrate=115200, **options):
        self.readinto = _port.readinto
        self.read = _port.read
        self.write = _port.write
        self._poll = select.poll()
        self._poll.register(_FD, select.POLLIN)
        self._baud = baudrate
        self._rxbuf = 256
        self.init(baudrate, **options)

    def init(self, baudrate=None, *, rxbuf=None, flow=0, **options):
        self._baud = baudrate or self._baud
        self._rxbuf = rxbuf or self._rxbuf
        link.send(link.UART_OPEN, 0, self._baud | min(self._rxbuf, 65535) << 24 | (flow & self.RTS and 1) << 40)

    def deinit(self):
        pass

    def any(self):
        """1 when something waits, else 0: the number of bytes is not known here."""
        return 1 if self._poll.poll(0) else 0

    def flush(self):
        pass

    def txdone(self):
        return True

    def ioctl(self, request, argument):
        # Polling goes straight to the file descriptor.
        return _FD if request == self._GET_FILENO else -1
