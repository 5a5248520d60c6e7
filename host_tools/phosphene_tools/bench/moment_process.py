# SPDX-License-Identifier: Apache-2.0
"""Starts a device as a process of its own, in a place of its own: no board or cache of anybody else's is touched."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import shutil
import sys
import tempfile
import time
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import AsyncGenerator, Generator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from phosphene.errors import PhospheneError

RUN: Final = ("-c", "from phosphene_tools.cli import main; main()", "run", "--console-port", "0", "--no-tour")
"""What runs the device as its users do."""
_START_S: Final = 60.0
_END_S: Final = 20.0
_PAGE_MB: Final = os.sysconf("SC_PAGE_SIZE") / 2**20


@dataclass(slots=True)
class Running:
    """A device that runs: the address of its console, and when its process was started, on the monotonic clock."""

    process: Process
    started_s: float
    address: str = ""

    async def told(self, name: str) -> str:
        """Return what the device says next under `name`; empty when it ends without."""
        assert self.process.stdout is not None
        async for line in self.process.stdout:
            said, _, text = line.decode(errors="replace").strip().partition(" ")
            if said == name:
                return text.strip()
        return ""


@dataclass(frozen=True, slots=True)
class Place:
    """Where it keeps its sockets and caches."""

    folder: Path

    @property
    def environment(self) -> dict[str, str]:
        """The environment of its processes."""
        return os.environ | {
            "XDG_RUNTIME_DIR": str(self.folder),
            "XDG_CACHE_HOME": str(self.folder / "cache"),
            # What it prints is read as it comes.
            "PYTHONUNBUFFERED": "1",
        }

    def brokers_mb(self) -> float | None:
        """Return how much memory the brokers of this place take; None where the system doesn't say."""
        pids = [json.loads(lock.read_text() or "{}").get("pid", 0) for lock in self.folder.glob("phosphene/*.lock")]
        sizes = [resident_mb(pid) for pid in pids if pid]
        return sum(size for size in sizes if size is not None) if any(sizes) else None


@contextmanager
def a_place() -> Generator[Place]:
    """Make a place for as long as the context lasts. Its path is short, as a socket's must be."""
    folder = Path(tempfile.mkdtemp(prefix="ph-"))
    try:
        yield Place(folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def in_place(place: Place) -> Generator[None]:
    """Be in this place while the context lasts: what is attached to and started finds the brokers and boards there."""
    before = {name: os.environ.get(name) for name in place.environment}
    os.environ.update(place.environment)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


@asynccontextmanager
async def a_device(place: Place, *words: str) -> AsyncGenerator[Running]:
    """Start `python words…`, which prints where its console is, and end it with the context.

    Raises PhospheneError when it ends instead, or says nothing.
    """
    started_s = time.monotonic()
    with tempfile.TemporaryFile() as errors:
        process = await asyncio.create_subprocess_exec(
            sys.executable, *words, stdin=DEVNULL, stdout=PIPE, stderr=errors, env=place.environment
        )
        running = Running(process, started_s)
        try:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(_START_S):
                    running.address = await running.told("console")
            if not running.address:
                errors.seek(0)
                said = errors.read().decode(errors="replace").strip().splitlines()
                raise PhospheneError(
                    f"the device did not start: {said[-1] if said else 'it said nothing'}",
                    place="bench moment",
                    cure="see what it says by itself: phosphene run",
                )
            yield running
        finally:
            await _end(process)


async def _end(process: Process) -> None:
    with contextlib.suppress(ProcessLookupError):
        process.terminate()
    try:
        async with asyncio.timeout(_END_S):
            await process.wait()
    except TimeoutError:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()


def resident_mb(pid: int) -> float | None:
    """Return how much memory of a process is resident; None where the system doesn't say, or it has ended."""
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * _PAGE_MB
    except (OSError, ValueError, IndexError):
        return None
