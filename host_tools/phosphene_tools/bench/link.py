# SPDX-License-Identifier: Apache-2.0
"""`phosphene bench link`: round trips, throughput and heap of the line, and a peer beside it."""

from __future__ import annotations

import asyncio
import time
from typing import Any

from phosphene.exact import Coprocessor
from phosphene.line import schema
from phosphene_tools.bench.board import linked, simulated_board
from phosphene_tools.bench.figures import heading, percentile
from phosphene_tools.bench.raw_repl import MAINTENANCE_S, calls_per_second
from phosphene_tools.sim.board import SimBoard

SIZES = (8, 256, 1024)
BULK_BAUDS = (115_200, 921_600)
BULK_PAYLOAD = 1024
IN_FLIGHT = 4
"""Pipelined calls: enough to keep the line busy, few enough for the board's receive budget."""


async def round_trips(mcu: Coprocessor, size: int, calls: int) -> dict[str, float]:
    """Echoes of `size` bytes one after the other: percentiles in µs, calls per second."""
    data = (bytes(range(256)) * (size // 256 + 1))[:size]
    task = (await mcu.dictionary()).task("echo.echo")
    link, encoded = mcu.channel, schema.encode(task.args, {"data": data}, task.name)
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
    task = (await mcu.dictionary()).task("echo.echo")
    data = bytes(range(256)) * (BULK_PAYLOAD // 256)
    encoded = schema.encode(task.args, {"data": data}, task.name)
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
    """The same no-op through mpremote's raw REPL, on the same interpreter after maintenance.

    mpremote polls a serial port with pauses of 10 ms, but reads a path under /dev/pts/ without
    (a special case for QEMU). A board's port is of the first kind, so the REPL is opened by its
    stable name; the second is measured as well, and is the stricter comparison.
    """
    await mcu.call("board.disarm", maintenance=True)
    await asyncio.sleep(MAINTENANCE_S)
    as_serial = await asyncio.to_thread(calls_per_second, str(board.repl_link), max(20, calls // 20))
    as_pty = await asyncio.to_thread(calls_per_second, board.repl_port, calls)
    return {
        "name": "mpremote raw REPL, as on a serial port",
        "calls_per_s": round(as_serial, 1),
        "pty_calls_per_s": round(as_pty, 1),
    }


async def run(calls: int = 2000, bulk_seconds: float = 3.0) -> dict[str, Any]:
    """All figures of the bench; keys as `phosphene bench link --json` prints them."""
    result: dict[str, Any] = heading()
    result["bulk"] = {}
    async with simulated_board() as board, linked(board) as (_link, mcu):
        for size in SIZES:
            result[f"echo_{size}"] = await round_trips(mcu, size, calls)
        result["alloc_per_echo"] = await allocated_per_echo(mcu)
        rate = await bulk(mcu, 2000)
        result["bulk"]["unthrottled"] = {"bytes_per_s": round(rate), "line_share": None}
        result["peer"] = await peer_figures(board, mcu, calls)
    rate = result["echo_8"]["calls_per_s"]
    result["ratio"] = round(rate / result["peer"]["calls_per_s"], 1)
    result["ratio_pty"] = round(rate / result["peer"]["pty_calls_per_s"], 2)
    for baud in BULK_BAUDS:
        async with simulated_board(baud=baud) as board, linked(board, baud=baud) as (_link, mcu):
            rate = await bulk(mcu, max(8, int(bulk_seconds * baud / 10 / BULK_PAYLOAD)))
            share = rate / (baud / 10)
            result["bulk"][str(baud)] = {"bytes_per_s": round(rate), "line_share": round(share, 3)}
    return result
