# SPDX-License-Identifier: Apache-2.0
"""A region of the simulated chip's flash, outside of its file system."""

from struct import pack

import sim_link as link

_FLASH_DEVICE = 3
_OPEN, _READ, _ERASE, _PROGRAM = 0, 1, 2, 3


class SimFlash:
    """NOR flash: `program` clears bits, `erase` sets them by sectors of 4096 bytes.

    Both take the flash's own time, in which no interrupt is served and a UART overruns.
    Raises OSError EINVAL outside of the region.
    """

    SECTOR = 4096
    PAGE = 256

    def __init__(self, name, size):
        self._name = name.encode()
        self.size = size
        self._do(_OPEN, 0, size)

    def read(self, offset, n):
        return self._do(_READ, offset, n)

    def erase(self, offset, length):
        self._do(_ERASE, offset, length)

    def program(self, offset, data):
        self._do(_PROGRAM, offset, 0, data)

    def _do(self, operation, offset, count, data=b""):
        head = pack("<BBxxII", operation, len(self._name), offset, count)
        return link.request(_FLASH_DEVICE, head + self._name + bytes(data))
