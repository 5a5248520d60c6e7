# SPDX-License-Identifier: Apache-2.0
"""Threads that come and go leave no memory behind in arenas of their own, and what is free is given back."""

from __future__ import annotations

import asyncio
import platform
import subprocess
import sys
import threading

import pytest

from phosphene.memory import ASIDE, begin_threads

SPREAD = """
import os, sys, threading
from phosphene.memory import share_arenas
from phosphene_tools.bench.moment_process import resident_mb
if sys.argv[1] == "shared":
    assert share_arenas()
began = resident_mb(os.getpid())

def work(ready, over):
    small = [bytearray(4000) for _ in range(2000)]  # eight megabytes, in pieces that stay in an arena
    kept = small[::50]
    del small
    ready.set()
    over.wait()

overs = []
for _ in range(12):  # each has its arena while all are there
    ready, over = threading.Event(), threading.Event()
    thread = threading.Thread(target=work, args=(ready, over))
    thread.start()
    ready.wait()
    overs.append((thread, over))
grown = resident_mb(os.getpid()) - began
for thread, over in overs:
    over.set()
    thread.join()
print(grown)
"""

HOLES = """
import os, sys
from phosphene.memory import give_back
from phosphene_tools.bench.moment_process import resident_mb
began = resident_mb(os.getpid())
small = [bytearray(4000) for _ in range(20000)]  # eighty megabytes
kept = small[::50]  # the last of them is near the top, so nothing goes by itself
del small
if sys.argv[1] == "given back":
    assert give_back()
print(resident_mb(os.getpid()) - began)
"""


def grown_mb(script: str, how: str) -> float:
    ran = subprocess.run([sys.executable, "-c", script, how], capture_output=True, text=True, check=True)
    return float(ran.stdout)


glibc_only = pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="arenas are glibc's")


@glibc_only
def test_threads_share_their_arenas() -> None:
    assert grown_mb(SPREAD, "shared") < grown_mb(SPREAD, "apart") / 2


@glibc_only
def test_holes_between_what_stays_are_given_back() -> None:
    assert grown_mb(HOLES, "given back") < grown_mb(HOLES, "kept") / 4


def test_all_threads_that_work_aside_are_there_from_the_beginning() -> None:
    async def aside() -> list[set[str]]:
        begin_threads()
        before = {thread.name for thread in threading.enumerate()}
        busy = asyncio.Event()
        loop = asyncio.get_running_loop()
        waits = [asyncio.to_thread(asyncio.run_coroutine_threadsafe(busy.wait(), loop).result) for _ in range(ASIDE)]
        together = asyncio.gather(*waits)
        await asyncio.sleep(0.05)
        after = {thread.name for thread in threading.enumerate()}
        busy.set()
        assert all(await together)
        return [before, after]

    before, after = asyncio.run(aside())
    assert sum(name.startswith("aside") for name in before) == ASIDE
    assert after == before
