# SPDX-License-Identifier: Apache-2.0
"""One port of a board, served over TCP: one client at a time, bytes as they are.

Nobody listens while the port itself is not there, so that far away as well as here a board that went away can be told
from one that does not answer.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable

from phosphene.errors import LineError
from phosphene.line.transport import Transport

OpenPort = Callable[[], Awaitable[Transport]]

_READ_MAX = 65536
_BACKLOG_MAX = 1 << 20
"""Bytes that a client may be behind before it counts as gone."""


class Bridge:
    """See the module. `number` is the TCP port, from `listen` on the same."""

    def __init__(self, path: str, open_port: OpenPort, host: str) -> None:
        self.path = path
        self.number = 0
        self._open_port = open_port
        self._host = host
        self._server: asyncio.Server | None = None
        self._client: asyncio.StreamWriter | None = None
        self._transport: Transport | None = None

    @property
    def is_there(self) -> bool:
        """Whether the port that is served exists."""
        return not self.path.startswith(os.sep) or os.path.exists(self.path)  # noqa: PTH110 — a string throughout

    async def listen(self) -> None:
        """Wait for clients. Raises OSError."""
        self._server = await asyncio.start_server(self._meet, self._host, self.number)
        self.number = self._server.sockets[0].getsockname()[1]

    async def follow(self) -> None:
        """Listen if the port is there, and else do not."""
        if not self.is_there:
            self.close()
        elif self._server is None:
            await self.listen()

    def close(self) -> None:
        """Listen no more, and hang up."""
        if self._server is not None:
            self._server.close()
            self._server = None
        self._hang_up()

    def _hang_up(self) -> None:
        transport, self._transport = self._transport, None
        client, self._client = self._client, None
        if transport is not None:
            transport.close()
        if client is not None:
            client.close()

    async def _meet(self, reader: asyncio.StreamReader, client: asyncio.StreamWriter) -> None:
        self._hang_up()  # the newest gets it: the one before may have died without a word
        self._client = client
        try:
            transport = await self._open_port()
        except LineError:
            client.close()  # who asks sees that the other end is gone, and asks again
            return
        if self._client is not client:
            transport.close()
            return
        self._transport = transport

        def forward(data: bytes) -> None:
            if client.transport.get_write_buffer_size() > _BACKLOG_MAX:
                client.transport.abort()
            elif not client.is_closing():
                client.write(data)

        transport.start(forward, lambda _: client.close())
        try:
            while data := await reader.read(_READ_MAX):
                transport.write(data)
        except ConnectionError:
            pass  # the client died; the next may come
        finally:
            if self._client is client:
                self._hang_up()
