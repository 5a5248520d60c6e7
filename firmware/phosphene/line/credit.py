# SPDX-License-Identifier: Apache-2.0
"""How much may be unanswered at once: calls, and bytes as they stand on the wire."""

from __future__ import annotations

from typing import Final

from phosphene.line.wire import Hello

_BACK_MAX: Final = 255  # a CALL's `back` is one byte


class Credit:
    """The board's announced window and receive budget, and what of them is used.

    The window counts from the lowest unanswered id, since the firmware keeps the replies from there
    on. `limit` is the part of it that is used: a GAP for want of room lowers it, answers raise it again.
    """

    def __init__(self) -> None:
        self.message_max = 0
        self.budget = 0
        self.used = 0
        self.limit = 1
        self._window = 1
        self._answers = 0  # since the limit last moved

    def open(self, hello: Hello) -> None:
        """Begin a session with what its hello allows."""
        self._window = self.limit = min(_BACK_MAX, max(1, hello.window))
        self.budget, self.message_max = hello.rx_budget, hello.max_message
        self.used = self._answers = 0

    def too_large(self, length: int, size: int) -> bool:
        """Tell whether a message of `length` bytes, `size` on the wire, can never be sent."""
        return length > self.message_max or size > self.budget

    def allows(self, size: int) -> bool:
        """Tell whether `size` more wire bytes may be unanswered now."""
        return self.used + size <= self.budget

    def give_back(self, size: int) -> None:
        """An answer came to a call of `size` wire bytes."""
        self.used -= size
        if self.limit < self._window:
            self._answers += 1
            if self._answers >= self.limit:
                self.limit, self._answers = self.limit + 1, 0

    def lower(self, limit: int) -> None:
        """The firmware can keep no more than `limit` replies of this length."""
        self.limit, self._answers = max(1, min(limit, self._window)), 0
