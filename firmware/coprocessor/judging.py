# SPDX-License-Identifier: Apache-2.0
"""Whether a board may take a version: what its manifest says against what the board is. docs/flash.md."""

import os
import sys

import slots

FORMAT = "phosphene bundle 1"
_BLOCK = 4096  # a file takes whole ones
_SPARE = 8  # blocks: folders, the record and littlefs's own need some


class Unfit(Exception):
    """The bundle, or the board as it is, does not allow this; the text says why and what cures it."""


def abi() -> str:
    """What .mpy files this interpreter loads, as the boot stub says it."""
    mpy = sys.implementation._mpy
    return "%d.%d/%d" % (mpy & 0xFF, mpy >> 8 & 3, mpy >> 10 & 15)


def judge(facts: dict, board: str, counter: int) -> None:
    """Raise Unfit unless the head of a manifest is for this board, this interpreter, and not too old."""
    if facts["phosphene"] != FORMAT:
        raise Unfit("this is no bundle that this firmware knows")
    if facts["board"] != board:
        raise Unfit("it is for board %s, and this is %s" % (facts["board"], board))
    if facts["abi"] != abi():
        raise Unfit("it is compiled for ABI %s, and this interpreter has %s" % (facts["abi"], abi()))
    if not facts["counter"].isdigit() or int(facts["counter"]) < counter:
        raise Unfit("its counter is %s, and this board takes %d or more" % (facts["counter"], counter))


def check_names(folder: str) -> None:
    """Raise Unfit when a manifest names what must not lie in a slot, or something twice."""
    seen = set()
    for name, _, _ in slots.contents(folder):
        path = name[6:] if name.startswith("tasks/") else name
        odd = not path or "/" in path or path[0] == "." or not all([" " < c < "\x7f" for c in path])
        if odd or name in seen or name in (slots.MANIFEST, slots.SIGNATURE):
            raise Unfit("%s is no name for a file in a slot" % name)
        seen.add(name)
    if "main.mpy" not in seen and "main.py" not in seen:
        raise Unfit("it has no main program")


def check_room(root: str, folder: str, wanted: list) -> None:
    """Raise Unfit when the file system has no room for files of (name, size, …) in this slot."""
    status = os.statvfs(root)
    free = status[0] * status[3] // _BLOCK
    need = 0
    for name, size, _ in wanted:
        need += size // _BLOCK + 1
        try:  # what is to be replaced gives its room back
            free += os.stat(folder + "/" + name)[6] // _BLOCK
        except OSError:
            pass
    if need + _SPARE > free:
        raise Unfit(
            "it takes %d KiB and the file system has %d; remove files of yours from the board" % (4 * need, 4 * free)
        )
