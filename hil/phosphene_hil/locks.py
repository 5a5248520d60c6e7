# SPDX-License-Identifier: Apache-2.0
"""One run at a time per board: a lock of the operating system's, which ends with the process that holds it."""

from __future__ import annotations

import contextlib
import fcntl
import getpass
import json
import os
import tempfile
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

from phosphene_hil.outcomes import RigBlocked

_FOLDERS = (Path("/run/lock"), Path("/var/lock"))
"""Where every user may make files and nothing outlives the machine; elsewhere its folder for temporary files."""


def folder() -> Path:
    """Return the folder of the locks, which all users of this machine share."""
    fits = (path for path in _FOLDERS if path.is_dir() and os.access(path, os.W_OK | os.X_OK))
    return next(fits, Path(tempfile.gettempdir()))


class BoardLock:
    """The lock on one board, held from `take` until `give_back` or this process's end."""

    def __init__(self, handle: int) -> None:
        self._handle = handle

    @classmethod
    def take(cls, rig: str, port: str, where: Path | None = None) -> BoardLock:
        """Lock the board at `port`. Raises RigBlocked, which says who holds it."""
        board = os.path.realpath(port) if port.startswith(os.sep) else port
        path = (where or folder()) / f"phosphene-board-{sha256(board.encode()).hexdigest()[:16]}.lock"
        handle = _opened(path)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            held = _holder(os.pread(handle, 4096, 0))
            os.close(handle)
            cure = "wait until that run has ended, or end it"
            raise RigBlocked(f"its board is held by {held}", place=f"rig {rig}, {board}", cure=cure) from None
        now = datetime.now(UTC).isoformat(timespec="seconds")
        text = json.dumps({"user": getpass.getuser(), "pid": os.getpid(), "since": now, "in": str(Path.cwd())})
        os.ftruncate(handle, 0)
        os.pwrite(handle, text.encode(), 0)
        return cls(handle)

    def give_back(self) -> None:
        """Let the next run have the board."""
        os.ftruncate(self._handle, 0)
        os.close(self._handle)


def _opened(path: Path) -> int:
    """Open the lock's file, or make it for all users."""
    flags = os.O_RDWR | os.O_CLOEXEC
    with contextlib.suppress(FileNotFoundError):
        # Not with O_CREAT: in a sticky folder Linux then refuses another user's file (fs.protected_regular).
        return os.open(path, flags)
    try:
        handle = os.open(path, flags | os.O_CREAT | os.O_EXCL)
    except FileExistsError:
        return os.open(path, flags)
    os.fchmod(handle, 0o666)
    return handle


def _holder(text: bytes) -> str:
    """Return the holder in words. In the instant between lock and text the text is still empty."""
    try:
        said = json.loads(text)
        return f"{said['user']}, process {said['pid']}, since {said['since']}, in {said['in']}"
    except (ValueError, KeyError, TypeError):
        return "another run"
