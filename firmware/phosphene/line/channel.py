# SPDX-License-Identifier: Apache-2.0
"""What `Link` and `BrokerChannel` have in common: the way to one board, whoever owns its port."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from typing import Any, Protocol

from phosphene.line.events import LineEvent, LinkState
from phosphene.line.tap import TapRecord
from phosphene.line.wire import Hello, Leased


class Subscription(Protocol):
    """The board's events and the line's changes, in order, from the moment of subscribing."""

    def __aiter__(self) -> AsyncIterator[LineEvent]:
        """Return itself."""
        ...

    async def __anext__(self) -> LineEvent:
        """Return the next; ends when the subscription or the channel is closed."""
        ...

    def close(self) -> None:
        """End it."""
        ...


class Counters(Protocol):
    """What a channel counted."""

    def as_dict(self) -> dict[str, Any]:
        """Return all counters by name."""
        ...


class TimeMap(Protocol):
    """The firmware's clock (µs since boot) as the host's monotonic clock (s) knows it."""

    def to_mcu(self, host_s: float) -> float:
        """Return the firmware's time in µs at host time `host_s`."""
        ...

    def to_host(self, mcu_us: float) -> float:
        """Return the host's time in seconds at firmware time `mcu_us`."""
        ...

    def error_us(self, host_s: float) -> float:
        """Return the bound on the error of `to_mcu(host_s)` in µs; infinite before the first sample."""
        ...


class Channel(Protocol):
    """Calls, lease, events and taps of one board. A channel survives resets and unplugged cables."""

    @property
    def hello(self) -> Hello:
        """The board's newest hello."""
        ...

    @property
    def state(self) -> LinkState:
        """What a call would find."""
        ...

    @property
    def stats(self) -> Counters:
        """What was counted about the line."""
        ...

    @property
    def clock(self) -> TimeMap:
        """The board's clock as the host knows it."""
        ...

    async def call(
        self,
        task: int,
        args: bytes,
        *,
        timeout: float,
        idempotent: bool = False,
        longest_ms: int = 10,
        on_sent: Callable[[int, int, int], None] | None = None,
    ) -> bytes:
        """Call a task by number with encoded arguments; return its encoded results.

        `timeout` is in seconds from now, `longest_ms` the task's longest run time. `on_sent` gets boot id, session
        and request under which the call was sent, before or with the answer. Raises a LineError.
        """
        ...

    async def renew(self, tick: int, capture_ms: int, inferences: int) -> Leased:
        """Renew the lease with proof of progress. Raises a LineError."""
        ...

    def subscribe(self) -> Subscription:
        """Listen to events and changes of the line from now on."""
        ...

    def tap(self, callback: Callable[[TapRecord], None]) -> Callable[[], None]:
        """Hand every frame, both ways, to `callback`; return a function that ends it."""
        ...

    async def close(self) -> None:
        """Leave. Who waits gets a LineError."""
        ...
