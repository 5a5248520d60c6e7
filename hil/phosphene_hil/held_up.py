# SPDX-License-Identifier: Apache-2.0
"""How long this computer kept the bench's own processes waiting for a processor: the kernel counts it.

A board that is a program, and a host that is one, are late by as much, whatever they are worth. So a time that
was seen from outside may exceed its bound by this, and by nothing else.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

_PROC = Path("/proc")
_PARENT = 1  # of the words behind a process's name in its stat
_STOLEN = 8  # of the words of the first line of /proc/stat: time that a hypervisor gave to others
_TICKS_PER_S = 100


class HeldUp:
    """Adds up from its making on. Look often: what a process waited for goes with it when it ends."""

    def __init__(self) -> None:
        self._waited = _waited_ns()
        self._stolen = _stolen_s()
        self._total_ns = 0

    def look(self) -> float:
        """Return the seconds so far: at most so much, since what waits at the same time is counted twice."""
        now = _waited_ns()
        self._total_ns += sum(max(0, ns - self._waited.get(thread, 0)) for thread, ns in now.items())
        self._waited = now
        return self._total_ns / 1e9 + _stolen_s() - self._stolen


def _waited_ns() -> dict[str, int]:
    """Return what each thread of ours waited, by its path; empty where the kernel does not tell."""
    waited: dict[str, int] = {}
    for process in _ours():
        with suppress(OSError):  # it just ended
            for thread in (_PROC / process / "task").iterdir():
                with suppress(OSError, ValueError, IndexError):
                    waited[str(thread)] = int((thread / "schedstat").read_text().split()[1])
    return waited


def _ours() -> Iterator[str]:
    """Yield this process and all that came from it."""
    children: dict[str, list[str]] = {}
    for folder in _PROC.glob("[0-9]*"):
        with suppress(OSError, IndexError):
            parent = (folder / "stat").read_text().rpartition(")")[2].split()[_PARENT]
            children.setdefault(parent, []).append(folder.name)
    found = [str(os.getpid())]
    for process in found:
        yield process
        found += children.get(process, [])


def _stolen_s() -> float:
    with suppress(OSError, ValueError, IndexError):
        return int((_PROC / "stat").read_text().split("\n", 1)[0].split()[_STOLEN]) / _TICKS_PER_S
    return 0.0
