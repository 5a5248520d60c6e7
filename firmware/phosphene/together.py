# SPDX-License-Identifier: Apache-2.0
"""Works that belong together: when one of them ends, all do."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any


async def together(*works: Coroutine[Any, Any, object], seconds: float | None = None) -> None:
    """Run them until one ends or the time is up, end the others, and raise the first error of any.

    The error itself, not a group of them: it says to a person what happened.
    """
    tasks = [asyncio.create_task(work) for work in works]
    try:
        await asyncio.wait(tasks, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        found = await asyncio.gather(*tasks, return_exceptions=True)
    for error in found:
        if isinstance(error, BaseException) and not isinstance(error, asyncio.CancelledError):
            raise error
