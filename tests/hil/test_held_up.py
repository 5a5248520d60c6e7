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
        began_s = time.monotonic()
        seen = [held_up.look()]
        while seen[-1] < 0.1:
            assert time.monotonic() < ends, seen
            time.sleep(0.05)
            seen.append(held_up.look())
        assert seen == sorted(seen)
        assert held_up.until(began_s - 1) == 0
        assert held_up.until(time.monotonic()) == seen[-1]
    finally:
        for child in children:
            child.kill()
            child.wait()
    assert held_up.look() >= seen[-1], "what a process waited for stays counted when it has ended"


@pytest.mark.skipif(not Path("/proc/self/schedstat").exists(), reason="this kernel does not count it")
def test_what_several_wait_for_at_once_counts_once_and_what_was_left_out_does_not() -> None:
    busy = [sys.executable, "-c", "while True: pass"]
    children = [subprocess.Popen(busy) for _ in range(4 * (os.cpu_count() or 1))]
    try:
        began_s, held_up = time.monotonic(), HeldUp()
        ends = began_s + PATIENCE_S
        while held_up.look() < 0.1:
            assert time.monotonic() < ends
            time.sleep(0.05)
        assert held_up.look() <= time.monotonic() - began_s, "four times as many wait as processors are there"
        all_of_us = HeldUp()
        for pid in (os.getpid(), *(child.pid for child in children)):
            held_up.leave_out(pid)
        alone, together = held_up.look(), all_of_us.look()
        while all_of_us.look() - together < 0.1:
            assert time.monotonic() < ends
            time.sleep(0.05)
        assert held_up.look() - alone < all_of_us.look() - together
    finally:
        for child in children:
            child.kill()
            child.wait()
