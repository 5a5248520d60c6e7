# SPDX-License-Identifier: Apache-2.0
"""A littlefs of the board on its simulated NOR flash: where the firmware writes, as on a real chip.

The program's own files stay in the launcher's folder, where they are quick to
load; what is written here erases sectors and silences the line as it should.
"""

import json

from sim_flash import SimFlash
from vfs import VfsLfs2, mount

PATH = "/flash"
SIZE = 64 * 1024
BLOCK = SimFlash.SECTOR


class Blocks:
    """The block device that littlefs wants, on a region of flash."""

    def __init__(self):
        self._flash = SimFlash("files", SIZE)

    def readblocks(self, block, buf, offset=0):
        buf[:] = self._flash.read(block * BLOCK + offset, len(buf))

    def writeblocks(self, block, buf, offset=0):
        self._flash.program(block * BLOCK + offset, buf)

    def ioctl(self, operation, argument):
        if operation == 4:
            return SIZE // BLOCK
        if operation == 5:
            return BLOCK
        if operation == 6:
            self._flash.erase(argument * BLOCK, BLOCK)
        return 0


def attach() -> None:
    """Mount the file system if `board.json` names it as its store; it is made on a chip that has none."""
    try:
        with open("board.json") as file:
            if json.load(file).get("store") != PATH + "/":
                return
    except OSError:
        return
    blocks = Blocks()
    try:
        files = _open(blocks)
    except OSError:
        VfsLfs2.mkfs(blocks, readsize=SimFlash.PAGE, progsize=SimFlash.PAGE)  # pyright: ignore[reportArgumentType]
        files = _open(blocks)
    mount(files, PATH)


def _open(blocks):
    return VfsLfs2(blocks, readsize=SimFlash.PAGE, progsize=SimFlash.PAGE)  # pyright: ignore[reportArgumentType]
