# SPDX-License-Identifier: Apache-2.0
"""The host's end of a bench Pico: its tasks, and its edges on the host's clock. Calls block, from any thread.

It has an event loop of its own: whoever looks at a pin in the middle of a coroutine gets an answer there and then,
as from a simulated board.
"""

from __future__ import annotations

import asyncio
import contextlib
import struct
from collections import deque
from typing import NamedTuple, Self

from phosphene.errors import LineError
from phosphene.exact import Coprocessor
from phosphene.exact.results import Results
from phosphene.line.link import Link
from phosphene_hil.instrument import InstrumentError
from phosphene_hil.loop import LoopThread

_EDGE = struct.Struct("<IHBB")
_KEPT = 200_000
_FETCH_S = 0.1
_STRIKE_SLACK_S = 10.0


class SeenEdge(NamedTuple):
    """A level that a pin of the bench Pico saw begin, at `at_s` seconds of CLOCK_MONOTONIC, to within `error_s`."""

    at_s: float
    pin: int
    level: bool
    error_s: float


class Pico:
    """One bench Pico. Made by `open`; every method raises InstrumentError."""

    def __init__(self, thread: LoopThread, link: Link, mcu: Coprocessor) -> None:
        self._thread = thread
        self._link = link
        self._mcu = mcu
        self._boot_id = link.hello.boot_id
        self._next = self._lost = 0
        self._edges: deque[SeenEdge] = deque(maxlen=_KEPT)
        self._missed_at_s = -1.0
        self._fetching = asyncio.Lock()
        self._following: asyncio.Task[None] | None = None

    @classmethod
    def open(cls, thread: LoopThread, port: str, *, baud: int = 921_600, rtscts: bool = False) -> Self:
        """Open the line to it, on the loop of `thread`, and let go of all its pins.

        Raises BoardNotFound and other LineErrors; InstrumentError for a board that is no bench Pico.
        """

        async def opened() -> tuple[Link, Coprocessor]:
            link = await Link.open(port, baud=baud, rtscts=rtscts)
            mcu = Coprocessor(link)
            try:
                names = {task.name for task in (await mcu.dictionary()).tasks}
                if "bench.edges" not in names:
                    cure = "phosphene flash --rig bench-pico --tasks FOLDER (docs/instrument.md)"
                    raise InstrumentError("the firmware there has no bench tasks", place=port, cure=cure)
                await mcu.call("bench.release")
            except BaseException:
                await mcu.close()
                await link.close()
                raise
            return link, mcu

        return cls(thread, *thread.run(opened()))

    @property
    def unique_id(self) -> str:
        """The chip's own id, hexadecimal digits; on USB its serial number."""
        return self._link.hello.unique_id.hex()

    def call(self, task: str, **arguments: object) -> Results:
        """Call one of its tasks."""
        try:
            answer = self._thread.run(self._mcu.call(task, arguments))
        except LineError as error:
            raise InstrumentError(f"{task}: {error.message}", place="bench Pico", cure=error.cure) from error
        if self._link.hello.boot_id != self._boot_id:
            cause = self._link.hello.cause
            cure = "see its power and its cable; it must not hang on the supply that it switches"
            raise InstrumentError(f"it was reset meanwhile ({cause})", place="bench Pico", cure=cure)
        return answer

    async def ask(self, task: str, **arguments: object) -> Results:
        """Call one of its tasks from another event loop."""
        return await asyncio.to_thread(self.call, task, **arguments)

    def drive(self, pin: int, how: str) -> None:
        """Drive a pin ``low`` or ``high``, or ``release`` it, to nothing or to ``pull_up`` or ``pull_down``."""
        self.call("bench.drive", pin=pin, how=how)

    def levels(self, pins: int) -> int:
        """Return the levels of the pins in the mask `pins`."""
        return self.call("bench.levels", pins=pins).levels

    def watch(self, pins: int, *, by: str = "best") -> None:
        """Note the edges of the pins in the mask from now on; ``by`` is "best", or "interrupt"."""
        following, self._following = self._following, None
        if following is not None:
            self._thread.run(_ended(following))
        self._next = self.call("bench.watch", pins=pins, by=by).next
        self._lost = self.call("bench.edges", since=self._next).lost
        self._edges.clear()
        self._following = self._thread.run(self._begin_to_follow())

    def edges(self, since_s: float = 0.0) -> list[SeenEdge]:
        """Return the edges from `since_s` of CLOCK_MONOTONIC on, of the newest 200,000 since `watch`.

        Raises InstrumentError when some were missed since then: what is left may not be judged.
        """
        try:
            self._thread.run(self._fetch())
        except LineError as error:
            raise InstrumentError(f"bench.edges: {error.message}", place="bench Pico", cure=error.cure) from error
        if self._missed_at_s >= since_s:
            cure = "watch fewer pins; a modulated output (PWM) makes too many"
            raise InstrumentError("it missed edges", place="bench Pico", cure=cure)
        return sorted(edge for edge in self._edges if edge.at_s >= since_s)

    async def strike(self, **arguments: int) -> int:
        """Short a data line by `bench.strike`; returns how often, once it is done."""
        longest_s = arguments["count"] * (arguments["longest_gap_ms"] * 1e-3 + arguments["longest_us"] * 1e-6)

        async def struck() -> int:
            async with asyncio.timeout(longest_s + _STRIKE_SLACK_S):
                return (await (await self._mcu.start("bench.strike", arguments)).result()).struck

        try:
            return await asyncio.to_thread(self._thread.run, struck())
        except (LineError, TimeoutError) as error:
            raise InstrumentError(f"bench.strike: {error}", place="bench Pico") from error

    def close(self) -> None:
        """Let go of all its pins, and of the line. Calling it again does nothing."""
        self._thread.run(self._close())

    async def _begin_to_follow(self) -> asyncio.Task[None]:
        return asyncio.get_running_loop().create_task(self._follow())

    async def _follow(self) -> None:
        """Fetch now and then, since the bench Pico keeps a thousand edges only."""
        while True:
            with contextlib.suppress(LineError):  # who asks for edges is told
                await self._fetch()
            await asyncio.sleep(_FETCH_S)

    async def _fetch(self) -> None:
        async with self._fetching:
            while True:
                told = await self._mcu.call("bench.edges", since=self._next)
                if told.lost != self._lost or told.first != self._next:
                    self._missed_at_s = asyncio.get_running_loop().time()
                self._lost, self._next = told.lost, told.next
                if not told.edges:
                    return
                clock = self._link.clock
                for low, high, pin, level in _EDGE.iter_unpack(told.edges):
                    at_s = clock.to_host(low | high << 32)
                    self._edges.append(SeenEdge(at_s, pin, bool(level), clock.error_us(at_s) * 1e-6))

    async def _close(self) -> None:
        if self._following is not None:
            await _ended(self._following)
        try:
            if self._link.hello.boot_id == self._boot_id:
                await self._mcu.call("bench.release", timeout=1.0)
        except LineError:
            pass  # it is gone, and its pins with it
        finally:
            await self._mcu.close()
            await self._link.close()


async def _ended(task: asyncio.Task[None]) -> None:
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
