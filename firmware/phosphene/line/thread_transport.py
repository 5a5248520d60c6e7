# SPDX-License-Identifier: Apache-2.0
"""A port that only pyserial can speak to (rfc2217://, loop://): one thread reads, one writes."""

from __future__ import annotations

import asyncio
import queue
import threading
from typing import Any

from phosphene.errors import BoardNotFound
from phosphene.line.transport import OnData, OnLost

_POLL_S = 0.05


class ThreadTransport:
    """Slower than a file descriptor by two thread switches each way, and works wherever pyserial does."""

    def __init__(self, handle: Any, name: str, seconds_per_byte: float) -> None:
        self.seconds_per_byte = seconds_per_byte
        self._handle = handle
        self._name = name
        self._loop = asyncio.get_running_loop()
        self._to_write: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        self._backlog = 0
        self._open = True
        self._on_data: OnData | None = None
        self._on_lost: OnLost | None = None

    @classmethod
    async def open(cls, url: str, *, baud: int, rtscts: bool) -> ThreadTransport:
        """Open a pyserial URL. Raises BoardNotFound."""
        import serial

        def connect() -> Any:
            return serial.serial_for_url(url, baudrate=baud, rtscts=rtscts, timeout=_POLL_S)

        try:
            handle = await asyncio.to_thread(connect)
        except (serial.SerialException, OSError, ValueError) as error:
            raise BoardNotFound(f"{url} can't be opened: {error}", cure="is the server there running?") from error
        return cls(handle, url, 10.0 / baud)

    def start(self, on_data: OnData, on_lost: OnLost) -> None:
        """See Transport."""
        self._on_data, self._on_lost = on_data, on_lost
        for work in (self._read, self._write):
            threading.Thread(target=work, name=f"{work.__name__} {self._name}", daemon=True).start()

    def write(self, data: bytes) -> None:
        """See Transport."""
        self._backlog += len(data)
        self._to_write.put(data)

    def cut(self) -> None:
        """See Transport."""
        while True:
            try:
                data = self._to_write.get_nowait()
            except queue.Empty:
                return
            self._backlog -= len(data or b"")

    @property
    def backlog(self) -> int:
        """See Transport."""
        return self._backlog

    def close(self) -> None:
        """See Transport. The threads end by themselves."""
        self._open = False
        self._to_write.put(None)

    def _read(self) -> None:
        try:
            while self._open:
                data = self._handle.read(max(1, self._handle.in_waiting))
                if data:
                    self._tell(self._deliver, data)
        except Exception as error:  # pyserial's back-ends raise whatever their sockets do
            self._tell(self._fail, str(error))
        finally:
            self._handle.close()

    def _write(self) -> None:
        try:
            while (data := self._to_write.get()) is not None:
                self._handle.write(data)
                self._tell(self._wrote, len(data))
        except Exception as error:  # as above
            self._tell(self._fail, str(error))

    def _tell(self, what: Any, value: object) -> None:
        """Run `what` in the event loop, if there still is one."""
        try:
            self._loop.call_soon_threadsafe(what, value)
        except RuntimeError:
            self._open = False

    def _deliver(self, data: bytes) -> None:
        if self._open and self._on_data is not None:
            self._on_data(data)

    def _wrote(self, count: int) -> None:
        self._backlog -= count

    def _fail(self, why: str) -> None:
        if self._open:
            self.close()
            assert self._on_lost is not None
            self._on_lost(f"{self._name} failed: {why or 'the port is gone'}")
