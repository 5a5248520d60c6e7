# SPDX-License-Identifier: Apache-2.0
"""A place in labgrid, held by a keeper: a process of labgrid's own Python that releases it when this one ends."""

from __future__ import annotations

import contextlib
import json
import subprocess
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from phosphene.errors import BoardNotFound, ConfigError
from phosphene_hil.outcomes import RigBlocked

_KEEPER = Path(__file__).parent / "worker" / "keeper.py"
_ANSWER_S = 180.0
_END_S = 20.0
_BOARD = "PhospheneBoard"
_SERIAL = "NetworkSerialPort"


@dataclass(frozen=True)
class Lent:
    """What labgrid lends: the place, and how to reach labgrid."""

    place: str
    coordinator: str
    python: str


class HeldPlace:
    """A place that is ours from `take` until `give_back`, or until it is lost."""

    def __init__(self, lent: Lent, process: subprocess.Popen[str]) -> None:
        self._lent = lent
        self._process = process
        self._news = threading.Condition()
        self._said: dict[str, Any] = {}
        self._ended = False
        self._listener = threading.Thread(target=self._listen, name="phosphene-labgrid", daemon=True)
        self._listener.start()

    @classmethod
    def take(cls, rig: str, lent: Lent) -> HeldPlace:
        """Acquire the place and wait until its ports are served.

        Raises BoardNotFound when labgrid has no such place or nobody offers its board, RigBlocked when somebody else
        has it, ConfigError when labgrid itself can't be started.
        """
        place = f"rig {rig}, place {lent.place}"
        command = [lent.python, str(_KEEPER), lent.coordinator, lent.place]
        try:
            process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        except OSError as error:
            cure = "name the Python that labgrid is installed in: [labgrid] python = …"
            raise ConfigError(f"{lent.python} can't be started: {error.strerror}", place=place, cure=cure) from error
        held = cls(lent, process)
        try:
            held._wait(place)
        except BaseException:
            held.give_back()
            raise
        return held

    def _wait(self, place: str) -> None:
        ends = time.monotonic() + _ANSWER_S
        with self._news:
            while not self._ended and not self._addresses():
                if not self._news.wait(ends - time.monotonic()) and time.monotonic() >= ends:
                    what = f"its board was not served within {_ANSWER_S:g} s"
                    raise RigBlocked(what, place=place, cure="look at the exporter's output")
            said = self._said
        if "absent" in said:
            raise BoardNotFound(
                said["absent"], place=place, cure="see: labgrid-client places, labgrid-client resources"
            )
        if "taken" in said:
            cure = f"wait, or, if nobody is there any more: labgrid-client -p {self._lent.place} release --kick"
            raise RigBlocked(f"it is held by {said['taken']}", place=place, cure=cure)
        if self._ended:
            what = said.get("lost") or "labgrid's client ended without a word but those above"
            raise RigBlocked(what, place=place, cure="is labgrid installed in the Python that [labgrid] names?")

    def _addresses(self) -> tuple[str, str] | None:
        """Return the addresses of line and REPL (empty if there is none), or None before they are known."""
        held = cast("dict[str, dict[str, Any]]", self._said.get("held", {}))
        boards = [found for found in held.values() if found["cls"] == _BOARD]
        if boards:
            port, repl = (boards[0].get(key) or 0 for key in ("port", "repl_port"))
            host = boards[0]["host"]
            return (f"socket://{host}:{port}", f"socket://{host}:{repl}" if repl else "") if port else None
        serial = {name: _address(found) for name, found in held.items() if found["cls"] == _SERIAL and found["port"]}
        if len(serial) == 1:
            return next(iter(serial.values())), ""
        return (serial["line"], serial.get("repl", "")) if "line" in serial else None

    @property
    def addresses(self) -> tuple[str, str]:
        """Addresses of line and REPL; the second is empty where there is none."""
        found = self._addresses()
        assert found is not None, "take() waits for it"
        return found

    @property
    def pid(self) -> int:
        """The keeper's process."""
        return self._process.pid

    @property
    def lost(self) -> str:
        """Why the place is ours no more, or nothing."""
        with self._news:
            return str(self._said.get("lost", "labgrid's client ended" if self._ended else ""))

    def _listen(self) -> None:
        assert self._process.stdout is not None
        with self._process.stdout as answers:
            for line in answers:
                with self._news:
                    self._said = {**self._said, **json.loads(line)}
                    self._news.notify_all()
        self._process.wait()
        with self._news:
            self._ended = True
            self._news.notify_all()

    def give_back(self) -> None:
        """Release the place."""
        assert self._process.stdin is not None
        with contextlib.suppress(OSError):
            self._process.stdin.close()
        self._listener.join(_END_S)
        if self._listener.is_alive():
            self._process.kill()
            self._listener.join()


def _address(found: dict[str, Any]) -> str:
    """Return the address of labgrid's NetworkSerialPort, whose protocol is RFC 2217 unless it says raw."""
    scheme = "socket" if found.get("protocol") == "raw" else "rfc2217"
    return f"{scheme}://{found['host']}:{found['port']}"
