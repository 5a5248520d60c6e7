# SPDX-License-Identifier: Apache-2.0
"""A driver in a process of its own, where it can be killed when it hangs: this end of its pipe."""

from __future__ import annotations

import contextlib
import json
import os
import select
import subprocess
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Final

from phosphene.errors import PhospheneError
from phosphene.sensors.errors import SensorError
from phosphene.sensors.worker_records import BLOCK, ERROR, FORMAT, HEADER, MAGIC

_OPEN_S: Final = 15.0
_END_S: Final = 2.0
_MOST_BYTES: Final = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Record:
    """A block from a worker; see `worker_records.py`."""

    number: int
    time_s: float
    figures: tuple[int, int]
    body: bytes


class WorkerPipe:
    """Starts a worker, reads its records, ends it. `name` is the sensor's, for errors; `cure` what helps when the
    worker fails without a word. A worker that is written to, or is no sensor's, overrides `stdin` and `error`.
    """

    stdin: ClassVar[int] = subprocess.DEVNULL
    error: ClassVar[type[PhospheneError]] = SensorError

    def __init__(self, name: str, command: Sequence[str], cure: str) -> None:
        self._name = name
        self._command = command
        self._cure = cure
        self._process: subprocess.Popen[bytes] | None = None
        self._lock = threading.Lock()
        self._reading = threading.Lock()
        self._came = bytearray()

    def start(self, wanted: dict[str, Any]) -> dict[str, Any]:
        """Start the worker with what is wanted of it, and return the format that it tells. Raises `error`."""
        self.close()
        try:
            process = subprocess.Popen(
                [*self._command, json.dumps(wanted)],
                stdin=self.stdin,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,  # drivers chatter; what matters comes as an ERROR record
            )
        except OSError as error:
            raise self.error(
                f"its worker can't be started: {error}", place=f"{self._name}, {self._command[0]}", cure=self._cure
            ) from error
        self._came = bytearray()
        with self._lock:
            self._process = process
        try:
            record = self._record(_OPEN_S)
            if record is None or record[0] != FORMAT:
                raise self.error("it doesn't start", place=self._name, cure=self._cure)
            told: dict[str, Any] = json.loads(record[1].body)
        except BaseException:
            self.close()
            raise
        return told

    def block(self, timeout_s: float) -> Record | None:
        """Return the next block, or None when it isn't there in time. Raises `error`."""
        record = self._record(timeout_s)
        if record is None:
            return None
        if record[0] != BLOCK:
            raise self.nonsense()
        return record[1]

    def close(self) -> None:
        """End the worker, whatever it does."""
        with self._lock:
            process, self._process = self._process, None
        if process is None or process.stdout is None:
            return
        process.terminate()
        try:
            process.wait(_END_S)
        except subprocess.TimeoutExpired:
            process.kill()
            # In a driver's system call not even that ends it now.
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(_END_S)
        # The worker's end wakes whoever reads; closing the pipe under a read could hit another file.
        with self._reading:
            process.stdout.close()

    def nonsense(self) -> PhospheneError:
        """Return the error for what no worker of this version sends."""
        return self.error(
            "what its worker sends makes no sense",
            place=self._name,
            cure=f"see that {self._command[0]} runs the worker of this version",
        )

    def _record(self, timeout_s: float) -> tuple[int, Record] | None:
        until = time.monotonic() + timeout_s
        with self._reading:
            return self._next(until)

    def _next(self, until: float) -> tuple[int, Record] | None:
        # What came of a record that isn't whole is kept for the next call.
        if not self._fill(HEADER.size, until):
            return None
        magic, kind, number, time_s, first, second, size = HEADER.unpack_from(self._came)
        if magic != MAGIC or size > _MOST_BYTES:
            raise self.nonsense()
        if not self._fill(HEADER.size + size, until):
            return None
        body = bytes(memoryview(self._came)[HEADER.size : HEADER.size + size])
        del self._came[: HEADER.size + size]
        if kind == ERROR:
            told: dict[str, str] = json.loads(body)
            raise self.error(told["message"], place=self._name, cure=told["cure"])
        return kind, Record(number, time_s, (first, second), body)

    def _fill(self, size: int, until: float) -> bool:
        while len(self._came) < size:
            process = self._process
            if process is None or process.stdout is None:
                raise self.error("it is not open", place=self._name)
            fd = process.stdout.fileno()
            # Not select(): that fails once a process has more than a thousand files open.
            waiting = select.poll()
            waiting.register(fd, select.POLLIN | select.POLLHUP)
            if not waiting.poll(max(0.0, until - time.monotonic()) * 1000):
                return False
            data = os.read(fd, max(65_536, size - len(self._came)))
            if not data:
                raise self.error("its worker ended", place=self._name, cure=self._cure)
            self._came += data
        return True


def ask(command: Sequence[str], patience_s: float, cure: str) -> Any:
    """Run a worker with ``--list`` and return what it prints. Raises SensorError."""
    try:
        done = subprocess.run(
            [*command, "--list"], stdin=subprocess.DEVNULL, capture_output=True, timeout=patience_s, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise SensorError(f"the list can't be made: {error}", cure=cure) from error
    if done.returncode:
        told = json.loads(done.stdout[HEADER.size :]) if done.stdout[:4] == MAGIC else {}
        raise SensorError(told.get("message", "the list can't be made"), cure=told.get("cure", cure))
    return json.loads(done.stdout)
