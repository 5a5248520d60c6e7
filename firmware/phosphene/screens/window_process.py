# SPDX-License-Identifier: Apache-2.0
"""This end of the pipes of a window's process; `window_worker.py` is the other."""

from __future__ import annotations

import contextlib
import json
import queue
import subprocess
import sys
import threading
from collections.abc import Callable
from typing import IO, Any, Final

from phosphene.screens.errors import ScreenClosed, ScreenError
from phosphene.screens.window_records import CLOSED, HEADER, SHOWN
from phosphene.sensors.worker_records import BLOCK, ERROR, FORMAT
from phosphene.sensors.worker_records import HEADER as RECORD

_START_S: Final = 20.0
_ANSWER_S: Final = 10.0
_END_S: Final = 1.0


class WindowProcess:
    """Starts a window's process with what is wanted of it; `heard` gets number, x, y and time of each movement of the
    mouse, from a thread. Raises ScreenError when no window comes of it.
    """

    def __init__(self, name: str, wanted: dict[str, Any], heard: Callable[[int, int, int, float], None]) -> None:
        self._name = name
        self._heard = heard
        self._answers: queue.SimpleQueue[dict[str, Any]] = queue.SimpleQueue()
        self._why: ScreenError | None = None
        self._process = subprocess.Popen(
            [sys.executable, "-m", "phosphene.screens.window_worker", json.dumps(wanted)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,  # what matters comes as an ERROR record
            bufsize=0,
        )
        threading.Thread(target=self._listen, name=f"{name} answers", daemon=True).start()
        try:
            self.format = self._answer(_START_S)
        except ScreenError:
            self.close()
            raise

    def write(self, what: int, first: int = 0, rows: int = 0, pixels: bytes = b"") -> int:
        """Send a record and return its bytes. Raises ScreenError when the window is gone."""
        assert self._process.stdin is not None
        left = memoryview(HEADER.pack(what, first, rows, len(pixels)) + pixels)
        size = left.nbytes
        try:
            while left:
                left = left[self._process.stdin.write(left) :]
        # ValueError: closed by another thread.
        except (OSError, ValueError) as error:
            self._process.stdin = None
            self._join()
            raise self._why or ScreenError("the window's process ended", place=self._name) from error
        return size

    def wait_until_shown(self) -> None:
        """Return when what was written is on the window. Raises ScreenError when that takes too long."""
        self._answer(_ANSWER_S)

    def check(self) -> None:
        """Raise ScreenError when the window is gone."""
        if self._why is not None:
            raise self._why

    def close(self) -> None:
        """End the process, and with it the window."""
        if self._process.stdin is not None:
            with contextlib.suppress(OSError):
                self._process.stdin.close()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(_END_S)
            return
        self._process.kill()
        self._process.wait()

    def _join(self) -> None:
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(_END_S)

    def _answer(self, patience_s: float) -> dict[str, Any]:
        try:
            answer = self._answers.get(timeout=patience_s)
        except queue.Empty:
            raise ScreenError("the window doesn't answer", place=self._name, cure="see the desktop") from None
        if not answer and self._why is not None:
            raise self._why
        return answer

    def _listen(self) -> None:
        assert self._process.stdout is not None
        with self._process.stdout as out:
            why = self._records(out)
        self._why = why
        self._answers.put({})

    def _records(self, out: IO[bytes]) -> ScreenError:
        """Take records until they end, and return why they do."""
        while True:
            header = _exactly(out, RECORD.size)
            if header is None:
                return ScreenError("the window's process ended", place=self._name, cure="see the desktop")
            _, kind, number, time_s, x, y, size = RECORD.unpack(header)
            body = _exactly(out, size) or b""
            if kind == BLOCK and number != SHOWN:
                self._heard(number, x, y, time_s)
            elif kind == BLOCK:
                self._answers.put({"shown": True})
            elif kind == FORMAT:
                self._answers.put(json.loads(body))
            elif kind == ERROR:
                told: dict[str, str] = json.loads(body)
                error = ScreenClosed if told["message"] == CLOSED else ScreenError
                return error(told["message"], place=self._name, cure=told["cure"])


def _exactly(out: IO[bytes], size: int) -> bytes | None:
    data = bytearray()
    while len(data) < size:
        more = out.read(size - len(data))
        if not more:
            return None
        data += more
    return bytes(data)
