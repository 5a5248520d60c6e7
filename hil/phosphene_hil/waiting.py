# SPDX-License-Identifier: Apache-2.0
"""Waiting for what must come about. The limit is against hanging: how quick it was is no question here."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable

LIMIT_S = 60.0


async def soon(condition: Callable[[], object], what: str, limit_s: float = LIMIT_S) -> None:
    """Return when `condition` holds; AssertionError with `what` when it doesn't for `limit_s`."""

    async def holds() -> object:
        return condition()

    await soon_asked(holds, what, limit_s)


async def soon_asked(condition: Callable[[], Awaitable[object]], what: str, limit_s: float = LIMIT_S) -> None:
    """Do as `soon` for a condition that somebody must be asked for."""
    ends = time.monotonic() + limit_s
    while not await condition():
        assert time.monotonic() < ends, what
        await asyncio.sleep(0.01)
