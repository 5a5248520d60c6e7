# SPDX-License-Identifier: Apache-2.0
"""Pictures of the device's own camera for the pages: the newest, packed once for all of them, in another thread."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from io import BytesIO
from typing import Final

from PIL import Image

from phosphene.console.senses_audience import SensesPage
from phosphene.senses.perceived import Looked

_PERIOD_S: Final = 1 / 15
_QUALITY: Final = 80
_WIDEST: Final = (640, 480)


class CameraPictures:
    """Keeps the newest picture until a page has room for it."""

    def __init__(self) -> None:
        self._newest: Looked | None = None
        self._fresh = asyncio.Event()

    def take(self, looked: Looked) -> None:
        """Take a picture with its percepts, in place of one that still waits."""
        self._newest = looked
        self._fresh.set()

    async def run(self, pages: Callable[[], Sequence[SensesPage]]) -> None:
        """Hand pictures to those of `pages` that have room, until cancelled."""
        while True:
            await self._fresh.wait()
            self._fresh.clear()
            looked = self._newest
            if looked is not None and any(page.draws for page in pages()):
                jpeg = await asyncio.to_thread(_packed, looked)
                for page in pages():
                    if page.draws:
                        page.camera_picture(jpeg, looked)
            await asyncio.sleep(_PERIOD_S)


def _packed(looked: Looked) -> bytes:
    picture = Image.fromarray(looked.frame.pixels)
    picture.thumbnail(_WIDEST)
    packed = BytesIO()
    picture.save(packed, "JPEG", quality=_QUALITY)
    return packed.getvalue()
