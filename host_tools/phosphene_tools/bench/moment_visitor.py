# SPDX-License-Identifier: Apache-2.0
"""Who looks at a console and touches it, as its page does, and writes down when each frame was there."""

from __future__ import annotations

import asyncio
import contextlib
import json
import random
import time
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from struct import unpack_from
from typing import Any, Final

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

ANSWER_S: Final = 2.0
"""A touch that changes nothing on the screen for so long is counted as unanswered."""
_LEAVING: Final = ("loop.home", "loop.cancel", "loop.no", "loop.hush")


@dataclass(frozen=True, slots=True)
class Picture:
    """A frame that arrived whole. Times are on the monotonic clock.

    `scene` is the number of the scene, the same while only values change, with what can be touched and which page of it
    this is: what a touch changes. `buttons` are keys.
    """

    number: int
    scene: tuple[object, ...]
    received_s: float
    buttons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Touch:
    """A touch: when it was sent, and when a frame of another scene was there; None where none came."""

    key: str
    sent_s: float
    shown_s: float | None


@dataclass
class Visitor:
    """One page. It answers frames as a page does, so the console sends on."""

    socket: ClientConnection
    pictures: list[Picture] = field(default_factory=list[Picture])
    touches: list[Touch] = field(default_factory=list[Touch])
    memory_mb: list[tuple[float, float]] = field(default_factory=list[tuple[float, float]])
    """Of the device's process, twice a second: when, and how much of it is resident."""
    _news: asyncio.Condition = field(default_factory=asyncio.Condition)

    async def look(self) -> None:
        """Take frames until the console leaves."""
        with contextlib.suppress(ConnectionClosed):
            await self._look()

    async def _look(self) -> None:
        tree: dict[str, Any] = {}
        async for message in self.socket:
            now = time.monotonic()
            if isinstance(message, bytes):
                (number,) = unpack_from("<I", message, 4)
                await self.socket.send(json.dumps({"type": "displayed", "frame": number}))
                self.pictures.append(_picture(number, tree, now))
                async with self._news:
                    self._news.notify_all()
                continue
            said = json.loads(message)
            match said["type"]:
                case "tree":
                    tree = said
                case "trouble":
                    await self.socket.send(json.dumps({"type": "displayed", "frame": said["frame"]}))
                case "vitals" if "memory_mb" in said["machine"]:
                    self.memory_mb.append((now, said["machine"]["memory_mb"]))
                case _:
                    pass

    async def until(self, wanted: Callable[[Picture], bool], seconds: float) -> Picture | None:
        """Wait until the newest frame is wanted; None when it isn't within `seconds`."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds), self._news:
                await self._news.wait_for(lambda: bool(self.pictures) and wanted(self.pictures[-1]))
                return self.pictures[-1]
        return None

    async def touch(self, rng: random.Random, *, leave: bool) -> None:
        """Touch a button of the newest frame, one that leads home where that is wanted, and wait for what it changes.

        Nothing is touched where there is no such button.
        """
        if not self.pictures:
            return
        before = self.pictures[-1]
        keys = [key for key in before.buttons if (key in _LEAVING) is leave]
        if not keys:
            return
        key, sent_s = rng.choice(keys), time.monotonic()
        with contextlib.suppress(ConnectionClosed):
            await self.socket.send(json.dumps({"type": "chosen", "key": key, "frame": before.number}))
        shown = await self.until(lambda picture: picture.scene != before.scene, ANSWER_S)
        self.touches.append(Touch(key, sent_s, shown.received_s if shown is not None else None))

    def shown_s(self, number: int) -> float | None:
        """Return when frame `number`, or one after it, was there; None where none was."""
        return next((picture.received_s for picture in self.pictures if picture.number >= number), None)


def _picture(number: int, tree: dict[str, Any], now_s: float) -> Picture:
    buttons = [node for node in tree["nodes"] if node["role"] == "button"]
    scene = (tree["scene"], *((node["key"], node["text"]) for node in buttons))
    return Picture(number, scene, now_s, tuple(node["key"] for node in buttons))


@asynccontextmanager
async def visiting(address: str) -> AsyncGenerator[Visitor]:
    """Look at the console at `address` as long as the context lasts."""
    url = address.replace("http", "ws", 1) + "screen"
    async with connect(url, origin=address.rstrip("/"), compression=None, max_size=None) as socket:  # pyright: ignore[reportArgumentType]
        visitor = Visitor(socket)
        looking = asyncio.create_task(visitor.look())
        try:
            yield visitor
        finally:
            looking.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await looking
