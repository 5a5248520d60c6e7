# SPDX-License-Identifier: Apache-2.0
"""Wires between simulated boards: what one drives, the others on the same net see, at the time at which it did so.

A net is resolved as wires are: whoever drives wins over resistors, and of two that drive against each other the low
one. Both boards must live on one event loop.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import Protocol

from phosphene_tools.sim.board import Cause, SimBoard
from phosphene_tools.sim.clock import now_us

Changed = Callable[[int], None]
"""Called with a time in microseconds of CLOCK_MONOTONIC."""

Does = tuple[int | None, int | None]
"""What an end does to its wire: the level that it drives, and the one that a resistor of its own gives."""

_FREE: Does = (None, None)


class End(Protocol):
    """Where a wire ends."""

    def does(self) -> Does:
        """Return what this end does to the wire."""
        ...

    def see(self, level: int | None, time_us: int) -> None:
        """Take what the other ends do to it: a level, or None when they let it float."""
        ...

    def watch(self, changed: Changed) -> None:
        """Have `changed` called whenever `does` may have changed."""
        ...


class PinEnd:
    """A pin of a board, behind ENABLE if it is guarded."""

    def __init__(self, board: SimBoard, pin: int) -> None:
        self._board = board
        self._pin = pin

    def does(self) -> Does:
        """See End."""
        return self._board.pins.does(self._pin)

    def see(self, level: int | None, time_us: int) -> None:
        """See End."""
        self._board.set_input(self._pin, level, time_us)

    def watch(self, changed: Changed) -> None:
        """See End."""
        self._board.pins.join(self._pin, changed)


class EnableEnd:
    """The ENABLE line of a board, behind its dead-man: an output."""

    def __init__(self, board: SimBoard) -> None:
        self._board = board

    def does(self) -> Does:
        """See End."""
        return int(self._board.pins.enable), None

    def see(self, level: int | None, time_us: int) -> None:
        """See End: nothing drives ENABLE but its gate."""

    def watch(self, changed: Changed) -> None:
        """See End."""
        self._board.pins.join_enable(changed)


class HoldEnd:
    """A board's reset line, or the switch in its supply: while the wire is at `level` the board does not run."""

    def __init__(self, board: SimBoard, cause: Cause, level: int, up: UpEnd) -> None:
        self._board = board
        self._cause: Cause = cause
        self._level = level
        self._up = up
        self._released: asyncio.Event | None = None
        self._holding: set[asyncio.Task[None]] = set()

    def does(self) -> Does:
        """See End: a resistor keeps it from holding."""
        return None, 1 - self._level

    def see(self, level: int | None, time_us: int) -> None:
        """See End."""
        if level == self._level and self._released is None:
            self._released = asyncio.Event()
            self._up.fell(time_us)
            task = asyncio.get_running_loop().create_task(self._hold(self._released))
            self._holding.add(task)
            task.add_done_callback(self._holding.discard)
        elif level != self._level and self._released is not None:
            self._released.set()
            self._released = None

    def watch(self, changed: Changed) -> None:
        """See End: it never changes what it does."""

    async def _hold(self, released: asyncio.Event) -> None:
        await self._board.hold(self._cause, released)
        if self._released is None:
            self._up.rose(now_us())


class UpEnd:
    """The board's end of its line's TX: high once its UART is open, since an idle line is high; low in reset."""

    def __init__(self) -> None:
        self._high = 1
        self._changed: Changed = lambda _: None

    def does(self) -> Does:
        """See End."""
        return self._high, None

    def see(self, level: int | None, time_us: int) -> None:
        """See End."""

    def watch(self, changed: Changed) -> None:
        """See End."""
        self._changed = changed

    def fell(self, time_us: int) -> None:
        """The chip is in reset."""
        self._high = 0
        self._changed(time_us)

    def rose(self, time_us: int) -> None:
        """Its UART is open."""
        self._high = 1
        self._changed(time_us)


class ShortEnd:
    """The gate of a transistor that shorts a data line to ground.

    What arrives is the byte that it meets, low from the middle on; zeros for as long as it lasts; and the byte during
    which it lets go. Nothing that was on its way is taken out, since this line has no bits.
    """

    def __init__(self, board: SimBoard, byte_us: float, *, to_board: bool) -> None:
        self._board = board
        self._byte_us = byte_us
        self._to_board = to_board
        self._since_us: int | None = None

    def does(self) -> Does:
        """See End: a resistor keeps the transistor closed."""
        return None, 0

    def see(self, level: int | None, time_us: int) -> None:
        """See End."""
        if level and self._since_us is None:
            self._since_us = time_us
        elif not level and self._since_us is not None:
            noise = b"\x0f" + bytes(int((time_us - self._since_us) / self._byte_us)) + b"\xf0"
            self._since_us = None
            self._board.disturb(*((noise, b"") if self._to_board else (b"", noise)))

    def watch(self, changed: Changed) -> None:
        """See End: it never changes what it does."""


class CutEnd:
    """The coil of a relay whose contacts open the line's wires. To the host it looks like a cable that is pulled."""

    def __init__(self, board: SimBoard) -> None:
        self._board = board
        self._cut = False
        self._work: asyncio.Task[None] | None = None

    def does(self) -> Does:
        """See End."""
        return None, 0

    def see(self, level: int | None, time_us: int) -> None:
        """See End."""
        if bool(level) is not self._cut:
            self._cut = bool(level)
            self._work = asyncio.get_running_loop().create_task(self._follow(self._work))

    def watch(self, changed: Changed) -> None:
        """See End: it never changes what it does."""

    async def settled(self) -> None:
        """Wait until the cable is as the coil says."""
        if self._work is not None:
            await asyncio.wait([self._work])

    async def _follow(self, before: asyncio.Task[None] | None) -> None:
        if before is not None:
            await asyncio.wait([before])
        await (self._board.pull_cable() if self._cut else self._board.plug_cable())


class Net:
    """One wire, or several that touch."""

    def __init__(self, *ends: End) -> None:
        """Solder the ends together; it is settled at once."""
        self._ends = ends
        for end in ends:
            end.watch(self._settle)
        self._settle(now_us())

    def _settle(self, time_us: int) -> None:
        does = [end.does() for end in self._ends]
        for at, end in enumerate(self._ends):
            end.see(_level(does[at], does[:at] + does[at + 1 :]), time_us)


def _level(own: Does, others: Sequence[Does]) -> int | None:
    """What the other ends make of the wire, as this end sees it. Its own resistor is its own affair."""
    driven = [strong for strong, _ in others if strong is not None]
    if driven:
        return min(driven)
    pulled = [weak for _, weak in others if weak is not None]
    return min(pulled) if pulled and own[1] is None else None
