# SPDX-License-Identifier: Apache-2.0
"""A serial port in memory: what a test puts in comes out in pieces of its choice."""


class MemoryPort:
    """`readinto` gives at most `piece` bytes; `write` takes at most `room` at a time."""

    def __init__(self, piece=256, room=4096):
        self.waiting = b""
        self.sent = b""
        self.piece = piece
        self.room = room

    def readinto(self, buf):
        n = min(self.piece, len(buf), len(self.waiting))
        if not n:
            return None
        buf[:n] = self.waiting[:n]
        self.waiting = self.waiting[n:]
        return n

    def write(self, data):
        n = min(self.room, len(data))
        self.sent += bytes(data[:n])
        return n or None
