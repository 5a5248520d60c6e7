# SPDX-License-Identifier: Apache-2.0
"""A page on a device's console: what it is shown, and what a person does there."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from struct import unpack_from
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from phosphene.painter.text_tree import Node
from phosphene_hil.waiting import LIMIT_S

_HEAD: Final = "<4sIHH"
_PIXELS_FROM: Final = 16
_KEPT: Final = 50


@dataclass(frozen=True, eq=False)
class Seen:
    """A frame on the page. `pixels` is uint8 RGB [height, width, 3]; `outcome` says how it came about."""

    number: int
    pixels: NDArray[np.uint8]
    nodes: tuple[Node, ...]
    outcome: str

    @property
    def heading(self) -> str:
        """Its title."""
        return next((node.text for node in self.nodes if node.role == "heading"), "")

    def values(self) -> list[str]:
        """Return what stands there besides title and buttons."""
        return [node.text for node in self.nodes if node.role not in ("heading", "button")]

    def says(self, text: str) -> Node | None:
        """Return the value that says exactly this, with or without its unit, else None."""
        facts = (node for node in self.nodes if node.role not in ("heading", "button"))
        return next((node for node in facts if node.text == text or node.text.split(" ")[0] == text), None)

    def __str__(self) -> str:
        """Return what it says, as one line."""
        return " | ".join(f"{node.role} {node.text!r}" for node in self.nodes)


class Page:
    """One page. It answers frames as a real one does, so the console sends on."""

    def __init__(self, socket: ClientConnection) -> None:
        self._socket = socket
        self._news = asyncio.Condition()
        self.frames: list[Seen] = []
        """The newest, at most 50."""
        self.ever: set[str] = set()
        """Every value that ever stood there."""

    async def look(self) -> None:
        """Take frames until the console leaves."""
        tree: dict[str, Any] = {}
        with contextlib.suppress(ConnectionClosed):
            async for message in self._socket:
                if isinstance(message, bytes):
                    await self._take(message, tree)
                    continue
                said = json.loads(message)
                if said["type"] == "tree":
                    tree = said
                elif said["type"] == "trouble":
                    await self._send(type="displayed", frame=said["frame"])

    async def typed(self, line: str) -> None:
        """Type a line, and press Enter."""
        await self._send(type="typed", line=line)

    async def until(self, wanted: Callable[[Seen], object], what: str, limit_s: float = LIMIT_S) -> Seen:
        """Wait until the newest frame is wanted. AssertionError with `what` and what stood there instead."""
        try:
            async with asyncio.timeout(limit_s), self._news:
                await self._news.wait_for(lambda: bool(self.frames) and wanted(self.frames[-1]))
                return self.frames[-1]
        except TimeoutError:
            shown = "\n".join(str(frame) for frame in self.frames[-5:]) or "nothing"
            raise AssertionError(f"{what}; shown was, newest last:\n{shown}") from None

    async def _take(self, message: bytes, tree: dict[str, Any]) -> None:
        _, number, width, height = unpack_from(_HEAD, message)
        await self._send(type="displayed", frame=number)
        pixels = np.frombuffer(message, np.uint8, offset=_PIXELS_FROM).reshape(height, width, 3)
        assert tree["frame"] == number, "a frame without its text"
        nodes = tuple(Node(**(node | {"box": tuple(node["box"])})) for node in tree["nodes"])
        async with self._news:
            self.frames = [*self.frames[1 - _KEPT :], Seen(number, pixels, nodes, tree["outcome"])]
            self.ever.update(self.frames[-1].values())
            self._news.notify_all()

    async def _send(self, **message: object) -> None:
        with contextlib.suppress(ConnectionClosed):
            await self._socket.send(json.dumps(message))


@asynccontextmanager
async def a_page(address: str) -> AsyncGenerator[Page]:
    """Open the console at `address` for as long as the context lasts."""
    url = address.replace("http", "ws", 1) + "screen"
    async with connect(url, origin=address.rstrip("/"), compression=None, max_size=None) as socket:  # pyright: ignore[reportArgumentType]
        page = Page(socket)
        looking = asyncio.create_task(page.look())
        try:
            yield page
        finally:
            looking.cancel()
            await asyncio.gather(looking, return_exceptions=True)
