# SPDX-License-Identifier: Apache-2.0
"""`phosphene bench link`: round trips, throughput and heap of the line, and a peer beside it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from phosphene.exact import Coprocessor
from phosphene.line.link import Link
from phosphene_tools.bench.figures import heading, percentile
from phosphene_tools.bench.raw_repl import calls_per_second
from phosphene_tools.sim.board import SimBoard
from phosphene_tools.sim.config import SimConfig

SIZES = (8, 256, 1024)
BULK_BAUDS = (115_200, 921_600)
BULK_PAYLOAD = 1024
IN_FLIGHT = 4
"""Pipelined calls: enough to keep the line busy, few enough for the board's receive budget."""


@asynccontextmanager
async def board_with_link(baud: int | None = None) -> AsyncIterator[tuple[SimBoard, Link, Coprocessor]]:
    """A fresh simulated board of rig `sim`, and a link that owns its line."""
    board = SimBoard(SimConfig.of_rig("sim", baud=baud))
    await board.start()
    try:
        link = await (Link.open(board.port, baud=baud) if baud else Link.open(board.port))
        try:
            yield board, link, await Coprocessor.over(link)
        finally:
            await link.close()
    finally:
        await board.close()


async def round_trips(mcu: Coprocessor, size: int, calls: int) -> dict[str, float]:
    """Echoes of `size` bytes one after the other: percentiles in µs, calls per second."""
    data = bytes(range(256)) * (size // 256 + 1)
    data = data[:size]
    task = mcu.dictionary["echo.echo"]
    link, encoded = mcu.channel, task.encode_args({"data": data})
    for _ in range(50):
        await link.call(task.number, encoded, timeout=5, idempotent=True)
    times: list[float] = []
    began = time.perf_counter()
    for _ in range(calls):
        sent = time.perf_counter()
        answer = await link.call(task.number, encoded, timeout=5, idempotent=True)
        times.append(time.perf_counter() - sent)
        if answer != encoded:
            raise AssertionError("the echo came back changed")
    seconds = time.perf_counter() - began
    times.sort()
    return {
        "p50_us": round(percentile(times, 0.5) * 1e6, 1),
        "p99_us": round(percentile(times, 0.99) * 1e6, 1),
        "calls_per_s": round(calls / seconds, 1),
    }


async def bulk(mcu: Coprocessor, messages: int) -> float:
    """Payload bytes per second, each way at once, of pipelined 1 KiB echoes."""
    task = mcu.dictionary["echo.echo"]
    encoded = task.encode_args({"data": bytes(range(256)) * (BULK_PAYLOAD // 256)})
    left = messages

    async def worker() -> None:
        nonlocal left
        while left > 0:
            left -= 1
            answer = await mcu.channel.call(task.number, encoded, timeout=30, idempotent=True)
            if answer != encoded:
                raise AssertionError("the echo came back changed")

    began = time.perf_counter()
    await asyncio.gather(*(worker() for _ in range(IN_FLIGHT)))
    return messages * BULK_PAYLOAD / (time.perf_counter() - began)


async def allocated_per_echo(mcu: Coprocessor, echoes: int = 100) -> float:
    """Heap bytes that one 8-byte echo costs the firmware (64-bit objects: a board's are half)."""
    await mcu.call("board.heap", collect=True)
    first = (await mcu.call("board.heap", collect=False)).used
    second = (await mcu.call("board.heap", collect=False)).used
    for _ in range(echoes):
        await mcu.call("echo.echo", data=b"12345678")
    third = (await mcu.call("board.heap", collect=False)).used
    spent = (third - second) - (second - first)
    if spent < 0:
        raise AssertionError("a collection ran in between; the heap is too full to measure")
    return spent / echoes


async def peer_figures(board: SimBoard, mcu: Coprocessor, calls: int) -> dict[str, Any]:
    """The same no-op through mpremote's raw REPL, on the same interpreter after maintenance."""
    await mcu.call("board.disarm", maintenance=True)
    await asyncio.sleep(0.2)
    rate = await asyncio.to_thread(calls_per_second, board.repl_port, calls)
    return {"name": "mpremote raw REPL", "calls_per_s": round(rate, 1)}


async def run(calls: int = 2000, bulk_seconds: float = 3.0) -> dict[str, Any]:
    """All figures of the bench; keys as `phosphene bench link --json` prints them."""
    result: dict[str, Any] = heading()
    result["bulk"] = {}
    async with board_with_link() as (board, _link, mcu):
        for size in SIZES:
            result[f"echo_{size}"] = await round_trips(mcu, size, calls)
        result["alloc_per_echo"] = await allocated_per_echo(mcu)
        rate = await bulk(mcu, 2000)
        result["bulk"]["unthrottled"] = {"bytes_per_s": round(rate), "line_share": None}
        result["peer"] = await peer_figures(board, mcu, calls)
    result["ratio"] = round(result["echo_8"]["calls_per_s"] / result["peer"]["calls_per_s"], 2)
    for baud in BULK_BAUDS:
        async with board_with_link(baud) as (_board, _link, mcu):
            rate = await bulk(mcu, max(8, int(bulk_seconds * baud / 10 / BULK_PAYLOAD)))
            share = rate / (baud / 10)
            result["bulk"][str(baud)] = {"bytes_per_s": round(rate), "line_share": round(share, 3)}
    return result
