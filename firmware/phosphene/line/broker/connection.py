# SPDX-License-Identifier: Apache-2.0
"""A client's end of the socket: cuts messages, hands them on, and says once why it ended."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import cast

from phosphene.errors import LineError, LinkLost, VersionMismatch
from phosphene.line.broker.documents import Attach, Attached, Bye
from phosphene.line.broker.messages import VERSION, Kind, Malformed, Reader, pack

Handler = Callable[[int, bytes], None]
OnAttached = Callable[[Attached], None]
OnLost = Callable[[str, bool, bool], None]
_LEAVE_S = 0.5


class Connection(asyncio.Protocol):
    """Made by `launch.connect`; useful after `attach`."""

    def __init__(self) -> None:
        loop = asyncio.get_running_loop()
        self._reader = Reader()
        self._transport: asyncio.Transport | None = None
        self._attached: asyncio.Future[None] = loop.create_future()
        self._ended: asyncio.Future[None] = loop.create_future()
        self._reason, self._again, self._final = "the broker is gone", True, True

    async def attach(
        self, asked: Attach, on_attached: OnAttached, handler: Handler, on_lost: OnLost, timeout: float
    ) -> None:
        """Say who we are, and hand the broker's answer to `on_attached`, then every message to `handler`.

        `on_lost` hears of the end: its reason, whether to attach anew, and whether the broker has surely ended or
        dropped our calls, so that the journal is final. Raises OSError when the broker ended
        first or `on_attached` raised it, TimeoutError, and VersionMismatch or LinkLost when the broker refuses us.
        """
        assert self._transport is not None
        self._on_attach, self._handler, self._on_lost = on_attached, handler, on_lost
        self.write(pack(Kind.ATTACH, asked.dump()))
        try:
            async with asyncio.timeout(timeout):
                await self._attached
        except BaseException:
            self._transport.abort()
            raise

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the transport."""
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        """Hand the messages on."""
        try:
            for kind, payload in self._reader.feed(data):
                if kind == Kind.BYE:
                    bye = Bye.load(payload)
                    self._reason, self._again = bye.reason, bye.again
                elif kind == Kind.ATTACHED:
                    self._answered(Attached.load(payload))
                else:
                    self._handler(kind, payload)
        except Malformed as error:
            self._reason, self._again = f"the broker sends what is not a message: {error}", False
            self._final = False
            assert self._transport is not None
            self._transport.abort()

    def connection_lost(self, exc: Exception | None) -> None:
        """Tell whoever waits."""
        self._ended.set_result(None)
        if self._attached.done():
            if not self._attached.cancelled() and self._attached.exception() is None:
                self._on_lost(self._reason, self._again, self._final)
        elif self._again:
            self._attached.set_exception(ConnectionError(self._reason))
        else:
            self._attached.set_exception(LinkLost(self._reason, place="broker"))

    def write(self, message: bytes) -> None:
        """Send a message; nothing happens after the end."""
        if self._transport is not None:
            self._transport.write(message)

    async def close(self) -> None:
        """Take leave of the broker; if it does not answer, end the connection all the same."""
        assert self._transport is not None
        self.write(pack(Kind.DETACH))
        try:
            async with asyncio.timeout(_LEAVE_S):
                await asyncio.shield(self._ended)
        except TimeoutError:
            self._final = False
            self._transport.abort()
            await self._ended

    def _answered(self, answer: Attached) -> None:
        if self._attached.done():
            return
        if answer.version != VERSION:
            self._attached.set_exception(_other_version(answer.version))
            return
        try:
            self._on_attach(answer)
        except OSError as error:
            self._attached.set_exception(error)
        else:
            self._attached.set_result(None)


def _other_version(version: int) -> LineError:
    return VersionMismatch(
        f"the running broker is of version {version}, this client of {VERSION}",
        host=str(VERSION),
        firmware=str(version),
        place="broker",
        cure="stop the old broker",
    )
