# SPDX-License-Identifier: Apache-2.0
"""A simulated board that runs in a thread of its own: a test sees its port, as of a real one."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Generator
from contextlib import contextmanager

from phosphene_tools.bench.board import simulated_board


@contextmanager
def board_elsewhere(seed: int) -> Generator[str]:
    """Yield the port of a board that runs for as long as the block lasts."""
    up, over = threading.Event(), threading.Event()
    ports: list[str] = []

    async def run() -> None:
        async with simulated_board(seed=seed) as board:
            ports.append(board.port)
            up.set()
            while not over.is_set():
                await asyncio.sleep(0.02)

    thread = threading.Thread(target=asyncio.run, args=(run(),), daemon=True)
    thread.start()
    try:
        assert up.wait(20), "the board did not start"
        yield ports[0]
    finally:
        over.set()
        thread.join(20)
