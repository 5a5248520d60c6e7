# SPDX-License-Identifier: Apache-2.0
"""Whose camera and microphone are the device's now: its own, or those of one visitor of the console."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Callable, Generator
from dataclasses import dataclass
from typing import Any, Protocol

from phosphene.errors import PhospheneError
from phosphene.senses.attending import Attending, Ear, Eye, Fault
from phosphene.senses.handover import Handover
from phosphene.senses.perceived import Ended, Hears, Perceived, Sees, Sense, Tell
from phosphene.sensors.protocol import Camera, Microphone
from phosphene.sensors.status import SensorStatus


class SensesHeld(PhospheneError):
    """Somebody else has the senses; they give way only when told."""


class Owner(Protocol):
    """Who brings a camera and a microphone."""

    @property
    def name(self) -> str:
        """What others are told of who it is."""
        ...

    def lost(self, to: str) -> None:
        """The senses were taken over by `to`."""
        ...


@dataclass(frozen=True, slots=True)
class Sensors:
    """What an owner brings; at least one of the two. `see` loads what sees where that depends on the camera."""

    camera: Camera | None
    microphone: Microphone | None
    see: Callable[[], Sees] | None = None


@dataclass(frozen=True, slots=True)
class Using:
    """Who has the senses since when, in seconds since 1970. `owner` None: they are the device's own."""

    owner: Owner | None
    name: str
    since_s: float
    sensors: Sensors


class Senses:
    """One camera and one microphone at a time, perceived in threads. Everything here belongs to one event loop.

    `see` and `hear` load what perceives; they are called in the threads. `own` makes the device's own sensors anew.
    """

    def __init__(
        self, see: Callable[[], Sees], hear: Callable[[], Hears], own: Callable[[], Sensors] | None = None
    ) -> None:
        self.using: Using | None = None
        self._see = see
        self._hear = hear
        self._own = own
        self._expected: frozenset[str] | None = None
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
                self._begin_own()
            await self._fault
        finally:
            self._fault = None
            async with self._changing:
                await self._stop()

    async def take(self, owner: Owner, sensors: Sensors, *, over: bool = False) -> None:
        """Perceive what the sensors of `owner` deliver. With `over`, another visitor gives way.

        Raises SensesHeld when another visitor has them.
        """
        async with self._changing:
            holder = self.using.owner if self.using else None
            if holder is not None and holder is not owner:
                if not over:
                    cure = "ask them, or take over"
                    raise SensesHeld(f"camera and microphone of {holder.name} are in use", place="senses", cure=cure)
                holder.lost(owner.name)
            await self._stop()
            self._begin(Using(owner, owner.name, time.time(), sensors))

    async def give_back(self, owner: Owner) -> None:
        """End the use of the sensors of `owner`; the device's own follow. Does nothing if they aren't in use."""
        async with self._changing:
            if self.using is not None and self.using.owner is owner:
                await self._stop()
                if self._fault is not None:
                    self._begin_own()

    def expect(self, words: frozenset[str] | None) -> None:
        """Say what may be said next, None for anything."""
        self._expected = words
        for thread in self._threads:
            if isinstance(thread, Ear):
                thread.expected = words

    def there(self) -> frozenset[Sense]:
        """Return the senses in use."""
        return frozenset(thread.sense for thread in self._threads)

    def statuses(self) -> dict[Sense, SensorStatus]:
        """Return how the sensors in use do."""
        return {thread.sense: thread.status() for thread in self._threads}

    def _begin_own(self) -> None:
        if self._own is not None:
            self._begin(Using(None, "the device", time.time(), self._own()))

    def _begin(self, using: Using) -> None:
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
        """End the threads. What they still tell is told to nobody."""
        self.using, threads = None, self._threads
        self._threads = []
        for thread in threads:
            await asyncio.to_thread(thread.stop)
        for thread in threads:
            for tell in tuple(self._tells):
                tell(Ended(thread.sense))

    def _tell(self, using: Using, told: Perceived | Fault) -> None:
        if using is not self.using:
            return
        if isinstance(told, Fault):
            if self._fault is not None and not self._fault.done():
                self._fault.set_exception(told.error)
            return
        for tell in tuple(self._tells):
            tell(told)
