# SPDX-License-Identifier: Apache-2.0
"""The crash record: why the firmware failed, left in flash for the boot after the reset."""

import gc
import os
import sys

FILE = "crash.txt"
TOLD = "crash-told.txt"  # the same, once a WELCOME has told it
LARGEST = 1024  # bytes of it that are read back

CODES = {"dispatcher": 1, "memory": 2, "stalled": 3, "timer": 4}

during = ""  # the task that the dispatcher works on, "" in between: a task that loops is named by it

# Given back when the firmware fails, since the heap may be what ran out.
_reserve = bytearray(8192)


def give_back() -> None:
    """Let go of the reserve: on a full heap each longer function's frame costs a collection that finds nothing."""
    global _reserve
    _reserve = b""


def leave(store: str, kind: str, reason: str, fault: "BaseException | None" = None) -> None:
    """Write the record: its kind, a sentence with the task at work, the traceback of `fault`. Never raises."""
    give_back()
    try:
        gc.collect()
        if during:
            reason = "%s, in %s" % (reason, during)
        with open(store + FILE, "w") as record:
            record.write(kind + "\n" + reason + "\n")
            if fault:
                sys.print_exception(fault, record)
    except Exception as second:  # nothing is left to tell it with, and the reset must come
        sys.print_exception(second)


def take(store: str) -> int:
    """The code of the record that the last boot left, or 0. It is told once, then kept for reading."""
    try:
        with open(store + FILE) as record:
            code = CODES.get(record.readline().strip(), 1)
    except OSError:
        return 0
    try:
        os.remove(store + TOLD)
    except OSError:
        pass  # the first record of this board
    try:
        os.rename(store + FILE, store + TOLD)
    except OSError as fault:  # it will be told again, which is better than not at all
        sys.print_exception(fault)
    return code


def read(store: str) -> str:
    """The text of the newest record that was told, or an empty one."""
    try:
        with open(store + TOLD) as record:
            return record.read(LARGEST)
    except OSError:
        return ""
