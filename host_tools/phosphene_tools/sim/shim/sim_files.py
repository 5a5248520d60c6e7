# SPDX-License-Identifier: Apache-2.0
"""A littlefs of the board on its simulated NOR flash: where the firmware writes, as on a real chip.

On a board that was flashed it holds the program too, under its boot stub. Until
then the program's files are those of the launcher's folder, where they are quick
to change and to load; what is written here erases sectors and silences the line
as it should.
"""

import json
import os

from sim_flash import SimFlash
from vfs import VfsLfs2, mount

PATH = "/flash"
SIZE = 1408 * 1024  # a Pico's
BLOCK = SimFlash.SECTOR


class Blocks:
    """The block device that littlefs wants, on a region of flash."""

    def __init__(self):
        self._flash = SimFlash("files", SIZE)
        # Read past the launcher: a chip's flash is memory, and littlefs looks at it ten thousand times in a start.
        self._cells = open(".chip/files.nor", "rb")

    def readblocks(self, block, buf, offset=0):
        self._cells.seek(block * BLOCK + offset)
        self._cells.readinto(buf)

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


def attach() -> str:
    """Mount the file system if `board.json` names it as its store; it is made on a chip that has none.

    Returns the program to run: the boot stub if the board was flashed, else that of the launcher's folder.
    """
    try:
        with open("board.json") as file:
            if json.load(file).get("store") != PATH + "/":
                return "main.py"
    except OSError:
        return "main.py"
    blocks = Blocks()
    try:
        files = _open(blocks)
    except OSError:
        VfsLfs2.mkfs(blocks, readsize=SimFlash.PAGE, progsize=SimFlash.PAGE)  # pyright: ignore[reportArgumentType]
        files = _open(blocks)
    mount(files, PATH)
    if "main.py" not in os.listdir(PATH):
        return "main.py"
    _hand_over("arm.key")
    os.chdir(PATH)
    return PATH + "/main.py"


def _hand_over(name) -> None:
    """What the board came with from its maker lies in its own flash."""
    if name not in os.listdir(PATH):
        with open(name, "rb") as old, open(PATH + "/" + name, "wb") as new:
            new.write(old.read())


def _open(blocks):
    return VfsLfs2(blocks, readsize=SimFlash.PAGE, progsize=SimFlash.PAGE)  # pyright: ignore[reportArgumentType]
