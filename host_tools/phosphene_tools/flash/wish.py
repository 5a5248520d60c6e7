# SPDX-License-Identifier: Apache-2.0
"""What is to be flashed, and what came of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from phosphene_tools.keys.store import KeyStore

Way = Literal["none", "line", "repl"]
Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Wish:
    """`rig` or `port` name the board. `bundle` is a file to install as it is; else the firmware here is built, with a
    maker's `tasks` beside its own, and signed by `key`, or by the key in `keys` that the board knows. With `reset`
    false nothing is restarted: the next start tries the new version."""

    rig: str = ""
    port: str = ""
    bundle: Path | None = None
    key: str = ""
    counter: int | None = None
    tasks: Path | None = None
    firmware: Path | None = None
    dry_run: bool = False
    reset: bool = True
    keys: KeyStore = field(default_factory=KeyStore)
    say: Say = lambda _: None


@dataclass(frozen=True, slots=True)
class Done:
    """What a flash did, or with `dry_run` would do: `sent` are the files that crossed the line."""

    rig: str
    version: str
    way: Way
    slot: str
    kept: int
    copied: int
    sent: tuple[str, ...]
    confirmed: bool
    dry_run: bool
    seconds: float

    @property
    def unchanged(self) -> bool:
        """Whether the board had this version already."""
        return self.way == "none"

    def as_json(self) -> dict[str, Any]:
        """Return plain values for JSON."""
        return {
            "rig": self.rig,
            "version": self.version,
            "way": self.way,
            "slot": self.slot,
            "kept": self.kept,
            "copied": self.copied,
            "sent": list(self.sent),
            "confirmed": self.confirmed,
            "unchanged": self.unchanged,
            "dry_run": self.dry_run,
            "seconds": round(self.seconds, 3),
        }
