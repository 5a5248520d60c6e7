# SPDX-License-Identifier: Apache-2.0
"""The manifest of a version: what it is for, and the SHA-256 of each of its files. This text is what is signed."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import Self

from phosphene_tools.flash.errors import BundleError

FIRST = "phosphene bundle 1"
_NAME = re.compile(r"(tasks/)?[A-Za-z0-9_][A-Za-z0-9_.-]{0,40}", re.ASCII)
_FILE = re.compile(r"file ([0-9a-f]{64}) (\d{1,9}) (\S+)")
_HEAD = ("version", "board", "abi", "counter")
_COUNTER_MAX = 2**30 - 1


@dataclass(frozen=True, slots=True)
class Entry:
    """A file: name in the slot, bytes, SHA-256 in hexadecimal."""

    name: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """`board` is the rig's name, `abi` as in `Abi`; a board refuses what has a lower `counter` than it ever kept."""

    version: str
    board: str
    abi: str
    counter: int
    entries: tuple[Entry, ...]

    @classmethod
    def of(cls, files: dict[str, bytes], *, version: str, board: str, abi: str, counter: int) -> Self:
        """Return the manifest of these files. Raises BundleError for a name that a slot can't hold."""
        if not 0 <= counter <= _COUNTER_MAX:
            raise BundleError(f"{counter} is no counter", cure=f"give 0 to {_COUNTER_MAX}")
        entries = tuple(
            Entry(name, len(data), hashlib.sha256(data).hexdigest()) for name, data in sorted(files.items())
        )
        for entry in entries:
            if not _NAME.fullmatch(entry.name) or entry.name in ("manifest", "signature"):
                raise BundleError(f"{entry.name!r} is no name for a file in a slot", cure="rename it")
        return cls(version, board, abi, counter, entries)

    @classmethod
    def parse(cls, content: bytes, place: str = "manifest") -> Self:
        """Return what the text says. Raises BundleError when it is anything but what `encode` makes."""
        try:
            lines = content.decode().split("\n")
            head = dict(
                zip(_HEAD, (_value(key, line) for key, line in zip(_HEAD, lines[1:5], strict=True)), strict=True)
            )
            entries = tuple(_entry(line) for line in lines[5:-1])
            found = cls(head["version"], head["board"], head["abi"], int(head["counter"]), entries)
        except (ValueError, UnicodeError) as error:
            raise BundleError(f"this is no manifest: {error}", place=place, cure="build the bundle anew") from error
        if lines[0] != FIRST or found.encode() != content:
            raise BundleError(
                "this is no manifest of a bundle that is known here", place=place, cure="update the tools"
            )
        return found

    def encode(self) -> bytes:
        """Return the text that is signed; the same bytes for the same files, everywhere."""
        head = (self.version, self.board, self.abi, str(self.counter))
        lines = [FIRST, *(f"{key} {value}" for key, value in zip(_HEAD, head, strict=True))]
        lines += [f"file {entry.sha256} {entry.size} {entry.name}" for entry in self.entries]
        return ("\n".join(lines) + "\n").encode()

    @property
    def seal(self) -> bytes:
        """The SHA-256 of the text, by which a board names a version; 32 bytes."""
        return hashlib.sha256(self.encode()).digest()


def _value(key: str, line: str) -> str:
    name, space, value = line.partition(" ")
    if name != key or not space or not value:
        raise ValueError(f"{line!r} stands where {key} should")
    return value


def _entry(line: str) -> Entry:
    found = _FILE.fullmatch(line)
    if found is None or not _NAME.fullmatch(found[3]):
        raise ValueError(f"{line!r} names no file")
    return Entry(found[3], int(found[2]), found[1])
