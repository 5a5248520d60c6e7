# SPDX-License-Identifier: Apache-2.0
"""Whose camera and microphone are the device's now: its own, or those of one visitor of the console; or nobody's."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Callable, Generator
from dataclasses import replace
from typing import Any

from phosphene.errors import LineError
from phosphene.senses.attending import Attending, Ear, Eye, Fault
from phosphene.senses.handover import Handover
from phosphene.senses.owners import Owner, SensesHeld, SensesShut, Sensors, Using
from phosphene.senses.perceived import Ended, Expectation, Hears, Perceived, Sees, Sense, Tell
from phosphene.sensors.status import SensorStatus

__all__ = ["Owner", "Senses", "SensesHeld", "SensesShut", "Sensors", "Using"]


class Senses:
    """One camera and one microphone at a time, perceived in threads. Everything here belongs to one event loop.

    `see` and `hear` load what perceives; they are called in the threads. `own` makes the device's own sensors anew.
    `lights` tells the board what `may_be_open`, and returns when it has acknowledged that: no sensor is opened before,
    and none at all while it raises LineError. With `shut` they begin shut, and for that reason.
    """

    def __init__(
        self,
        see: Callable[[], Sees],
        hear: Callable[[], Hears],
        own: Callable[[], Sensors] | None = None,
        lights: Callable[[], Awaitable[object]] | None = None,
        shut: str = "",
    ) -> None:
        self.using: Using | None = None
        self.shut_because = shut
        """Why nobody may have them, in words; empty while somebody may."""
        self._lights = lights
        self._wanted: Using | None = None
        self._opening: frozenset[Sense] = frozenset()
        self._closing: list[Attending[Any, Any, Any]] = []
        self._see = see
        self._hear = hear
        self._own = own
        self._expected: Expectation = None
        self._tells: set[Tell] = set()
        self._threads: list[Attending[Any, Any, Any]] = []
        self._changing = asyncio.Lock()
        self._fault: asyncio.Future[None] | None = None

    @contextlib.contextmanager
    def listening(self, tell: Tell) -> Generator[None]:
        """Tell `tell`, in the loop, whatever is perceived during the block."""
        self._tells.add(tell)
        try:
            yield
        finally:
            self._tells.discard(tell)

    async def run(self) -> None:
        """Use the device's own sensors, where it has any, whenever no visitor's are; until cancelled.

        Raises what a thread of ours raised.
        """
        self._fault = asyncio.get_running_loop().create_future()
        try:
            async with self._changing:
                await self._begin(self._devices_own())
            await self._fault
        finally:
            self._fault = None
            async with self._changing:
                await self._stop()

    async def take(self, owner: Owner, sensors: Sensors, *, over: bool = False) -> None:
        """Perceive what the sensors of `owner` deliver. With `over`, another visitor gives way.

        Raises SensesHeld when another visitor has them, and SensesShut when nobody may.
        """
        async with self._changing:
            self._check_open()
            holder = self.using.owner if self.using else None
            if holder is not None and holder is not owner:
                if not over:
                    cure = "ask them, or take over"
                    raise SensesHeld(f"camera and microphone of {holder.name} are in use", place="senses", cure=cure)
                holder.lost(owner.name)
            await self._stop()
            await self._begin(Using(owner, owner.name, time.time(), sensors))
            if self.using is None:
                self._wanted = self._devices_own()
                self._check_open()

    async def give_back(self, owner: Owner) -> None:
        """End the use of the sensors of `owner`; the device's own follow. Does nothing if they aren't in use."""
        async with self._changing:
            if self._wanted is not None and self._wanted.owner is owner:
                await self._stop()
                await self._begin(self._devices_own() if self._fault is not None else None)

    async def lend(self, own: Callable[[], Sensors] | None) -> None:
        """Make what `own` makes the device's own sensors; None takes them away. Who visits the console keeps theirs."""
        async with self._changing:
            self._own = own
            if self._wanted is None or self._wanted.owner is None:
                await self._stop()
                await self._begin(self._devices_own() if self._fault is not None else None)

    async def shut(self, why: str) -> None:
        """Close the sensors, whoever's they are. Returns when they are, but for a driver that hangs."""
        async with self._changing:
            self.shut_because = why
            await self._stop()

    async def open(self) -> None:
        """Undo `shut`: whose they were has them again."""
        async with self._changing:
            if self.shut_because:
                self.shut_because = ""
                await self._begin(self._wanted)

    def expect(self, words: Expectation) -> None:
        """Say what may be said next, None for anything."""
        self._expected = words
        for thread in self._threads:
            if isinstance(thread, Ear):
                thread.expected = words

    def there(self) -> frozenset[Sense]:
        """Return the senses in use; one that is being opened has a while for its first picture or sound."""
        return frozenset(thread.sense for thread in self._threads if thread.begun)

    def may_be_open(self) -> frozenset[Sense]:
        """Return those whose sensor is open or about to be, or whose driver did not let go of it."""
        closing = (thread for thread in self._closing if thread.holds)
        return self._opening | frozenset(thread.sense for thread in (*self._threads, *closing))

    def statuses(self) -> dict[Sense, SensorStatus]:
        """Return how the sensors in use do."""
        return {thread.sense: thread.status() for thread in self._threads}

    def _check_open(self) -> None:
        if self.shut_because:
            cure = "undo it there" if "muted" in self.shut_because else "wait for the board"
            raise SensesShut(f"camera and microphone stay closed: {self.shut_because}", place="senses", cure=cure)

    def _devices_own(self) -> Using | None:
        return Using(None, "the device", time.time(), self._own()) if self._own is not None else None

    async def _begin(self, wanted: Using | None) -> None:
        """Open the sensors of `wanted`, once the lights are on; otherwise when that is possible."""
        self._wanted = wanted
        if wanted is None or self.shut_because:
            return
        self._opening = wanted.sensors.senses()
        try:
            if self._lights is not None:
                await self._lights()
            self._start(replace(wanted, since_s=time.time()))
        except LineError as error:
            self.shut_because = f"the board did not acknowledge their lights: {error.message}"
        finally:
            self._opening = frozenset()

    def _start(self, using: Using) -> None:
        self.using = using
        handover = Handover[Perceived | Fault](asyncio.get_running_loop(), lambda told: self._tell(using, told))
        if using.sensors.camera is not None:
            self._threads.append(Eye(using.sensors.camera, using.sensors.see or self._see, handover.put))
        if using.sensors.microphone is not None:
            ear = Ear(using.sensors.microphone, self._hear, handover.put)
            ear.expected = self._expected
            self._threads.append(ear)
        for thread in self._threads:
            thread.start()

    async def _stop(self) -> None:
        """End the threads, then let the lights tell it. What the threads still tell is told to nobody."""
        self.using, threads = None, self._threads
        self._threads = []
        self._closing += threads
        for thread in threads:
            await asyncio.to_thread(thread.stop)
        self._closing = [thread for thread in self._closing if thread.holds]
        for thread in threads:
            for tell in tuple(self._tells):
                tell(Ended(thread.sense))
        if threads and self._lights is not None:
            with contextlib.suppress(LineError):  # they stay on, and are told again when the board is back
                await self._lights()

    def _tell(self, using: Using, told: Perceived | Fault) -> None:
        if using is not self.using:
            return
        if isinstance(told, Fault):
            if self._fault is not None and not self._fault.done():
                self._fault.set_exception(told.error)
            return
        for tell in tuple(self._tells):
            tell(told)
