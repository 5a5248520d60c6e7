# SPDX-License-Identifier: Apache-2.0
"""A display of the device's own has a new picture at once, if somebody still goes round to believe it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path

import pytest

from phosphene.console.screen import Screen
from phosphene.loop.outputs import Displaying
from phosphene.moment import Moment
from phosphene.screens.opening import run_screen
from tests.console.blocks import BlockPainter
from tests.console.running import a_scene


@contextmanager
def displaying(screen: Screen, folder: Path) -> Generator[Displaying]:
    display = run_screen(f"png:{folder}", (320, 240))
    assert display is not None
    try:
        end = Displaying(screen, display)
        with screen.telling(end.fresh):
            yield end
    finally:
        display.stop()


async def _until(there: Callable[[], bool], seconds: float = 10) -> None:
    async with asyncio.timeout(seconds):
        while not there():
            await asyncio.sleep(0.01)


@pytest.mark.parametrize("alive", [True, False])
def test_a_new_picture_waits_for_no_tick_but_for_a_loop_that_lives(tmp_path: Path, alive: bool) -> None:
    folder = tmp_path / "pictures"

    async def run() -> None:
        screen = Screen(BlockPainter)
        painting = asyncio.create_task(screen.run())
        with displaying(screen, folder) as end:
            if alive:
                end.take(Moment.first(time.monotonic()))
            screen.show(a_scene())
            await _until(lambda: screen.newest is not None)
            if alive:
                await _until(lambda: folder.is_dir() and any(folder.glob("*.png")))
            else:
                await asyncio.sleep(0.5)
                assert not list(folder.glob("*.png"))
        painting.cancel()
        await asyncio.gather(painting, return_exceptions=True)

    asyncio.run(run())
