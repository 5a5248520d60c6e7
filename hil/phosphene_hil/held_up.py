# SPDX-License-Identifier: Apache-2.0
"""How long this computer kept the bench's own processes waiting for a processor: the kernel counts it.

A board that is a program, and a host that is one, are late by as much, whatever they are worth. So a time that
was seen from outside may exceed its bound by this, and by nothing else.
"""

from __future__ import annotations

import asyncio
import os
import time
from bisect import bisect_left
from collections.abc import Awaitable
from contextlib import suppress
from pathlib import Path
from typing import TypeVar

T = TypeVar("T")

LOOK_S = 0.1
"""How often to look."""

_PROC = Path("/proc")
_STOLEN = 8  # of the words of the first line of /proc/stat: time that a hypervisor gave to others
_TICKS_PER_S = 100


class HeldUp:
    """Adds up from its making on. Look often: what a process waited for goes with it when it ends.

    What several of them waited for at once made nobody late twice: between two looks no more counts than the time
    that passed.
    """

    def __init__(self) -> None:
        self._left_out: set[str] = set()
        self._waited = _waited_ns(self._left_out)
        self._stolen = _stolen_s()
        self._looks = [(time.monotonic(), 0.0)]

    def leave_out(self, pid: int) -> None:
        """Count a process no more: it has done its part, and what it waits for from now on makes nobody late."""
        self.look()
        self._left_out.add(str(pid))

    def look(self) -> float:
        """Return the seconds so far."""
        waited, stolen, now_s = _waited_ns(self._left_out), _stolen_s(), time.monotonic()
        grown_ns = sum(max(0, ns - self._waited.get(thread, 0)) for thread, ns in waited.items())
        then_s, total_s = self._looks[-1]
        total_s += min(now_s - then_s, grown_ns / 1e9 + stolen - self._stolen)
        self._waited, self._stolen = waited, stolen
        self._looks.append((now_s, total_s))
        return total_s

    async def during(self, work: Awaitable[T]) -> T:
        """Look while `work` is at work; what it returns."""
        task = asyncio.ensure_future(work)
        while not (await asyncio.wait({task}, timeout=LOOK_S))[0]:
            self.look()
        return task.result()

    def until(self, at_s: float) -> float:
        """Return the seconds until `at_s` of CLOCK_MONOTONIC, or rather until the first look from then on."""
        after = bisect_left(self._looks, at_s, key=lambda look: look[0])
        return self._looks[min(after, len(self._looks) - 1)][1]


def _waited_ns(left_out: set[str]) -> dict[str, int]:
    """Return what each thread of ours waited, by its path; empty where the kernel does not tell.

    Ours is this process and all that came from it. No other process is looked at: a walk through all of /proc takes
    tens of milliseconds, in which a simulated board's launcher, which is this process, would carry nothing.
    """
    waited: dict[str, int] = {}
    ours = [str(os.getpid())]
    for process in ours:
        with suppress(OSError):  # it just ended
            for thread in (_PROC / process / "task").iterdir():
                with suppress(OSError, ValueError, IndexError):
                    ours += (thread / "children").read_text().split()
                    if process not in left_out:
                        waited[str(thread)] = int((thread / "schedstat").read_text().split()[1])
    return waited


def _stolen_s() -> float:
    with suppress(OSError, ValueError, IndexError):
        return int((_PROC / "stat").read_text().split("\n", 1)[0].split()[_STOLEN]) / _TICKS_PER_S
    return 0.0
