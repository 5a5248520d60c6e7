# SPDX-License-Identifier: Apache-2.0
"""Running simulated boards make themselves known here, so that other programs find them by the rig's name."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
from collections.abc import Generator
from dataclasses import asdict, dataclass
from pathlib import Path

from phosphene.line.broker.rendezvous import folder

_PREFIX = "sim-"


@dataclass(frozen=True, slots=True)
class Published:
    """A simulated board that runs: whose process it is, and the paths that it is reached by.

    `port` is the line (a link that stays the same when the cable is pulled and plugged in), `repl_port` the
    maintenance REPL, `control` the simulator's control socket.
    """

    rig: str
    pid: int
    port: str
    repl_port: str
    control: str


@contextlib.contextmanager
def published(board: Published, where: Path | None = None) -> Generator[Path]:
    """Make `board` known while the context lasts. The process must be the one that runs the board."""
    path = (where or folder()) / f"{_PREFIX}{os.getpid()}.json"
    handle = _locked(path)
    try:
        os.ftruncate(handle, 0)
        os.pwrite(handle, json.dumps(asdict(board)).encode(), 0)
        yield path
    finally:
        path.unlink(missing_ok=True)
        os.close(handle)


def simulated_boards(where: Path | None = None) -> list[Published]:
    """Return the simulated boards of this user that run now, the oldest first."""
    paths = sorted((where or folder()).glob(f"{_PREFIX}*.json"), key=lambda path: path.name)
    return [board for path in paths if (board := _read(path))]


def _locked(path: Path) -> int:
    """Open and lock the file. The lock, not the file, says that the board runs: the kernel lets go of it when the
    process dies.

    Who looks between the two takes it for a file that was left behind, and removes it: then it is made once more.
    """
    while True:
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        fcntl.flock(handle, fcntl.LOCK_EX)
        if _is_at(path, handle):
            return handle
        os.close(handle)


def _is_at(path: Path, handle: int) -> bool:
    try:
        return path.stat().st_ino == os.fstat(handle).st_ino
    except FileNotFoundError:
        return False


def _read(path: Path) -> Published | None:
    try:
        handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except FileNotFoundError:
        return None
    try:
        fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        # In the instant between lock and text the text is still empty.
        with contextlib.suppress(ValueError, TypeError):
            return Published(**json.loads(os.read(handle, 65536)))
    else:
        # Whoever makes it anew waits for our lock.
        if _is_at(path, handle):
            path.unlink(missing_ok=True)
    finally:
        os.close(handle)
    return None
