# SPDX-License-Identifier: Apache-2.0
"""Follows one board: attaches to its broker, turns its tap into rows, and comes back when board or broker was gone."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Callable

from phosphene.errors import LineError, LinkLost
from phosphene.exact import Coprocessor
from phosphene.line.broker.channel import BrokerChannel
from phosphene.line.events import LinkState, StateChange
from phosphene.line.tap import TapRecord
from phosphene.line.wire import HelloFlags
from phosphene_tools.attach import attached
from phosphene_tools.monitor.entry import Entry, Grade, Names, note
from phosphene_tools.monitor.link_payloads import describe
from phosphene_tools.monitor.trace import Trace
from phosphene_tools.ports import RigPort

_LOOK_S = 0.5
_TOLD_WITHIN_S = 2.0


class Watch:
    """One board, whoever owns its port. `show` gets every row, in the event loop; it must be quick.

    `mcu` is None while no broker can be reached. `role` is observe, operate, arm or maintain.
    """

    def __init__(self, port: RigPort, role: str, show: Callable[[Entry], None]) -> None:
        self.port = port
        self.role = role
        self.mcu: Coprocessor | None = None
        self.names = Names()
        self._channel: BrokerChannel | None = None
        self._stack = contextlib.AsyncExitStack()
        self._seen_lost = 0
        self.show = show
        self._trace = Trace(self.names)
        self._running: asyncio.Task[None] | None = None

    async def open(self) -> None:
        """Attach, and follow the board from then on. Raises LineError when it can't be reached now."""
        await self._attach(start=True)
        self._running = asyncio.create_task(self._run(), name="watch")

    async def close(self) -> None:
        """Leave the broker."""
        if self._running:
            self._running.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._running
        await self._leave()

    def tell(self, text: str, grade: Grade = Grade.NOTE) -> None:
        """Add a row of our own."""
        self.show(note(time.monotonic_ns(), self.names, text, grade))

    async def _attach(self, *, start: bool) -> None:
        async with contextlib.AsyncExitStack() as stack:
            there = await stack.enter_async_context(attached(self.port, self.role, "monitor", start=start))
            there.channel.tap(self._on_frame)
            await self._learn_names(there.mcu)
            self._channel, self.mcu = there.channel, there.mcu
            self._seen_lost = 0
            self._stack = stack.pop_all()
        self.tell(f"attached to {self.port.line}: {describe(there.mcu.hello)}")

    async def _leave(self) -> None:
        self._channel = self.mcu = None
        await self._stack.aclose()

    async def _run(self) -> None:
        while True:
            assert self.mcu is not None
            await self._listen(self.mcu)
            # A broker that dies is replaced by the channel itself; this one was stopped on purpose, perhaps to
            # give the port to another program. So wait for the next one, and start none.
            self.tell("the broker was stopped; waiting for the next", Grade.ERROR)
            await self._leave()
            await self._wait_for_broker()

    async def _wait_for_broker(self) -> None:
        while True:
            await asyncio.sleep(_LOOK_S)
            with contextlib.suppress(LineError):
                await self._attach(start=False)
                return

    async def _listen(self, mcu: Coprocessor) -> None:
        """Tell the changes of the line until the channel is closed."""
        async for item in mcu.channel.subscribe():
            if isinstance(item, StateChange):
                await self._on_change(mcu, item)

    async def _on_change(self, mcu: Coprocessor, change: StateChange) -> None:
        words, grade = _CHANGES[change.state]
        if change.state is LinkState.UP and change.hello is not None:
            self.tell(f"{words}: {change.reason}; {describe(change.hello)}", grade)
            if self.names.dictionary is None or self.names.dictionary.hash != change.hello.dictionary_hash:
                await self._learn_names(mcu)
        else:
            self.tell(f"{words}: {change.reason}" if change.reason else words, grade)

    async def _learn_names(self, mcu: Coprocessor) -> None:
        """Get the board's dictionary. Rows from before keep the one that they were seen under."""
        try:
            dictionary = await mcu.dictionary()
        except LineError as error:
            self.tell(f"no names: {error}", Grade.TROUBLE)
            return
        if self.names.dictionary is None:
            self.names.dictionary = dictionary
        elif self.names.dictionary.hash != dictionary.hash:
            self.names = self._trace.names = Names(dictionary)
            self.tell(f"the board has another dictionary: {len(dictionary.tasks)} tasks")

    async def counters(self) -> tuple[dict[str, int], dict[str, int]]:
        """Return what the host's end counted and what the board's did, by name. Raises LineError."""
        if self._channel is None or self.mcu is None:
            raise LinkLost("no broker: there is nothing to count", place=self.port.line, cure="wait for it")
        channel, board = self._channel, await self.mcu.call("board.statistics")
        # The broker tells its counters once a second; just attached, they are still to come.
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_TOLD_WITHIN_S):
                while not channel.stats.as_dict():
                    await asyncio.sleep(0.05)
        return channel.stats.as_dict(), dict(board)

    async def at_work(self) -> str:
        """Say who drives the board: the client that holds the lease, else what its hello tells. Raises LineError."""
        if self._channel is None or self.mcu is None:
            return ""
        for client in (await self._channel.status()).clients:
            if client.holds_lease:
                return f"{client.name} (process {client.pid}) drives the board under a lease"
        flags = self.mcu.hello.flags & (HelloFlags.ARMED | HelloFlags.LEASED)
        return f"the board is {' and '.join(flag.name.lower() for flag in flags if flag.name)}" if flags else ""

    @property
    def broker_pid(self) -> int:
        """The process that owns the port, or 0."""
        return self._channel.broker_pid if self._channel else 0

    @property
    def missed(self) -> int:
        """Frames that went by unseen since it attached, because this program was too slow."""
        return self._channel.taps_lost if self._channel else 0

    def _on_frame(self, record: TapRecord) -> None:
        if self.missed != self._seen_lost:
            self.tell(f"behind: {self.missed - self._seen_lost} frames not seen", Grade.TROUBLE)
            self._seen_lost = self.missed
        self.show(self._trace.row(record))


_CHANGES = {
    LinkState.UP: ("line up", Grade.NOTE),
    LinkState.PAUSED: ("line paused", Grade.NOTE),
    LinkState.CONNECTING: ("connecting", Grade.TROUBLE),
    LinkState.DOWN: ("line down", Grade.ERROR),
    LinkState.MISMATCH: ("protocol mismatch", Grade.ERROR),
}
