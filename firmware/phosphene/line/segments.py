# SPDX-License-Identifier: Apache-2.0
"""Messages longer than one frame: cut into segments, and put together in whatever order they come."""

from __future__ import annotations

from typing import Final

from phosphene.line.wire import FRAME_OVERHEAD, MORE, PAYLOAD_MAX

INDEX_MAX: Final = MORE - 1
MESSAGE_MAX: Final = (INDEX_MAX + 1) * PAYLOAD_MAX
"""Bytes that 128 segments can carry; a board's `max_message` is usually lower."""


def split(message: bytes) -> list[tuple[int, bytes]]:
    """Return (segment byte, payload) of each frame that carries `message`, in order."""
    if len(message) <= PAYLOAD_MAX:
        return [(0, message)]
    last = (len(message) - 1) // PAYLOAD_MAX
    if last > INDEX_MAX:
        raise ValueError(f"{len(message)} bytes do not fit into {INDEX_MAX + 1} segments")
    return [
        (index | (MORE if index < last else 0), message[index * PAYLOAD_MAX : (index + 1) * PAYLOAD_MAX])
        for index in range(last + 1)
    ]


def wire_size(length: int) -> int:
    """Return how many bytes a message of `length` bytes takes on the wire, delimiters included."""
    return length + FRAME_OVERHEAD * max(1, -(-length // PAYLOAD_MAX))


class Assembler:
    """The segments of one message that came so far. Repeated ones, and ones that contradict it, are ignored."""

    def __init__(self) -> None:
        self._parts: dict[int, bytes] = {}
        self._last = -1  # index of the last segment, once that came

    def add(self, segment: int, payload: bytes) -> bytes | None:
        """Take one segment; return the message once it is whole."""
        index = segment & INDEX_MAX
        if segment & MORE:
            fits = len(payload) == PAYLOAD_MAX and (self._last < 0 or index < self._last)
        else:
            fits = index >= max(self._parts, default=0) and self._last in (-1, index)
        if not fits:
            return None
        if not segment & MORE:
            self._last = index
        self._parts[index] = payload
        if len(self._parts) <= self._last or self._last < 0:
            return None
        return b"".join(self._parts[index] for index in range(self._last + 1))

    @property
    def has_last(self) -> bool:
        """True when the last segment came: what is missing now was lost, not late."""
        return self._last >= 0
