# SPDX-License-Identifier: Apache-2.0
"""What a version shows of itself before it may be confirmed: its tasks load, its sums are right, its store takes files.

Nothing moves: outputs stay as they are.
"""

import gc
import os

import device
import installing

_RECORD = "self-test.tmp"


def run():
    """Yield as `installing` does; return "" or what is wrong."""
    why = _sums()
    if why:
        return why
    yield 0
    registry = device.registry
    module = ""
    for number in range(registry.count):
        try:
            found = registry.task(number)
        except Exception as fault:
            return "task %d does not load: %r" % (number, fault)
        if found.module != module:  # all of them at once would fill the heap, as no use of the board does
            module = found.module
            del found
            registry.tidy()
        yield 0
    registry.tidy()
    gc.collect()
    yield 0
    # A fourth is what the registry keeps free for tasks at work.
    if gc.mem_free() < (gc.mem_alloc() + gc.mem_free()) // 4:
        return "only %d bytes of the heap are free" % gc.mem_free()
    yield installing.WRITE
    try:
        return _store()
    except OSError as fault:
        return "the store takes no files: %r" % fault


def _sums() -> str:
    """Known answers of what everything else leans on."""
    import crc
    from sha512 import sha512

    body = bytearray(b"123456789\0\0\0\0")
    crc.append(body, 9)
    if bytes(body[9:]) != b"\x26\x39\xf4\xcb":  # the check value of CRC-32
        return "CRC-32 is wrong"
    if sha512(b"abc")[:8] != b"\xdd\xaf\x35\xa1\x93\x61\x7a\xba":  # FIPS 180-4's example
        return "SHA-512 is wrong"
    if device.config["board"] == "":
        return "board.json names no board"
    return ""


def _store() -> str:
    path = device.store + _RECORD
    with open(path, "wb") as file:
        file.write(_RECORD)
    with open(path, "rb") as file:
        read = file.read()
    os.remove(path)
    return "" if read == _RECORD.encode() else "the store gave back other bytes than it took"
