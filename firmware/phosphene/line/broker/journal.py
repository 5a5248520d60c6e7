# SPDX-License-Identifier: Apache-2.0
"""Which of a client's calls were written to the line, and under which name: kept where a killed broker can't lose it.

The broker notes a call in this mapped file before the call's bytes go to the port. If the broker is killed, the pages
are still there, so its client knows of every call whether it was surely never sent, or what to ask the board about.
"""

from __future__ import annotations

import mmap
import os
from pathlib import Path
from struct import Struct
from typing import NamedTuple

from phosphene.line.broker.messages import SLOTS

_NAME = Struct("<III")  # boot id, session, request
_SERIAL = Struct("<I")
_SIZE = _NAME.size + _SERIAL.size


class Sent(NamedTuple):
    """The name under which a call was written to the line."""

    boot_id: int
    session: int
    request: int


class SentJournal:
    """One record for each slot of one client. Serials start at 1, so an empty record belongs to no call."""

    def __init__(self, pages: mmap.mmap, path: Path | None) -> None:
        self._pages = pages
        self._path = path

    @classmethod
    def create(cls, path: Path) -> SentJournal:
        """Make the file; for the broker."""
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        try:
            os.ftruncate(handle, SLOTS * _SIZE)
            return cls(mmap.mmap(handle, SLOTS * _SIZE), path)
        finally:
            os.close(handle)

    @classmethod
    def open(cls, path: Path) -> SentJournal:
        """Map the file to read it; for the client. Raises OSError."""
        handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        try:
            return cls(mmap.mmap(handle, SLOTS * _SIZE, prot=mmap.PROT_READ), None)
        except ValueError as error:
            raise OSError(f"{path} is cut short: {error}") from None
        finally:
            os.close(handle)

    def note(self, slot: int, serial: int, boot_id: int, session: int, request: int) -> None:
        """Say that a call is about to be written."""
        # The serial makes the record valid, so it comes last: a kill in between leaves the call unsent.
        _NAME.pack_into(self._pages, slot * _SIZE, boot_id, session, request)
        _SERIAL.pack_into(self._pages, slot * _SIZE + _NAME.size, serial)

    def find(self, slot: int, serial: int) -> Sent | None:
        """Return how the call was sent, or None if it never was."""
        if _SERIAL.unpack_from(self._pages, slot * _SIZE + _NAME.size)[0] != serial:
            return None
        return Sent(*_NAME.unpack_from(self._pages, slot * _SIZE))

    def close(self) -> None:
        """Let go of the file; its maker removes it."""
        self._pages.close()
        if self._path is not None:
            self._path.unlink(missing_ok=True)
