# SPDX-License-Identifier: Apache-2.0
"""Recordings that lie in a folder: which there are, which are too old or too many, and how they are wiped."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from phosphene.trace.records import TraceError

DAY_S: Final = 86_400.0
_NAME: Final = "phosphene-%Y%m%dT%H%M%SZ.mcap"
_MAGIC: Final = b"\x89MCAP0\r\n"


@dataclass(frozen=True, slots=True)
class Kept:
    """One recording. `began_s` is in seconds since 1970: by its name, or when it was written last."""

    path: Path
    began_s: float
    size: int
    ours: bool
    """Whether its name is one that a device gave it: only those are removed by themselves."""


@dataclass(frozen=True, slots=True)
class Wiped:
    """What became of one file; `why_not` is empty if it is gone."""

    path: Path
    size: int = 0
    why_not: str = ""

    def __str__(self) -> str:
        if self.why_not:
            return f"not removed: {self.path}: {self.why_not}"
        return f"removed: {self.path} ({self.size / 2**20:.1f} MiB)"


def fresh_name(now_s: float) -> str:
    """Return the name of a recording that begins now, in UTC."""
    return datetime.fromtimestamp(now_s, UTC).strftime(_NAME)


def found(folder: Path) -> list[Kept]:
    """Return the recordings right in `folder`, the oldest first. Raises TraceError when it can't be looked into."""
    try:
        paths = [path for path in folder.iterdir() if path.suffix == ".mcap"]
        kept = [_kept(path) for path in paths if path.is_file() and not path.is_symlink() and _is_recording(path)]
    except OSError as error:
        cure = "name a folder of recordings" if isinstance(error, FileNotFoundError | NotADirectoryError) else ""
        raise TraceError(f"can't be looked into: {error.strerror}", place=str(folder), cure=cure) from None
    return sorted(kept, key=lambda one: (one.began_s, one.path.name))


def retained(folder: Path, keep_s: float, most_bytes: int, running: Path | None = None) -> list[Wiped]:
    """Remove what is older than `keep_s`, then the oldest until all fit into `most_bytes`; the `running` one stays.

    Only files that a device named are touched. Returns what was removed, or could not be.
    """
    there = [one for one in found(folder) if one.ours]
    total, now_s = sum(one.size for one in there), time.time()
    wiped: list[Wiped] = []
    for one in there:
        if one.path == running or (now_s - one.began_s <= keep_s and total <= most_bytes):
            continue
        wiped.append(_remove(one.path))
        total -= wiped[-1].size
    return wiped


def wipe(places: Iterable[Path], tell: Callable[[Wiped], None]) -> bool:
    """Remove recordings: files by their names, and of folders all that lie right in them. Return whether all are gone.

    What is no recording stays. One that is being written ends. `tell` gets what became of each.
    """
    well = True
    for place in places:
        if place.is_dir() and not place.is_symlink():
            try:
                paths = [one.path for one in found(place)]
            except TraceError as error:
                tell(Wiped(place, why_not=error.message))
                well = False
                continue
        else:
            paths = [place]
        for path in paths:
            told = _remove(path)
            well = well and not told.why_not
            tell(told)
    return well


def _remove(path: Path) -> Wiped:
    try:
        size = path.lstat().st_size
        if path.is_symlink() or not path.is_file() or not _is_recording(path):
            return Wiped(path, why_not="it is no recording")
        path.unlink()
    except OSError as error:
        return Wiped(path, why_not=(error.strerror or str(error)).lower())
    return Wiped(path, size)


def _is_recording(path: Path) -> bool:
    """Whether it begins as one; an empty `.mcap` is one that was cut off at once."""
    with path.open("rb") as file:
        begins = file.read(len(_MAGIC))
    return begins == _MAGIC or (not begins and path.suffix == ".mcap")


def _kept(path: Path) -> Kept:
    status = path.stat()
    try:
        began_s = datetime.strptime(path.name, _NAME).replace(tzinfo=UTC).timestamp()
    except ValueError:
        return Kept(path, status.st_mtime, status.st_size, ours=False)
    return Kept(path, began_s, status.st_size, ours=True)
