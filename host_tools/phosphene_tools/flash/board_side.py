# SPDX-License-Identifier: Apache-2.0
"""What a board that takes an update offers, whichever way it is reached: over its line, or over its REPL."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

PIECE = 1024
"""Bytes of a file that are sent at once."""

Tell = Callable[[str, int, int], None]
"""Is told what is done (a file's name), and how many bytes of how many are sent."""


@dataclass(frozen=True, slots=True)
class State:
    """How a board is. `slot` is empty when it does not run from one, `manifest` (32 bytes) then, too.

    `signed` says that its slot `update` holds a key: only what that key signed is taken.
    """

    slot: str
    trial: bool
    counter: int
    manifest: bytes
    why: str
    abi: str
    interpreter: str
    free_kib: int
    signed: bool


@dataclass(frozen=True, slots=True)
class Found:
    """What a board has of a version already: files left as they are, files copied from the other slot."""

    kept: int
    copied: int
    missing: tuple[str, ...]


class BoardSide(Protocol):
    """Puts one version into the slot that does not run. Methods raise FlashError or a LineError."""

    async def begin(self) -> str:
        """Choose the slot and unseal it; returns its name."""
        ...

    async def write(self, name: str, offset: int, data: bytes) -> None:
        """Write a piece of at most PIECE bytes of the manifest, or of a missing file."""
        ...

    async def check(self, signature: bytes) -> Found:
        """Have the manifest judged, and unchanged files copied on the board."""
        ...

    async def seal(self) -> None:
        """Have everything read back from flash and compared; the next start tries it."""
        ...

    async def restart(self) -> None:
        """Reset the board."""
        ...


async def send(side: BoardSide, manifest: bytes, signature: bytes, files: dict[str, bytes], tell: Tell) -> Found:
    """Put a version into the other slot and seal it; returns what was there. Nothing runs it yet."""
    slot = await side.begin()
    await _write(side, "manifest", manifest, lambda at: tell(f"manifest into slot {slot}", at, len(manifest)))
    tell("unchanged files", 0, 0)
    found = await side.check(signature)
    total = sum(len(files[name]) for name in found.missing)
    before = 0
    for name in found.missing:
        tell(name, before, total)
        await _write(side, name, files[name], lambda at, name=name, before=before: tell(name, before + at, total))
        before += len(files[name])
    tell("reading back", total, total)
    await side.seal()
    return found


async def _write(side: BoardSide, name: str, content: bytes, tell: Callable[[int], None]) -> None:
    for offset in range(0, len(content), PIECE):
        await side.write(name, offset, content[offset : offset + PIECE])
        tell(min(offset + PIECE, len(content)))
