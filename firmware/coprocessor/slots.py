# SPDX-License-Identifier: Apache-2.0
"""The two slots that versions of the firmware live in, and the record of which one runs. docs/flash.md.

The boot stub brings this file as well as the firmware; the record's layout is what they share.
"""

import os
from binascii import hexlify
from hashlib import sha256

SLOTS = ("a", "b")
RECORD = "slots.txt"
MANIFEST = "manifest"
SIGNATURE = "signature"
STARTS = 3  # of a version that nobody has confirmed
_PIECE = 1024  # bytes between two yields
_FIRST = "1"  # of a record: its layout
_DIRECTORY = 0x4000


class Record:
    """Which slot runs (`active`), which one is tried and how often still, and what each was sealed with.

    `seals` has the SHA-256 of a slot's manifest, in hexadecimal, once all of its files were checked; "" means that
    the slot must not run. `counter` is the least that a version may carry. `why` tells the last fall-back.
    """

    def __init__(self):
        self.active = ""
        self.trial = ""
        self.left = 0
        self.counter = 0
        self.seals = {"a": "", "b": ""}
        self.why = ""

    def drop_trial(self, why: str) -> None:
        """The version on trial is given up, for good."""
        self.seals[self.trial] = ""
        self.trial = ""
        self.left = 0
        self.why = why


def read(root: str) -> "Record | None":
    """The record below `root`, or None where there is no whole one."""
    for name in (RECORD, RECORD + ".new"):
        try:
            with open(root + name) as file:
                lines = file.read().split("\n")
        except (OSError, UnicodeError):
            continue
        if len(lines) == 9 and lines[0] == _mark(lines[1:]) and lines[1] == _FIRST:
            record = Record()
            record.active, record.trial = lines[2], lines[3]
            record.left, record.counter = int(lines[4]), int(lines[5])
            record.seals = {"a": lines[6], "b": lines[7]}
            record.why = lines[8]
            return record
    return None


def held(root: str) -> Record:
    """The record below `root`; where there is none, that of a board without a version."""
    return read(root) or Record()


def write(root: str, record: Record) -> None:
    """Replace the record: after a power cut there is the old one or the new one.

    littlefs commits a file when it is closed and replaces one by a rename in a single commit.
    """
    lines = [_FIRST, record.active, record.trial, str(record.left), str(record.counter)]
    lines += [record.seals["a"], record.seals["b"], record.why.replace("\n", " ")[:120]]
    with open(root + RECORD + ".new", "w") as file:
        file.write("\n".join([_mark(lines)] + lines))
    os.rename(root + RECORD + ".new", root + RECORD)


def _mark(lines: list) -> str:
    return hexlify(sha256("\n".join(lines).encode()).digest()[:8]).decode()


def here() -> tuple:
    """(root, slot) of the version that runs; both empty when it was not started from a slot."""
    path = os.getcwd()
    slot = path[-1]
    if path[-2:-1] != "/" or slot not in SLOTS or read(path[:-1]) is None:
        return "", ""
    return path[:-1], slot


def facts(folder: str) -> dict:
    """The head of a manifest: version, board, abi, counter. A value that is not there is empty."""
    found = {"version": "", "board": "", "abi": "", "counter": ""}
    with open(folder + "/" + MANIFEST) as lines:
        found["phosphene"] = lines.readline().strip()
        for line in lines:
            key, _, value = line.strip().partition(" ")
            if key == "file":
                break
            found[key] = value
    return found


def contents(folder: str):
    """Yield (name, size, SHA-256 in hexadecimal) of each file that a manifest names."""
    with open(folder + "/" + MANIFEST) as lines:
        for line in lines:
            if line.startswith("file "):
                _, digest, size, name = line.strip().split(" ")
                yield name, int(size), digest


def digest(path: str):
    """The SHA-256 of a file in hexadecimal, "" when it isn't there; a generator that yields 0 after each piece."""
    piece = bytearray(_PIECE)
    view = memoryview(piece)
    hashing = sha256()
    try:
        with open(path, "rb") as file:
            while True:
                n = file.readinto(piece)
                if not n:
                    break
                hashing.update(view[:n])
                yield 0
    except OSError:
        return ""
    return hexlify(hashing.digest()).decode()


def check(folder: str, seal: str):
    """Why this slot must not run, or ""; a generator like `digest`. Everything is read back from flash."""
    if not seal:
        return "it was never sealed"
    found = yield from digest(folder + "/" + MANIFEST)
    if found != seal:
        return "its manifest is not the one that was sealed"
    count = 2
    for name, _, wanted in contents(folder):
        found = yield from digest(folder + "/" + name)
        if found != wanted:
            return "%s is %s" % (name, "damaged" if found else "not there")
        count += 1
    # An unnamed file could stand in for a named one: a .py is imported before its .mpy.
    there = len(files(folder))
    if there != count:
        return "it holds %d files, and its manifest names %d" % (there - 2, count - 2)
    return ""


def files(folder: str) -> list:
    """The names of all files in a slot, those of its folders as `folder/name`."""
    found = []
    for entry in os.ilistdir(folder):
        if entry[1] == _DIRECTORY:
            found += [entry[0] + "/" + name for name in files(folder + "/" + entry[0])]
        else:
            found.append(entry[0])
    return found
