# SPDX-License-Identifier: Apache-2.0
"""Contents by their hashes: what a set needs and is there already need not be sent."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO

from .problem import Problem

_PIECE = 1 << 20
_HASH = re.compile(r"[0-9a-f]{64}")


def hashed(path: Path) -> str:
    """Return the SHA-256 of a file, read from where it lies."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


class Store:
    """A folder with a file for each content, named by its hash."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def missing(self, wanted: Iterable[str]) -> list[str]:
        """Return which are not there, or not what their name says."""
        return [name for name in wanted if not self._whole(_checked(name))]

    def take(self, name: str, size: int, stream: BinaryIO) -> None:
        """Read a content from `stream` and keep it. Raises Problem when it is not what its name says."""
        path, part = self.folder / _checked(name), self.folder / f"{name}.part"
        self.folder.mkdir(parents=True, exist_ok=True)
        digest = hashlib.sha256()
        try:
            with part.open("wb") as file:
                for piece in _pieces(stream, size):
                    digest.update(piece)
                    file.write(piece)
                file.flush()
                os.fsync(file.fileno())
            if digest.hexdigest() != name:
                raise Problem("a file did not arrive as it was sent", str(path), "deploy again")
            part.chmod(0o444)
            part.replace(path)
        finally:
            part.unlink(missing_ok=True)

    def lay(self, name: str, target: Path) -> None:
        """Make the content appear at `target`; without a second copy where the file system can."""
        target.parent.mkdir(parents=True, exist_ok=True)
        source = self.folder / _checked(name)
        try:
            os.link(source, target)
        except OSError:
            shutil.copy2(source, target)

    def drop_but(self, kept: set[str]) -> int:
        """Remove what no set needs; return how many."""
        gone = [path for path in self.folder.iterdir() if path.name not in kept] if self.folder.is_dir() else []
        for path in gone:
            path.unlink()
        return len(gone)

    def _whole(self, name: str) -> bool:
        path = self.folder / name
        if not path.is_file():
            return False
        if hashed(path) == name:
            return True
        path.unlink()
        return False


def _checked(name: str) -> str:
    if not _HASH.fullmatch(name):
        raise Problem(f"{name!r} is no hash", "set", "build it anew")
    return name


def _pieces(stream: BinaryIO, size: int) -> Iterator[bytes]:
    left = size
    while left:
        piece = stream.read(min(left, _PIECE))
        if not piece:
            raise Problem("the connection ended in the middle of a file", "host", "deploy again: what arrived is kept")
        left -= len(piece)
        yield piece
