# SPDX-License-Identifier: Apache-2.0
"""A page that leaves ends its conversation quietly; a fault of ours while we talk to it does not pass as one."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from starlette.types import Message
from starlette.websockets import WebSocket, WebSocketState

from phosphene.console.screen import Screen
from phosphene.console.viewer import Viewer
from tests.console.blocks import BlockPainter


class Broken:
    """Somebody whose state can't be told."""

    def typed(self, line: str) -> None: ...

    def chosen(self, key: str) -> None: ...

    def here(self) -> None: ...

    def about(self) -> dict[str, Any]:
        raise RuntimeError("the state can't be told")

    def vitals(self) -> dict[str, Any]:
        return {}


class Whole(Broken):
    """Somebody whose state can."""

    def about(self) -> dict[str, Any]:
        return {}


async def talk(person: Broken, *, leaves: bool) -> None:
    """Serve one page over a socket of its own; it leaves when it is first told something, or never does."""
    told = asyncio.Event()

    async def receive() -> Message:
        if not told.is_set() and socket.client_state is WebSocketState.CONNECTING:
            return {"type": "websocket.connect"}
        await (told if leaves else asyncio.Event()).wait()
        return {"type": "websocket.disconnect", "code": 1001}

    async def send(message: Message) -> None:
        if message["type"] == "websocket.send":
            told.set()
            if leaves:
                # As a server does when the page has gone.
                await asyncio.sleep(0)
                raise RuntimeError("Unexpected ASGI message 'websocket.send'")

    socket = WebSocket({"type": "websocket", "headers": []}, receive, send)
    await asyncio.wait_for(Viewer(socket, Screen(BlockPainter), person).serve(), 10)


def test_a_fault_of_ours_is_not_taken_for_a_page_that_left() -> None:
    with pytest.raises(RuntimeError, match="can't be told"):
        asyncio.run(talk(Broken(), leaves=False))


def test_a_page_that_leaves_is_no_fault_even_while_it_is_told_something() -> None:
    asyncio.run(talk(Whole(), leaves=True))
