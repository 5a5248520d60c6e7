# SPDX-License-Identifier: Apache-2.0
"""The UART, whose far end is the line: the chip's first."""

import io

import _chip
import sim_link as link


class UART(io.IOBase):
    """The line. `readinto` and `read` return at once, None when nothing is there; `write` takes all."""

    CTS, RTS = 1, 2
    INV_TX, INV_RX = 1, 2

    def __init__(self, id, baudrate=115200, **options):
        self.readinto = _chip.line.readinto
        self.read = _chip.line.read
        self.write = _chip.line.write
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
        return 1 if _chip.line_ready(0) else 0

    def flush(self):
        pass

    def txdone(self):
        return True
