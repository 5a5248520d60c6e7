# SPDX-License-Identifier: Apache-2.0
"""Who of the clients holds the board's lease: one at a time, until it leaves or its lease has run out."""

from __future__ import annotations

from typing import Generic, TypeVar

C = TypeVar("C")

FIRST_S = 1.0
"""How long somebody's first renewal keeps the others out, before any is answered. The broker itself never renews."""


class LeaseHolder(Generic[C]):
    """`now` is the host's monotonic clock in seconds."""

    def __init__(self) -> None:
        self._client: C | None = None
        self._until = 0.0

    def holder(self, now: float) -> C | None:
        """Return who holds the lease."""
        return self._client if now < self._until else None

    def claim(self, client: C, now: float) -> bool:
        """Take the lease for `client`, or keep it; False when somebody else holds it."""
        holder = self.holder(now)
        if holder is not None and holder is not client:
            return False
        if holder is None:
            self._client, self._until = client, now + FIRST_S
        return True

    def renewed(self, client: C, left_s: float, now: float) -> None:
        """The board answered the holder's renewal: the lease has `left_s` left."""
        if self._client is client:
            self._until = max(self._until, now + left_s)

    def leave(self, client: C) -> None:
        """The client is gone, and with it its claim; the board's lease runs out by itself."""
        if self._client is client:
            self._client = None
