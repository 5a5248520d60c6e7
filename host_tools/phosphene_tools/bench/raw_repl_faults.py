# SPDX-License-Identifier: Apache-2.0
"""The contrast: the same effects through MicroPython's raw REPL, on as damaged a line."""

from __future__ import annotations

import asyncio
import sys
import time
from contextlib import redirect_stdout, suppress
from typing import Any

from phosphene.line.faults import FaultInjector, FaultPlan
from phosphene.line.tap import Direction
from phosphene_tools.bench.board import configuration, linked, simulated_board
from phosphene_tools.bench.raw_repl import MAINTENANCE_S, open_raw_repl
from phosphene_tools.sim.board import SimBoard

ANSWER_S = 0.5
TRIES = 3
RATE = 0.12
STALL_S = 5.0
BUDGET_S = 90.0
SETUP = """
from machine import Pin
d, c, l = (Pin(n, Pin.OUT, value=0) for n in ({data}, {clock}, {latch}))
def latch(v):
    for i in range(23, -1, -1):
        d(v >> i & 1); c(1); c(0)
    l(1); l(0)
    return v + 1
"""


class DamagedSerial:
    """The serial object of mpremote's transport, with the plan's faults on what passes."""

    def __init__(self, serial: Any, plan: FaultPlan) -> None:
        self._serial = serial
        self._faults = FaultInjector(plan)
        self._waiting = b""

    def write(self, data: bytes) -> int:
        """Write what the plan leaves of `data`."""
        self._serial.write(self._damaged(Direction.TO_BOARD, data))
        return len(data)

    def read(self, n: int = 1) -> bytes:
        """Read up to `n` bytes, damaged once as they arrive; fewer when nothing more comes for a while."""
        while len(self._waiting) < n:
            fresh = self._serial.read(max(1, self._serial.in_waiting))
            if not fresh:
                break
            self._waiting += self._damaged(Direction.TO_HOST, fresh)
        data, self._waiting = self._waiting[:n], self._waiting[n:]
        return data

    def _damaged(self, way: Direction, data: bytes) -> bytes:
        # A REPL has no frames: what is written or read at once counts as one, and delays are spared.
        return b"".join(piece for _delay, piece in self._faults.apply(way, data)) if data else b""

    def inWaiting(self) -> int:  # noqa: N802 -- mpremote uses pyserial's old name
        """Bytes that can be read at once."""
        return len(self._waiting) or self._serial.in_waiting

    def __getattr__(self, name: str) -> Any:
        """Everything else is the real port's."""
        return getattr(self._serial, name)


class RawRepl:
    """The effects of the bench through the raw REPL, with the retries that a careful script would do."""

    def __init__(self, board: SimBoard, plan: FaultPlan) -> None:
        self._board = board
        self._plan = plan
        self.told = {"right": 0, "wrong": 0, "gave_up": 0}
        self.stalls = 0

    def run(self, calls: int) -> int:
        """Latch the words 1 to `calls`, or as many as the time allows; how many were tried."""
        pins = configuration()["shift_register"]
        transport = open_raw_repl(str(self._board.repl_link))
        transport.exec(SETUP.format(**pins))
        # mpremote waits for ever in places; a script that wants to go on sets a limit.
        transport.serial.timeout = ANSWER_S
        transport.serial = DamagedSerial(transport.serial, self._plan)
        ends = time.monotonic() + BUDGET_S
        try:
            for word in range(1, calls + 1):
                if time.monotonic() > ends:
                    return word - 1
                began = time.monotonic()
                self.told[self._latch(transport, word)] += 1
                self.stalls += time.monotonic() - began > STALL_S
        finally:
            transport.close()
        return calls

    def _latch(self, transport: Any, word: int) -> str:
        for _ in range(TRIES):
            # Whatever mpremote raises is a failed try: it has several kinds.
            with suppress(Exception):
                answer, error = transport.exec_raw(f"print(latch({word}))", timeout=ANSWER_S)
                if not error:
                    return "right" if answer.strip() == str(word + 1).encode() else "wrong"
            with suppress(Exception):
                transport.enter_raw_repl(soft_reset=False, timeout_overall=2)
        return "gave_up"


async def contrast(seed: int, calls: int) -> dict[str, Any]:
    """What the raw REPL makes of the fault plan; effects counted outside the firmware."""
    async with simulated_board(seed=seed) as board:
        async with linked(board) as (_link, mcu):
            await mcu.call("board.disarm", maintenance=True)
        await asyncio.sleep(MAINTENANCE_S)
        repl = RawRepl(board, FaultPlan.uniform(RATE, seed=seed))
        # mpremote prints what it could not make sense of; that is no part of our figures.
        with redirect_stdout(sys.stderr):
            done = await asyncio.to_thread(repl.run, calls)
        words = [word.value & 0xFFFFFF for word in board.shift_register.words]
    return {
        "name": "mpremote raw REPL, up to three tries",
        "calls": done,
        "wrong": repl.told["wrong"],
        "gave_up": repl.told["gave_up"],
        "stalls": repl.stalls,
        "double_effects": len(words) - len(set(words)),
        "words_nobody_asked_for": sum(not 1 <= word <= done for word in set(words)),
    }
