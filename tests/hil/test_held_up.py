# SPDX-License-Identifier: Apache-2.0
"""What the kernel counts as waiting for a processor, of this process and of all that came from it."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from phosphene_hil.held_up import HeldUp

PATIENCE_S = 30.0


@pytest.mark.skipif(not Path("/proc/self/schedstat").exists(), reason="this kernel does not count it")
def test_more_busy_children_than_processors_are_held_up() -> None:
    held_up = HeldUp()
    busy = [sys.executable, "-c", "while True: pass"]
    children = [subprocess.Popen(busy) for _ in range((os.cpu_count() or 1) + 2)]
    try:
        ends = time.monotonic() + PATIENCE_S
        seen = [held_up.look()]
        while seen[-1] < 0.1:
            assert time.monotonic() < ends, seen
            time.sleep(0.05)
            seen.append(held_up.look())
        assert seen == sorted(seen)
    finally:
        for child in children:
            child.kill()
            child.wait()
    assert held_up.look() >= seen[-1], "what a process waited for stays counted when it has ended"
