# SPDX-License-Identifier: Apache-2.0
"""A run that is recorded: opens the trace when the board's tasks are known, and ends it properly."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import math
import os
import platform
import time
from collections.abc import Callable, Generator
from dataclasses import dataclass, field
from importlib import metadata
from pathlib import Path

from phosphene import models
from phosphene.console.screen import Screen
from phosphene.line.dictionary import Dictionary
from phosphene.loop.supervisor import Supervisor
from phosphene.trace.records import TraceError
from phosphene.trace.writer import TraceWriter
from phosphene_tools.recordings import DAY_S, fresh_name, retained

_VERSIONS = ("ai-edge-litert", "numpy", "phosphene")
_TEND_S = 5.0


@dataclass(slots=True)
class Recording:
    """Where to: a new file, which ends at `most_bytes`; or a folder, in which a file of this run's own is made.

    In a folder `most_bytes` is for all recordings together, and what is older than `keep_s` is removed, as are the
    oldest where there are too many (see `retained`). `folder`: it is to be one, and no file of that name is made.
    """

    path: Path
    most_bytes: int = 512 << 20
    keep_s: float = 30 * DAY_S
    folder: bool = False
    writer: TraceWriter | None = field(default=None, init=False)
    _folder: Path | None = field(default=None, init=False)
    _until_s: float = field(default=math.inf, init=False)

    def check(self) -> None:
        """Raise TraceError when nothing can be recorded there: there is such a file, or no such folder."""
        if self.folder and not self.path.is_dir():
            raise TraceError("there is no such folder", place=str(self.path), cure="make it first")
        if self.path.is_dir():
            self._folder, self.path = self.path, self.path / fresh_name(time.time())
            self._until_s = time.time() + self.keep_s
        if self.path.exists() or self.path.is_symlink():
            raise TraceError("there is such a file already", place=str(self.path), cure="name another, or remove it")
        if not self.path.parent.is_dir():
            raise TraceError("there is no such folder", place=str(self.path.parent), cure="make it first")
        if not os.access(self.path.parent, os.W_OK | os.X_OK):
            cure = "name a folder of yours, or change whose it is"
            raise TraceError("nothing may be written there", place=str(self.path.parent), cure=cure)

    async def tend(self, say: Callable[[str, str], None]) -> None:
        """Keep to what may be kept, until cancelled. `say` gets where it is, what is removed, its end."""
        say("record", str(self.path))
        ended = ""
        while True:
            if self._folder is not None:
                await self._retain(self._folder, say)
            if self.writer is not None and self.writer.ended != ended:
                ended = self.writer.ended
                say("record", f"nothing more is recorded: {ended}")
            await asyncio.sleep(_TEND_S)

    async def _retain(self, folder: Path, say: Callable[[str, str], None]) -> None:
        if time.time() > self._until_s and self.writer is not None and self.goes_on:
            await asyncio.to_thread(self.writer.end, "it has become too old")
        running = self.path if self.writer is None or self.goes_on else None
        try:
            wiped = await asyncio.to_thread(retained, folder, self.keep_s, self.most_bytes, running)
        except TraceError as error:
            say("record", str(error))
            return
        for one in wiped:
            say("record", str(one))

    @property
    def goes_on(self) -> bool:
        """Whether moments are being written."""
        return self.writer is not None and not self.writer.ended

    @contextlib.contextmanager
    def of(self, supervisor: Supervisor, accelerator: str) -> Generator[None]:
        """Record what the supervisor's loop does during the block."""

        def begin(dictionary: Dictionary) -> None:
            writer = self.writer = TraceWriter(self.path, about(accelerator), dictionary.raw, self.most_bytes)
            supervisor.ends.append(writer)

        supervisor.meet = begin
        try:
            yield
        finally:
            if self.writer is not None:
                self.writer.close()

    def note(self, text: str) -> None:
        """Write a line between the moments, where they are written."""
        if self.writer is not None:
            self.writer.note(text)

    async def follow(self, screen: Screen) -> None:
        """Record the frames of `screen` until cancelled."""
        while self.writer is None:
            await asyncio.sleep(0.05)
        await self.writer.follow(screen)


def about(accelerator: str) -> dict[str, str]:
    """Return what a replay must have the same of: versions, the accelerator, and a hash of each graph."""
    found = {"accelerator": accelerator, "python": platform.python_version(), "machine": platform.machine()}
    for package in _VERSIONS:
        with contextlib.suppress(metadata.PackageNotFoundError):
            found[package] = metadata.version(package)
    for graph in sorted(models.folder().glob("*/*.tflite")):
        found[f"graph {graph.parent.name}/{graph.name}"] = hashlib.sha256(graph.read_bytes()).hexdigest()
    return found
