# SPDX-License-Identifier: Apache-2.0
"""Threads that come and go leave no memory behind in arenas of their own."""

from __future__ import annotations

import platform
import subprocess
import sys

import pytest

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


def grown_mb(how: str) -> float:
    ran = subprocess.run([sys.executable, "-c", SPREAD, how], capture_output=True, text=True, check=True)
    return float(ran.stdout)


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="arenas are glibc's")
def test_threads_share_their_arenas() -> None:
    assert grown_mb("shared") < grown_mb("apart") / 2
