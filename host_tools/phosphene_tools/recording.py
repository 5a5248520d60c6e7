# SPDX-License-Identifier: Apache-2.0
"""A run that is recorded: opens the trace when the board's tasks are known, and ends it properly."""

from __future__ import annotations

import contextlib
import hashlib
import platform
from collections.abc import Generator
from dataclasses import dataclass, field
from importlib import metadata
from pathlib import Path

from phosphene import models
from phosphene.console.screen import Screen
from phosphene.line.dictionary import Dictionary
from phosphene.loop.supervisor import Supervisor
from phosphene.trace.records import TraceError
from phosphene.trace.writer import TraceWriter

_VERSIONS = ("ai-edge-litert", "numpy", "phosphene")


@dataclass(slots=True)
class Recording:
    """Where to, and how large it may become."""

    path: Path
    most_bytes: int = 512 << 20
    writer: TraceWriter | None = field(default=None, init=False)

    def check(self) -> None:
        """Raise TraceError when there is such a file already: nothing is recorded over."""
        if self.path.exists():
            raise TraceError("there is such a file already", place=str(self.path), cure="name another, or remove it")

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

    async def follow(self, screen: Screen) -> None:
        """Record the frames of `screen` until cancelled."""
        import asyncio

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
