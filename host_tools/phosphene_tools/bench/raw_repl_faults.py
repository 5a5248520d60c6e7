# SPDX-License-Identifier: Apache-2.0
"""The contrast: the same effects through MicroPython's raw REPL, on as damaged a line."""

from __future__ import annotations

import asyncio
import time
from typing import Any

from phosphene.exact import Coprocessor
from phosphene.line.faults import FaultPlan
from phosphene.line.link import Link
from phosphene_tools.bench.raw_repl import open_raw_repl
from phosphene_tools.sim.board import SimBoard
from phosphene_tools.sim.config import SimConfig

ANSWER_S = 0.5
TRIES = 3
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
        self._out = plan.injector("out")
        self._in = plan.injector("in")
        self._waiting = b""

    def write(self, data: bytes) -> int:
        """Write what the plan leaves of `data`."""
        for piece in self._out.pieces(data):
            self._serial.write(piece)
        return len(data)

    def read(self, n: int = 1) -> bytes:
        """Read, damaged once as it arrives."""
        if not self._waiting:
            fresh = self._serial.read(max(1, self._serial.in_waiting))
            self._waiting = b"".join(self._in.pieces(fresh)) if fresh else b""
        data, self._waiting = self._waiting[:n], self._waiting[n:]
        return data

    @property
    def in_waiting(self) -> int:
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

    def run(self, calls: int) -> int:
        """Latch the words 1 to `calls`, or as many as the time allows; how many were tried."""
        pins = self._board.config.board_json["shift_register"]
        transport = open_raw_repl(self._board.repl_port)
        transport.exec(SETUP.format(**pins))
        transport.serial = DamagedSerial(transport.serial, self._plan)
        ends = time.monotonic() + BUDGET_S
        try:
            for word in range(1, calls + 1):
                if time.monotonic() > ends:
                    return word - 1
                self.told[self._latch(transport, word)] += 1
        finally:
            transport.close()
        return calls

    def _latch(self, transport: Any, word: int) -> str:
        from mpremote.transport import TransportError  # pyright: ignore[reportMissingTypeStubs]

        for _ in range(TRIES):
            try:
                answer, error = transport.exec_raw(f"print(latch({word}))", timeout=ANSWER_S)
                if not error:
                    return "right" if answer.strip() == str(word + 1).encode() else "wrong"
            except TransportError:
                pass
            try:
                transport.enter_raw_repl(soft_reset=False, timeout_overall=2)
            except TransportError:
                continue
        return "gave_up"


async def contrast(seed: int, calls: int) -> dict[str, Any]:
    """What the raw REPL makes of the fault plan; effects counted outside the firmware."""
    plan = FaultPlan.even(seed=seed, rate=0.12)
    board = SimBoard(SimConfig.of_rig("sim", seed=seed))
    await board.start()
    try:
        link = await Link.open(board.port)
        await (await Coprocessor.over(link)).call("board.disarm", maintenance=True)
        await link.close()
        await asyncio.sleep(0.2)
        repl = RawRepl(board, plan)
        done = await asyncio.to_thread(repl.run, calls)
        words = [word.value & 0xFFFFFF for word in board.shift_register.words]
    finally:
        await board.close()
    return {
        "name": "mpremote raw REPL, up to three tries",
        "calls": done,
        "wrong": repl.told["wrong"],
        "gave_up": repl.told["gave_up"],
        "double_effects": len(words) - len(set(words)),
        "words_nobody_asked_for": sum(not 1 <= word <= done for word in set(words)),
    }
