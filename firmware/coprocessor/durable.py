# SPDX-License-Identifier: Apache-2.0
"""Small records in the board's files that a power cut leaves whole: the old one or the new one.

A record is written beside the old one and then renamed over it. On a file
system whose rename is not atomic (FAT) the cut may leave the new one only
under its first name, where `read` finds it. A checksum tells a whole record.
"""

import os
from hashlib import sha256

from micropython import const
from refusal import refused

MARK = const(8)  # bytes of checksum before the content


def read(path: str) -> "bytes | None":
    """The content, or None where none was ever written.

    Raises Refusal when something lies there that is not whole: to go on as if
    it had never been written could take a counter back or open a key slot.
    """
    found = False
    for name in (path, path + ".new"):
        try:
            with open(name, "rb") as file:
                record = file.read()
        except OSError:
            continue
        if record[:MARK] == _mark(record[MARK:]):
            return record[MARK:]
        # A torn record under its first name was never the valid one.
        found = found or name == path
    if found:
        raise refused("%s is damaged; look at it in maintenance" % path)
    return None


def write(path: str, content: bytes) -> None:
    """Replace the content. To be called within a flash pause."""
    with open(path + ".new", "wb") as file:
        file.write(_mark(content) + content)
    os.rename(path + ".new", path)


def _mark(content: bytes) -> bytes:
    return sha256(content).digest()[:MARK]
