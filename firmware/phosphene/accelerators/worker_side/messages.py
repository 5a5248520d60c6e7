# SPDX-License-Identifier: Apache-2.0
"""Messages between host and worker: JSON in frames over a Unix socket, with open files beside them.

A frame is four letters, the length as a big-endian 32-bit number, and JSON. On the first socket the worker says
``ready`` once, and then takes ``open``, beside which comes the socket of one more graph. On a graph's socket each
request has one answer: ``load`` gives the graph's ends and, beside it, a piece of shared memory that holds them; a
``run`` takes its inputs from there and leaves its outputs there. An answer with ``error`` says whose fault it is:
"model", "accelerator" or "memory".
"""

from __future__ import annotations

import json
import os
import socket
import struct
import time
from typing import Any

MAGIC = b"PHW1"
HEADER = struct.Struct("!4sI")
MOST_BYTES = 4 << 20
# Bytes that are read at once where a message stands alone: more than any but that of a graph's ends.
_AT_ONCE = 4096
# Where tensors begin in the shared memory: a cache line, which is more than any kernel asks for.
ALIGNMENT = 64


class Garbled(Exception):
    """What came over the socket is no message of ours."""


def send(channel: socket.socket, message: dict[str, Any], descriptors: tuple[int, ...] = ()) -> None:
    """Send one message, with open files beside it; raises OSError when the other end is closed."""
    body = json.dumps(message).encode()
    frame = HEADER.pack(MAGIC, len(body)) + body
    sent = socket.send_fds(channel, [frame], list(descriptors)) if descriptors else 0
    channel.sendall(frame[sent:])


def receive(
    channel: socket.socket, until: float | None = None, *, alone: bool = False
) -> tuple[dict[str, Any], tuple[int, ...]]:
    """Return the next message and the open files beside it, which are the caller's to close.

    `alone`: nothing follows it before it was answered, so that it may be read in one go, which is quicker.

    Raises EOFError when the other end is closed, TimeoutError at the time `until` (of `time.monotonic`), Garbled for
    anything that is no message.
    """
    descriptors: list[int] = []
    try:
        got = _read(channel, HEADER.size, _AT_ONCE if alone else HEADER.size, until, descriptors)
        magic, length = HEADER.unpack_from(got)
        if magic != MAGIC or length > MOST_BYTES:
            raise Garbled(f"a message begins with {magic!r}")
        left = HEADER.size + length - len(got)
        got += _read(channel, left, left, until, descriptors)
        if left < 0:
            raise Garbled("a message is followed by something else")
        message: Any = json.loads(got[HEADER.size :])
        if not isinstance(message, dict):
            raise Garbled("a message is no object")
    except BaseException as error:
        for descriptor in descriptors:
            os.close(descriptor)
        # json's error and that of a wrong encoding.
        if isinstance(error, (ValueError, RecursionError)):
            raise Garbled("a message is no JSON") from error
        raise
    return message, tuple(descriptors)


def _read(channel: socket.socket, least: int, most: int, until: float | None, descriptors: list[int]) -> bytes:
    """Return at least `least` bytes, and what came with them up to `most`."""
    got = b""
    while len(got) < least:
        left = None if until is None else until - time.monotonic()
        if left is not None and left <= 0:
            raise TimeoutError
        if left is not None or channel.gettimeout() is not None:
            channel.settimeout(left)
        try:
            part, beside, _, _ = socket.recv_fds(channel, most - len(got), 4)
        # The socket's own class stands apart from TimeoutError before Python 3.10.
        except socket.timeout as error:  # noqa: UP041
            raise TimeoutError from error
        except ConnectionError as error:
            raise EOFError from error
        descriptors += beside
        if not part:
            raise EOFError
        got += part
    return got


def layout(ends: list[dict[str, Any]]) -> tuple[list[int], int]:
    """Return where each of these tensors begins in the shared memory, and the size of it all, both in bytes."""
    places: list[int] = []
    size = 0
    for end in ends:
        places.append(size)
        count = 4 if end["dtype"] == "float32" else 1
        for length in end["shape"]:
            count *= length
        size += -(-count // ALIGNMENT) * ALIGNMENT
    return places, max(size, ALIGNMENT)
