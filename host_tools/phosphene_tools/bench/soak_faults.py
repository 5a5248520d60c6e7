# SPDX-License-Identifier: Apache-2.0
"""Does the faults of a soak's plan to a device that runs, from outside, and writes down when."""

from __future__ import annotations

import asyncio
import contextlib
import os
import random
import signal
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from phosphene_tools.bench.soak_plan import LASTS_S, Kind, Planned
from phosphene_tools.bench.soak_senses import Feed
from phosphene_tools.sim.board import Cause
from phosphene_tools.sim.client import SimClient

_BURST_S: Final = 0.05
_BURST_BYTES: Final = 24
_CAUSES: Final[tuple[Cause, ...]] = ("pin", "power-on", "watchdog", "brown-out", "soft")
_WORKER: Final = "worker_side"


@dataclass(frozen=True, slots=True)
class Injected:
    """A fault that was done, at a time of the monotonic clock."""

    kind: Kind
    at_s: float


class Injector:
    """`pid` is the device's process, `feed` its senses. Without `board` only faults of the computer can be done."""

    def __init__(self, board: SimClient | None, feed: Feed, pid: int, seed: int) -> None:
        self.done: list[Injected] = []
        self._board = board
        self._feed = feed
        self._pid = pid
        self._rng = random.Random(seed)

    async def run(self, plan: Sequence[Planned], began_s: float) -> None:
        """Do all of them, each in its time after `began_s`."""
        for planned in plan:
            await asyncio.sleep(max(0.0, began_s + planned.at_s - time.monotonic()))
            worker = await self._worker() if planned.kind is Kind.ACCELERATOR else 0
            self.done.append(Injected(planned.kind, time.monotonic()))
            await self._do(planned.kind, worker)

    async def _worker(self) -> int:
        """Wait until the networks run in a worker: one that failed often is left alone for a while."""
        while (worker := worker_of(self._pid)) is None:
            await asyncio.sleep(0.2)
        return worker

    async def _do(self, kind: Kind, worker: int) -> None:
        lasts_s = LASTS_S[kind]
        match kind:
            case Kind.CAMERA:
                with self._feed.without_pictures():
                    await asyncio.sleep(lasts_s)
            case Kind.MICROPHONE:
                with self._feed.without_sound():
                    await asyncio.sleep(lasts_s)
            case Kind.ACCELERATOR:
                # It is ended by its supervisor, standing still as it is.
                with contextlib.suppress(ProcessLookupError):
                    os.kill(worker, signal.SIGSTOP)
            case _:
                assert self._board is not None, f"nobody can do {kind} to this board"
                await self._do_to(self._board, kind, lasts_s)

    async def _do_to(self, board: SimClient, kind: Kind, lasts_s: float) -> None:
        match kind:
            case Kind.CABLE:
                await board.pull_cable()
                await asyncio.sleep(lasts_s)
                await board.plug_cable()
            case Kind.RESET:
                await board.reset(self._rng.choice(_CAUSES))
            case Kind.FREEZE | Kind.WATCHDOG:
                await board.freeze()
                await asyncio.sleep(lasts_s)
                await board.thaw()
            case _:
                ends_s = time.monotonic() + lasts_s
                while time.monotonic() < ends_s:
                    await board.disturb(self._noise(), self._noise())
                    await asyncio.sleep(_BURST_S)

    def _noise(self) -> bytes:
        return self._rng.randbytes(self._rng.randint(1, _BURST_BYTES))


def worker_of(pid: int) -> int | None:
    """Return the process that runs the networks of the device `pid`; None where none does now."""
    for entry in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError, ValueError):
            if parent_of(int(entry.name)) == pid and _WORKER in (entry / "cmdline").read_text():
                return int(entry.name)
    return None


def parent_of(pid: int) -> int:
    """Return the parent of a process. Raises OSError when it has ended."""
    # The name in brackets may hold anything.
    return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
