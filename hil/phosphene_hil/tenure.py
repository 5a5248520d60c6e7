# SPDX-License-Identifier: Apache-2.0
"""The rig of this process: taken before its first use, held against every other run, given back at the end."""

from __future__ import annotations

import os
import socket
import time
from dataclasses import replace
from typing import TYPE_CHECKING, Protocol
from urllib.parse import urlsplit

from phosphene.errors import PhospheneError
from phosphene_tools import ports

if TYPE_CHECKING:
    from phosphene_hil.rig import Choice

_GRACE_S = 5.0
"""How long a port may be away before its board counts as gone: a board on USB that was reset comes back sooner."""
_LOOK_S = 0.2
_CONNECT_S = 2.0


class _Held(Protocol):
    def give_back(self) -> None: ...


class Tenure:
    """The hold on one rig, from the first `take` to `give_back`; also where it is noticed that the rig went away."""

    def __init__(self, choice: Choice) -> None:
        self.choice = choice
        self._taken: Choice | PhospheneError | None = None
        self._held: _Held | None = None
        self._port = ""
        self._lost = ""

    def take(self) -> Choice:
        """Take the rig, and return how it is opened. What came of the first time comes of every other.

        Raises BoardNotFound when it is not there, RigBlocked when it can't be had; ConfigError.
        """
        if self._taken is None:
            try:
                self._taken = self._take()
            except PhospheneError as error:
                self._taken = error
        if isinstance(self._taken, PhospheneError):
            raise self._taken
        return self._taken

    def _take(self) -> Choice:
        from phosphene_hil.locks import BoardLock

        choice = self.choice
        if choice.lent is not None:
            from phosphene_hil.labgrid.place import HeldPlace

            place = HeldPlace.take(choice.called, choice.lent)
            self._held = place
            self._port, repl = place.addresses
            return replace(choice, port=self._port, repl=repl)
        if choice.wired.mcu.simulated and not choice.port:
            return choice  # a board of this process's own
        found = ports.resolve(choice.port, choice.wired.name)
        self._held = BoardLock.take(choice.called, found.line)
        self._port = found.line
        return choice

    def gone(self) -> str:
        """Say why the rig is not there any more, or nothing. Looks for some seconds where its port does not answer."""
        if not self._lost:
            self._lost = self.lost or (_unreachable(self._port) if self._port else "")
        return self._lost

    @property
    def lost(self) -> str:
        """What is known of that without looking."""
        from phosphene_hil.labgrid.place import HeldPlace

        if not self._lost and isinstance(self._held, HeldPlace):
            self._lost = self._held.lost
        return self._lost

    def give_back(self) -> None:
        """Let others have it."""
        if self._held is not None:
            self._held.give_back()
            self._held = None


def _unreachable(port: str) -> str:
    """Return why nobody is at `port`, if that stays so; nothing as soon as somebody is."""
    ends = time.monotonic() + _GRACE_S
    while why := _absent(port):
        if time.monotonic() >= ends:
            return why
        time.sleep(_LOOK_S)
    return ""


def _absent(port: str) -> str:
    if port.startswith(os.sep):
        return "" if os.path.exists(port) else f"there is no {port} any more"  # noqa: PTH110 — a string throughout
    parts = urlsplit(port)
    if not parts.hostname or not parts.port:
        return ""
    try:
        socket.create_connection((parts.hostname, parts.port), _CONNECT_S).close()
    except OSError as error:
        return f"nobody is at {port} any more: {error.strerror or error}"
    return ""
