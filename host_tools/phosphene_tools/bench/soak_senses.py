# SPDX-License-Identifier: Apache-2.0
"""The senses of a soak's device, as a page on `/senses` gives them: 30 pictures and 50 blocks of sound a second.

So a camera and a microphone can go, each by itself, and come back.
"""

from __future__ import annotations

import asyncio
import contextlib
import io
import json
import math
import time
from collections.abc import AsyncGenerator, Generator, Sequence
from contextlib import asynccontextmanager, contextmanager
from struct import pack
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from websockets.asyncio.client import ClientConnection, connect

from phosphene.sensors.blocks import RATE_HZ
from phosphene_tools.perception.drawn_face import ground, with_face

PICTURES_HZ: Final = 30
_BLOCK: Final = RATE_HZ // 50
_WIDTH, _HEIGHT = 640, 480
_SWAY, _SWAY_PICTURES = 24, 90


class Feed:
    """What is seen and heard, again and again."""

    def __init__(self, socket: ClientConnection, sound: NDArray[np.int16]) -> None:
        self.pictures = 0
        self.blocks = 0
        self._socket = socket
        self._sound = sound
        self._looking = True
        self._hearing = True

    @contextmanager
    def without_pictures(self) -> Generator[None]:
        """No picture comes during the block."""
        self._looking = False
        try:
            yield
        finally:
            self._looking = True

    @contextmanager
    def without_sound(self) -> Generator[None]:
        """No sound comes during the block."""
        self._hearing = False
        try:
            yield
        finally:
            self._hearing = True

    async def run(self) -> None:
        """Feed until cancelled. Ends when the device leaves."""
        take = {"type": "take", "camera": {"width": _WIDTH, "height": _HEIGHT, "rate_hz": float(PICTURES_HZ)}}
        await self._socket.send(json.dumps(take | {"rate_hz": RATE_HZ, "name": "soak"}))
        works = [asyncio.create_task(work) for work in (self._show(_swaying()), self._say(), self._listen())]
        try:
            await asyncio.wait(works, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for work in works:
                work.cancel()
            await asyncio.gather(*works, return_exceptions=True)

    async def _show(self, pictures: Sequence[bytes]) -> None:
        began_s = time.monotonic()
        for number in range(1 << 31):
            await asyncio.sleep(began_s + number / PICTURES_HZ - time.monotonic())
            if self._looking:
                head = pack("<4sId", b"PHV1", number, 1000 * time.monotonic())
                await self._socket.send(head + pictures[number % len(pictures)])
                self.pictures += 1

    async def _say(self) -> None:
        began_s = time.monotonic()
        for number in range(1 << 31):
            await asyncio.sleep(began_s + number * _BLOCK / RATE_HZ - time.monotonic())
            if self._hearing:
                at = number * _BLOCK % (len(self._sound) - _BLOCK)
                samples = self._sound[at : at + _BLOCK].astype("<i2").tobytes()
                await self._socket.send(pack("<4sId", b"PHA1", RATE_HZ, number * _BLOCK) + samples)
                self.blocks += 1

    async def _listen(self) -> None:
        async for _ in self._socket:  # as a page does; nothing in it matters here
            pass


@asynccontextmanager
async def feeding(address: str, sound: NDArray[np.int16]) -> AsyncGenerator[Feed]:
    """Be the senses of the device whose console is at `address`, as long as the context lasts."""
    url = address.replace("http", "ws", 1) + "senses"
    async with connect(url, origin=address.rstrip("/"), compression=None, max_size=None) as socket:  # pyright: ignore[reportArgumentType]
        feed = Feed(socket, sound)
        running = asyncio.create_task(feed.run())
        try:
            yield feed
        finally:
            running.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await running


def _swaying() -> list[bytes]:
    """Return a drawn person who sways for three seconds, as JPEGs."""
    wide = ground(_WIDTH + 2 * _SWAY, _HEIGHT)
    person = np.asarray(with_face(wide, wide.width / 2, 230, 130))
    pictures: list[bytes] = []
    for number in range(_SWAY_PICTURES):
        left = round(_SWAY * (1 + math.sin(2 * math.pi * number / _SWAY_PICTURES)))
        packed = io.BytesIO()
        Image.fromarray(person[:, left : left + _WIDTH]).save(packed, "JPEG", quality=90)
        pictures.append(packed.getvalue())
    return pictures
