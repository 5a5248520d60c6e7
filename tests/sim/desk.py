# SPDX-License-Identifier: Apache-2.0
"""A simulated board on a desk: a small firmware that evaluates what comes over the line, and probes at its pins."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Awaitable, Callable, Coroutine
from pathlib import Path
from typing import Any

from phosphene_tools.sim import SimBoard, SimConfig

TIMEOUT = 10.0  # against hanging only

LED, GUARDED, SAFE_HIGH, ENABLE, KICK, BUTTON = 25, 20, 21, 14, 15, 16
DATA, CLOCK, LATCH = 10, 11, 12

BOARD_JSON: dict[str, Any] = {
    "board": "desk",
    "line": {"kind": "uart", "id": 0, "baud": 921600, "rxbuf": 512},
    "enable_pin": ENABLE,
    "kick_pin": KICK,
    "deadman_ms": 150,
    "outputs": [
        {"name": "led", "pin": LED, "safe": 0, "guarded": False},
        {"name": "pump", "pin": GUARDED, "safe": 0, "guarded": True},
        {"name": "valve", "pin": SAFE_HIGH, "safe": 1, "guarded": True},
    ],
    "inputs": [{"name": "button", "pin": BUTTON, "pull": "up"}],
    "shift_register": {"data": DATA, "clock": CLOCK, "latch": LATCH},
}

EVALUATOR = """
import gc, machine, micropython, os, select, sys, time
from machine import *
port = UART(0, baudrate=921600, rxbuf=512)
poll = select.poll()
poll.register(port, select.POLLIN)
waiting = b""
def tell(text):
    text = text.encode() + b"\\n"
    while text:
        text = text[port.write(text) or 0:]
data, clock, latch = [Pin(n, Pin.OUT, value=0).value for n in (10, 11, 12)]
def shift(value, bits=24):
    for i in range(bits - 1, -1, -1):
        data(value >> i & 1); clock(1); clock(0)
    latch(1); latch(0)
while True:
    for _ in poll.ipoll(1):
        waiting += port.read(256) or b""
    while b"\\n" in waiting:
        line, waiting = waiting.split(b"\\n", 1)
        line = line.decode()
        try:
            try:
                answer = eval(line)
            except SyntaxError:
                answer = exec(line)
        except Exception as fault:
            answer = fault
        tell(repr(answer))
"""

EMPTY = ""


class Desk:
    """The board and the host's end of its line."""

    def __init__(self, board: SimBoard) -> None:
        self.board = board
        self._fd = -1
        self._unread = b""

    def open(self) -> None:
        """Open the line's port as a serial program does."""
        self._fd = os.open(self.board.port_link, os.O_RDWR | os.O_NOCTTY | os.O_NONBLOCK)
        self._unread = b""

    def close(self) -> None:
        """Let go of the port."""
        if self._fd >= 0:
            os.close(self._fd)
            self._fd = -1

    def send(self, data: bytes) -> int:
        """Write what the port takes now; returns how much that was."""
        try:
            return os.write(self._fd, data)
        except BlockingIOError:
            return 0

    def receive(self) -> bytes | None:
        """Read what is there; empty when there is nothing, None when the cable is out."""
        try:
            return os.read(self._fd, 65536) or None
        except BlockingIOError:
            return b""
        except OSError:
            return None

    async def ask(self, expression: str) -> str:
        """Let the firmware evaluate or execute `expression`; returns the `repr` of what came out."""
        self.send(expression.encode() + b"\n")
        return await self.line()

    async def line(self) -> str:
        """Return the next line that the firmware sends."""

        async def whole_line() -> bool:
            data = self.receive()
            assert data is not None, "the cable is out"
            self._unread += data
            return b"\n" in self._unread

        await until(whole_line)
        line, self._unread = self._unread.split(b"\n", 1)
        return line.decode()


async def until(condition: Callable[[], Awaitable[bool] | bool]) -> None:
    """Wait for a condition, which is looked at every millisecond."""
    ends = time.monotonic() + TIMEOUT
    while True:
        value = condition()
        if isinstance(value, bool):
            met = value
        else:
            met = await value
        if met:
            return
        assert time.monotonic() < ends, "it never came to pass"
        await asyncio.sleep(0.001)


def on_a_desk(
    folder: Path, scenario: Callable[[Desk], Coroutine[Any, Any, None]], firmware: str = EVALUATOR, **config: Any
) -> None:
    """Run `scenario` with a board that runs `firmware`; `config` goes into SimConfig."""

    async def run() -> None:
        async with SimBoard(configuration(folder, firmware, **config)) as board:
            desk = Desk(board)
            desk.open()
            try:
                await scenario(desk)
            finally:
                desk.close()

    asyncio.run(run())


def configuration(folder: Path, firmware: str = EVALUATOR, **config: Any) -> SimConfig:
    """Return a SimConfig for `firmware`, whose file is made in `folder`."""
    source = folder / "firmware"
    source.mkdir(exist_ok=True)
    (source / "main.py").write_text(firmware, encoding="utf-8")
    values: dict[str, Any] = {"board_json": BOARD_JSON, "firmware_dir": source} | config
    return SimConfig(**values)
