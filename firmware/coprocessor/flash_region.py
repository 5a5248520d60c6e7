# SPDX-License-Identifier: Apache-2.0
"""A region of NOR flash outside the file system: pages are programmed, which clears bits, and sectors erased.

Both stop interrupts: whoever writes does so within a flash pause, or says why not.
"""

import machine
from micropython import const
from refusal import refused

SECTOR = const(4096)
PAGE = const(256)
PAGE_MS = const(3)  # a page takes 1 ms, and 3 at most by the data sheet of a W25Q
# A sector takes 45 ms, on a chip near its end up to 400: then an armed board's dead-man falls.
ERASE_MS = const(50)


class _Simulated:
    """On the simulated board."""

    def __init__(self, name, size):
        self.size = size
        self._flash = machine.SimFlash(name, size)  # pyright: ignore[reportAttributeAccessIssue] -- the simulator's own

    def read(self, offset, n) -> bytes:
        return self._flash.read(offset, n)

    def program(self, offset, page) -> None:
        """Clear the bits that are 0 in the 256 bytes of `page`."""
        self._flash.program(offset, page)

    def erase(self, offset) -> None:
        """Set all bits of a sector."""
        self._flash.erase(offset, SECTOR)


class _Rp2:
    """On an RP2: a part of the flash that the file system was told to leave alone."""

    def __init__(self, start, size):
        from rp2 import Flash

        self.size = size
        self._flash = Flash(start=start, len=size)

    def read(self, offset, n) -> bytes:
        found = bytearray(n)
        self._flash.readblocks(offset // SECTOR, found, offset % SECTOR)
        return bytes(found)

    def program(self, offset, page) -> None:
        # With an offset it programs without erasing first.
        self._flash.writeblocks(offset // SECTOR, page, offset % SECTOR)

    def erase(self, offset) -> None:
        self._flash.ioctl(6, offset // SECTOR)


def open_region(name: str, config: dict):
    """The region `name` as `board.json` declares it under "flash": {name: {"start", "size"}}. Raises Refusal.

    The simulated board has flash of its own for each name, and needs no declaration.
    """
    declared = config.get("flash", {}).get(name)
    if hasattr(machine, "SimFlash"):
        return _Simulated(name, declared["size"] if declared else 8 * SECTOR)
    if not declared:
        raise refused("board.json reserves no flash for %r; give its start and size" % name)
    return _Rp2(declared["start"], declared["size"])
