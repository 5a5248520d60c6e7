# SPDX-License-Identifier: Apache-2.0
"""The heap under mixed calls of every task: the largest free piece before and after, on a board with a Pico's heap."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncGenerator, Iterable
from pathlib import Path
from random import Random
from typing import Any

from phosphene.errors import LineError, Refused
from phosphene.exact import Coprocessor, ProcessEnded
from phosphene.line.dictionary import Task
from phosphene_tools.arming import grant_for
from phosphene_tools.bench.board import configuration, linked
from phosphene_tools.bench.exact_case import Case
from phosphene_tools.bench.mixed_calls import MADE_UP, MixedCalls
from phosphene_tools.sim.board import SimBoard
from phosphene_tools.sim.config import SimConfig
from phosphene_tools.sim.devices.tmp117 import Tmp117

WIRING: dict[str, Any] = {
    "servos": [{"name": "pointer", "output": "fan", "least_us": 1000, "most_us": 2000, "degrees": 90}],
    "i2c": [{"id": 0, "sda": 4, "scl": 5, "freq": 400_000}],
    "sensors": [{"name": "room", "kind": "tmp117", "i2c": 0, "address": 0x48}],
    "analog": [{"name": "battery", "pin": 26, "full_mv": 16500}],
    "lights": [{"name": "ring", "pin": 23, "count": 8, "channels": 3, "max_ma": 200}],
    "load_cells": [{"name": "scale", "data": 27, "clock": 28, "settle_ms": 6}],
    "dispenser": {"pump": "pump", "flow": "flow", "pulses_per_litre": 5000, "max_hz": 100},
    "thermostats": [
        {"name": "warmth", "sensor": "room", "output": "led", "mode": "heat"}
        | {"min_mc": 5000, "max_mc": 30000, "hysteresis_mc": 500, "cutoff_mc": 40000}
    ],
}
"""Something for every driver to work on, at pins that rig `sim` leaves free."""
_STEP_S = 0.02  # then a process that is still at work is aborted
_VERIFY_S = 10.0  # but a signature is seen through
_LOOKS = 3
_KEPT = 8  # processes that the board remembers when they ended


class HeapBench:
    """Calls whatever there is, and looks at the heap when nothing is left that a caller asked to be kept."""

    def __init__(self, board: SimBoard, mcu: Coprocessor, calls: MixedCalls) -> None:
        self._board, self._mcu, self._calls = board, mcu, calls
        self.refused = 0
        self.wrong: list[str] = []

    async def make(self, calls: Iterable[tuple[Task, Case]]) -> None:
        """Make these calls, one after the other. A refusal is an answer like another."""
        for task, case in calls:
            try:
                await self._make(task, case)
            except (Refused, ProcessEnded) as error:
                self.refused += 1
                if case.right is not None:
                    self.wrong.append(f"{case.task} {case.arguments}: {error}")

    async def _make(self, task: Task, case: Case) -> None:
        if task.name == "board.arm":
            nonce = (await self._mcu.call("board.nonce")).nonce
            case.arguments["grant"] = grant_for(self._board.arm_key, self._mcu.hello.boot_id, nonce)
        if not task.is_process:
            answer = await self._mcu.call(task.name, case.arguments)
            if case.right is not None and not case.right(answer):
                self.wrong.append(f"{case.task} {case.arguments}: {answer}")
            return
        process = await self._mcu.start(task.name, case.arguments)
        try:
            async with asyncio.timeout(_VERIFY_S if task.name == "crypto.verify" else _STEP_S):
                await process.result()
        except TimeoutError:
            await process.abort()

    async def look(self) -> tuple[int, int]:
        """(largest free piece, all that is free) in bytes, the best of three times.

        Each time every task is called once and all are let go of: what is in use then is what the
        firmware can't give back. Three, since a small thing that lives long, a nonce say, lies wherever
        there was room when it was made, and parts what is free until it is made anew.
        """
        best = (0, 0)
        for number in range(_LOOKS):
            await self.make(MixedCalls(self._calls.dictionary, self._calls.names, Random(number)).each())
            await self._forget()
            free = (await self._mcu.call("board.heap", collect=True)).free
            best = max(best, ((await self._mcu.call("heap.largest")).bytes, free))
        return best

    async def _forget(self) -> None:
        """Have the board let go of what calls asked it to keep, and of the tasks."""
        for process in await self._mcu.processes():
            await process.abort()
        for name in (*MADE_UP, "none such"):
            for task in ("timer.cancel", "stopwatch.clear"):
                with contextlib.suppress(Refused):
                    await self._mcu.call(task, name=name)
        for name in self._calls.names["input"]:
            await self._mcu.call("gpio.watch", input=name, edge="off")
        await self._mcu.call("board.disarm", maintenance=False)
        await self._mcu.call("heap.tidy")
        for _ in range(_KEPT):  # in the place of those that it remembers
            await (await self._mcu.start("gpio.pulses", output="led", count=1, period_ms=2)).result()
        await self._mcu.call("heap.tidy")
        await self._mcu.call("crypto.counter", number=0)  # the simulated flash keeps what it read last
        await self._mcu.call("heap.tidy")


async def run(count: int, seed: int, emulated: Path | None = None, heap_kib: int = 192) -> dict[str, Any]:
    """The heap before and after `count` mixed calls of all tasks, and what was wrong about their answers.

    `emulated` is the image for the emulated Cortex-M3, if that is to run the firmware. `heap_kib` is a Pico's.
    """
    config = SimConfig(board_json=configuration() | WIRING, heap_bytes=heap_kib * 1024, seed=seed, emulated=emulated)
    async with (
        SimBoard(config) as board,
        linked(board) as (_, mcu),
        _renewing(mcu),
    ):
        board.i2c(0).attach(WIRING["sensors"][0]["address"], Tmp117(21.0))
        boot = mcu.hello.boot_id
        calls = MixedCalls(await mcu.dictionary(), _names(), Random(seed))
        bench = HeapBench(board, mcu, calls)
        start, free_start = await bench.look()
        before = bench.refused
        await bench.make(calls.draw(count))
        refused = bench.refused - before
        end, free_end = await bench.look()
        if mcu.hello.boot_id != boot:
            bench.wrong.append("the board was reset")
        return {
            "largest_free_start": start,
            "largest_free_end": end,
            "free_start": free_start,
            "free_end": free_end,
            "tasks": len(calls.dictionary.tasks),
            "mixed_calls": count,
            "refused": refused,
            "wrong": len(bench.wrong),
            "notes": bench.wrong[:10],
        }


def _names() -> dict[str, tuple[str, ...]]:
    """What this board calls its parts, by the argument that names them or the task's first word."""
    config = configuration()
    outputs = tuple(output["name"] for output in config["outputs"])
    inputs = tuple(wired["name"] for wired in config["inputs"])
    parts = {"servo": "servos", "sensor": "sensors", "analog": "analog", "lights": "lights", "cell": "load_cells"}
    named = {argument: tuple(part["name"] for part in WIRING[key]) for argument, key in parts.items()}
    return named | {"output": outputs, "input": inputs, "gpio": outputs + inputs, "thermostat": ("warmth",)}


@contextlib.asynccontextmanager
async def _renewing(mcu: Coprocessor) -> AsyncGenerator[None]:
    """Prove progress ten times a second."""

    async def renew() -> None:
        count = 0
        while True:
            count += 1
            with contextlib.suppress(LineError):
                await mcu.channel.renew(count, count, count)
            await asyncio.sleep(0.1)

    renewing = asyncio.create_task(renew())
    try:
        yield
    finally:
        renewing.cancel()
        await asyncio.gather(renewing, return_exceptions=True)
