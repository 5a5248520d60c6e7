# SPDX-License-Identifier: Apache-2.0
"""Keeps a process that runs for months small, as far as the allocator and the collector are concerned.

glibc gives each new thread an arena of its own, and keeps what is free in one. A device that opens and closes its
senses begins new threads each time. On two cores there are up to sixteen arenas, and what the threads before left in
theirs is of no use to the next: the process grows by some 20 MB each time, until every arena has had its turn. Of two
arenas a new thread takes the one or the other, and megabytes lie idle in the one that it left. So there is one. Within
it, pictures of a megabyte come and go between small things that stay: the holes are used again, but not all of them,
and in hours they grow.

Python's collector passes over everything only when as much again as a quarter of it is new, which takes a device hours;
until then what only holds itself stays: an error with its frames, and the sockets and the pictures in these.
"""

from __future__ import annotations

import asyncio
import ctypes
import gc
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final

ARENAS: Final = 1
ASIDE: Final = 4
"""Threads for what would hold the loop up: a frame that is packed or kept, a sensor that closes, a browser."""
EVERY_S: Final = 10.0
"""In a minute holes grow to five megabytes; to collect and to give back takes a few milliseconds."""
_LOADED_S: Final = 60.0
_M_ARENA_MAX: Final = -8  # malloc.h of glibc; mallopt(3)


def share_arenas() -> bool:
    """Let all threads of this process share ARENAS; to be called before there are any. False where there is no glibc,
    whose allocator is another.
    """
    mallopt = _of_glibc("mallopt")
    return mallopt is not None and bool(mallopt(_M_ARENA_MAX, ARENAS))


def begin_threads() -> None:
    """Begin all threads that the running loop's `asyncio.to_thread` will ever have.

    By itself the pool begins another whenever all are busy, for hours, until it has four more than there are cores.
    """
    pool, all_there = ThreadPoolExecutor(ASIDE, "aside"), threading.Barrier(ASIDE)
    for _ in range(ASIDE):
        pool.submit(all_there.wait)
    asyncio.get_running_loop().set_default_executor(pool)


def give_back() -> bool:
    """Collect what only holds itself, and give the pages that nothing lies in back to the system; true if there were
    any. From any thread.
    """
    gc.collect()
    trim = _of_glibc("malloc_trim")
    return trim is not None and bool(trim(0))


async def stay_small() -> None:
    """Give back what is free, again and again until cancelled; in a thread, so that the loop goes on meanwhile."""
    await asyncio.sleep(_LOADED_S)
    # What has been loaded by now is there for good: not to look at it again makes collecting ten times as quick.
    gc.collect()
    gc.freeze()
    while True:
        await asyncio.to_thread(give_back)
        await asyncio.sleep(EVERY_S)


def _of_glibc(name: str) -> Callable[..., Any] | None:
    try:
        return getattr(ctypes.CDLL(None), name)
    except (AttributeError, OSError):
        return None
