# SPDX-License-Identifier: Apache-2.0
"""Replies kept until the host has read them, so that a retry never runs twice."""

from array import array


class Replies:
    """A ring of message bytes with one slot per kept reply; nothing is allocated later."""

    def __init__(self, size: int, slots: int, largest: int):
        self.buf = bytearray(size)
        self._size = size
        self._largest = largest
        self._slots = slots
        self._ids = array("i", bytearray(4 * slots))
        self._kinds = bytearray(slots)
        self._starts = array("i", bytearray(4 * slots))
        self._ends = array("i", bytearray(4 * slots))
        self.clear()

    def clear(self) -> None:
        self._first = 0  # slot of the oldest
        self._used = 0
        self._at = 0  # where the next reply begins

    def release(self, oldest_wanted: int) -> None:
        """Let go of the replies before id `oldest_wanted`."""
        while self._used and self._ids[self._first] < oldest_wanted:
            self._first = (self._first + 1) % self._slots
            self._used -= 1

    def room(self) -> bool:
        """Make sure that `at` begins a stretch for the largest reply."""
        if not self._used:
            self._at = 0
            return True
        if self._used == self._slots:
            return False
        oldest = self._starts[self._first]
        if self._at > oldest:
            if self._at + self._largest <= self._size:
                return True
            if self._largest > oldest:
                return False
            self._at = 0
            return True
        return self._at + self._largest <= oldest

    @property
    def at(self) -> int:
        """Where the next reply is to be written in `buf`."""
        return self._at

    def keep(self, request: int, kind: int, end: int) -> int:
        """Keep what was written from `at` to `end` as the reply; its slot."""
        slot = (self._first + self._used) % self._slots
        self._ids[slot] = request
        self._kinds[slot] = kind
        self._starts[slot] = self._at
        self._ends[slot] = end
        self._used += 1
        # An empty reply takes a byte too: a start that two replies share looks like a full ring.
        self._at = end + (end == self._starts[slot])
        return slot

    def find(self, request: int) -> int:
        """The slot of this id's reply, or -1 when it was let go."""
        for i in range(self._used):
            slot = (self._first + i) % self._slots
            if self._ids[slot] == request:
                return slot
        return -1

    def kind(self, slot: int) -> int:
        return self._kinds[slot]

    def start(self, slot: int) -> int:
        return self._starts[slot]

    def end(self, slot: int) -> int:
        return self._ends[slot]
