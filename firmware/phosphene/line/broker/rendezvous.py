# SPDX-License-Identifier: Apache-2.0
"""Where the broker of a port is found: a private folder with one socket, one lock and one log per port."""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import json
import os
import stat
import tempfile
import time
from collections.abc import Generator
from dataclasses import dataclass
from pathlib import Path

from phosphene.errors import LineError, PortBusy

_SCHEMES = ("id:", "socket://", "rfc2217://")
_LOCK_TRIES = 5
_LOCK_PAUSE_S = 0.02


@dataclass(frozen=True, slots=True)
class Holder:
    """What a broker wrote into the lock that it holds: its process, and the port as it was given."""

    pid: int
    port: str


def folder() -> Path:
    """Return the private folder for sockets (mode 0700), made if need be.

    It is `phosphene` in $XDG_RUNTIME_DIR, else in the temporary directory under the user's number. Raises LineError
    when somebody else owns it, since whoever owns the folder could stand in for the broker.
    """
    runtime = os.environ.get("XDG_RUNTIME_DIR")
    path = Path(runtime) / "phosphene" if runtime else Path(tempfile.gettempdir()) / f"phosphene-{os.getuid()}"
    try:
        path.mkdir(mode=0o700, exist_ok=True)
        found = path.lstat()
    except OSError as error:
        raise LineError(
            f"no folder for the broker's socket: {error.strerror}",
            place=str(path),
            cure="set XDG_RUNTIME_DIR to a directory that you may write",
        ) from None
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid() or stat.S_IMODE(found.st_mode) & 0o077:
        raise LineError(
            "this folder is not private to you",
            place=str(path),
            cure="remove it, or set XDG_RUNTIME_DIR to a directory of your own",
        )
    return path


class Rendezvous:
    """The meeting point of one port's broker and its clients. `port` is a device path, `id:…` or a URL."""

    def __init__(self, port: str, where: Path | None = None) -> None:
        self.port = port if port.startswith(_SCHEMES) else str(Path(port).absolute())
        self._folder = where or folder()
        key = hashlib.sha256(self.port.encode()).hexdigest()[:16]
        self.socket = self._folder / f"{key}.sock"
        self.lock = self._folder / f"{key}.lock"
        self.log = self._folder / f"{key}.log"

    @classmethod
    def of(cls, port: str) -> Rendezvous:
        """Return the meeting point for `port`, also when a broker serves the same device under another name."""
        asked = cls(port)
        if asked.holder() is None and not port.startswith(_SCHEMES):
            device = os.path.realpath(port)
            for holder in running():
                if holder.port and not holder.port.startswith(_SCHEMES) and os.path.realpath(holder.port) == device:
                    return cls(holder.port)
        return asked

    def holder(self) -> Holder | None:
        """Return who holds the port now, or None. What a killed broker left behind does not count."""
        return _holder(self.lock)

    @contextlib.contextmanager
    def held(self) -> Generator[None]:
        """Hold the port for this process. Raises PortBusy, which names the process that holds it."""
        # The file is never removed: two processes could then each lock a file of that name.
        handle = os.open(self.lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            if not _locked(handle):
                holder = self.holder()
                who = f"process {holder.pid}" if holder else "another process"
                raise PortBusy(
                    f"the broker of this port is {who}", place=self.port, cure="attach to it; nothing to start"
                )
            os.ftruncate(handle, 0)
            os.pwrite(handle, json.dumps({"pid": os.getpid(), "port": self.port}).encode(), 0)
            self.clear()
            try:
                yield
            finally:
                self.clear()
                os.ftruncate(handle, 0)
        finally:
            os.close(handle)

    def journal(self, client: int) -> Path:
        """Return the path of a client's journal of sent calls."""
        return self.socket.with_suffix(f".{os.getpid()}.{client}.journal")

    def clear(self) -> None:
        """Remove the socket and journals of a broker that is gone. Only for the holder of the lock."""
        for path in (self.socket, *self._folder.glob(f"{self.socket.stem}.*.journal")):
            path.unlink(missing_ok=True)


def running() -> list[Holder]:
    """Return the brokers of this user that are alive."""
    return [holder for lock in sorted(folder().glob("*.lock")) if (holder := _holder(lock))]


def _locked(handle: int) -> bool:
    """Lock the open file for this process, if nobody else has; who only looks (`_holder`) is gone in an instant."""
    for _ in range(_LOCK_TRIES):
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            time.sleep(_LOCK_PAUSE_S)
        else:
            return True
    return False


def _holder(lock: Path) -> Holder | None:
    try:
        handle = os.open(lock, os.O_RDONLY | os.O_CLOEXEC)
    except FileNotFoundError:
        return None
    try:
        fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except OSError:
        # Somebody holds it. In the instant between lock and text the text is still empty.
        with contextlib.suppress(ValueError, KeyError):
            found = json.loads(os.read(handle, 4096))
            return Holder(int(found["pid"]), str(found["port"]))
        return Holder(0, "")
    finally:
        os.close(handle)
    return None
