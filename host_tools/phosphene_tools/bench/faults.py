# SPDX-License-Identifier: Apache-2.0
"""`phosphene bench faults`: a tenth of all frames damaged, the board reset at the worst moments."""

from __future__ import annotations

import asyncio
import random
import sys
import time
from dataclasses import asdict
from fractions import Fraction
from typing import Any

from phosphene.errors import LineError, OutcomeUnknown
from phosphene.exact import Coprocessor
from phosphene.line.faults import FaultPlan
from phosphene_tools.bench.board import configuration, linked, simulated_board
from phosphene_tools.bench.figures import heading
from phosphene_tools.bench.judge import Reset, Told, judge
from phosphene_tools.bench.raw_repl_faults import contrast
from phosphene_tools.bench.safe_state import worst_safe_state_ms
from phosphene_tools.sim.board import SimBoard

WORKERS = 4
PATIENCE_S = 20.0
"""How long a caller waits for one call; longer than any repair takes."""
HANG_S = 60.0
WORD_BITS = 24
RESETS_PER_CALL = 0.0102
"""Of each kind, before and after the effect: over 1,000 in 100,000 calls."""
PLACES = 12
CONTRAST_CALLS = 500
RATE = 0.12
"""Share of the frames of each direction that the plan hits."""


class Run:
    """One run of calls through a damaged line to a board that gets reset."""

    def __init__(self, board: SimBoard, mcu: Coprocessor, calls: int, seed: int) -> None:
        self._board = board
        self._mcu = mcu
        self._latch = configuration()["shift_register"]["latch"]
        self._calls = calls
        self._random = random.Random(seed)
        self._serial = 0
        self.told: list[Told] = []
        self.resets: list[Reset] = []
        self.reset_kinds = {"reset_before": 0, "reset_after": 0}

    async def all(self) -> None:
        """Make all calls, resetting the board meanwhile."""
        resetting = asyncio.create_task(self._reset_now_and_then())
        try:
            await asyncio.gather(*(self._worker() for _ in range(WORKERS)))
        finally:
            resetting.cancel()
            await asyncio.gather(resetting, return_exceptions=True)

    async def _worker(self) -> None:
        while self._serial < self._calls:
            self._serial += 1
            serial = self._serial
            began = time.monotonic()
            word = serial if serial % 2 else None
            try:
                verdict = await asyncio.wait_for(self._one(word), HANG_S)
            except TimeoutError:
                verdict = "hang"
            except OutcomeUnknown:
                verdict = "unknown"
            except LineError:
                verdict = "refused"
            self.told.append(Told(word, began, time.monotonic(), verdict))
            if serial % 5000 == 0:
                print(f"{serial} of {self._calls} calls", file=sys.stderr, flush=True)

    async def _one(self, word: int | None) -> str:
        if word is not None:
            await self._mcu.call("gpio.shift_out", value=word, bits=WORD_BITS, timeout=PATIENCE_S)
            return "right"
        a, b = self._random.randint(-(10**9), 10**9), self._random.randint(1, 10**6)
        answer = await self._mcu.call("exact.decimal", a=str(a), op="/", b=str(b), places=PLACES, timeout=PATIENCE_S)
        truth = round(Fraction(a, b) * 10**PLACES)  # half to even, as the task says
        return "right" if Fraction(answer.value) * 10**PLACES == truth else "wrong"

    async def _reset_now_and_then(self) -> None:
        """Arm a breakpoint at the latch, wait until the board fell into it, and again."""
        wanted = max(1, round(self._calls * RESETS_PER_CALL))
        done = 0
        while done < 2 * wanted:
            due = self._calls * (done + 0.5) / (2 * wanted)
            while self._serial < due:
                await asyncio.sleep(0.001)
            when = "after" if done % 2 else "before"
            before = await self._board.statistics()
            await self._board.arm_reset(when=when, pin=self._latch)
            boot_id = self._mcu.hello.boot_id
            while (await self._board.statistics())["breakpoints"] == before["breakpoints"]:
                await asyncio.sleep(0.001)
            began = time.monotonic()
            while self._mcu.hello.boot_id == boot_id:
                await asyncio.sleep(0.001)
            self.resets.append(Reset(began, time.monotonic()))
            self.reset_kinds[f"reset_{when}"] += 1
            done += 1


async def run(calls: int, seed: int) -> dict[str, Any]:
    """All figures of the bench; keys as `phosphene bench faults --json` prints them."""
    plan = FaultPlan.uniform(RATE, seed=seed)
    async with simulated_board(seed=seed) as board, linked(board, faults=plan) as (link, mcu):
        bench = Run(board, mcu, calls, seed)
        await bench.all()
        assert link.faults is not None
        counts = dict(sorted(link.faults.by_kind.items())) | bench.reset_kinds
        frames = link.faults.frames.total()
        words = [word.value & ((1 << WORD_BITS) - 1) for word in board.shift_register.words]
    print("calls are done; now the safe state, then the raw REPL", file=sys.stderr, flush=True)
    verdict = judge(bench.told, words, bench.resets)
    worst, lease_ms, trials = await worst_safe_state_ms(seed)
    result = heading() | {"calls": calls, "seed": seed, "frames": frames}
    result |= {"faults": sum(counts.values()), "share": round(sum(counts.values()) / frames, 3)}
    result |= {"faults_by_kind": counts}
    result |= {key: value for key, value in asdict(verdict).items() if key not in {"calls", "notes"}}
    result |= {"safe_state_worst_ms": worst, "lease_ms": lease_ms, "safe_state_trials": trials}
    result["notes"] = verdict.notes[:20]
    result["raw_repl"] = await contrast(seed, min(CONTRAST_CALLS, calls))
    return result
