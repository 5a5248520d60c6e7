# SPDX-License-Identifier: Apache-2.0
"""One simulated board for the tests that leave nothing behind."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator

import pytest

from phosphene_tools.bench.board import simulated_board
from tests.firmware.stranger import Stranger


@pytest.fixture(scope="module")
def boards_line() -> Iterator[Stranger]:
    """A stranger at a board that runs for the whole module; each test opens its own session."""
    up, over = threading.Event(), threading.Event()
    ports: list[str] = []

    async def run() -> None:
        async with simulated_board(seed=3) as board:
            ports.append(board.port)
            up.set()
            while not over.is_set():
                await asyncio.sleep(0.02)

    thread = threading.Thread(target=asyncio.run, args=(run(),), daemon=True)
    thread.start()
    assert up.wait(20)
    stranger = Stranger(ports[0])
    yield stranger
    stranger.close()
    over.set()
    thread.join(20)
