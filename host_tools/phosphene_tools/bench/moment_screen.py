# SPDX-License-Identifier: Apache-2.0
"""Frames a second of a screen that changes: wished, painted, checked, and on a page before the next is wished."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from functools import partial

from phosphene.accelerators import Cpu
from phosphene.console.screen import Screen
from phosphene.console.server import Where, serving
from phosphene.console.settings import PanelName, Settings
from phosphene.loop.supervisor import Supervisor
from phosphene.painter.scene import Scene
from phosphene_tools.bench.moment_visitor import Visitor, visiting
from phosphene_tools.bench.paint import ever_new, ticking
from phosphene_tools.device import make_painter, make_policy

_WARM_FRAMES = 12
_PATIENCE_S = 20.0


async def frames_per_second(panel: PanelName, seconds: float) -> tuple[float, float]:
    """Return how many frames a second reach a page: of ever new scenes, and of one scene with ever new values."""
    screen = Screen(partial(make_painter, Cpu()), Settings(panel=panel))
    # It has no board, so nobody's touch does anything.
    person = Supervisor(screen, partial(make_policy, Cpu()))
    painting = asyncio.create_task(screen.run())
    try:
        async with serving(Where(port=0), screen, person) as address, visiting(address) as visitor:
            rates: list[float] = []
            for scenes in (ever_new(), ticking()):
                await _until_shown(screen, scenes, visitor, frames=_WARM_FRAMES)
                began, count = time.monotonic(), 0
                while time.monotonic() - began < seconds:
                    count += await _until_shown(screen, scenes, visitor, frames=1)
                rates.append(count / (time.monotonic() - began))
            return rates[0], rates[1]
    finally:
        painting.cancel()
        await asyncio.gather(painting, return_exceptions=True)


async def _until_shown(screen: Screen, scenes: Iterator[Scene], visitor: Visitor, frames: int) -> int:
    """Wish for `frames` scenes one after the other, each when the one before is there; return how many came."""
    for _ in range(frames):
        before = len(visitor.pictures)
        screen.show(next(scenes))
        if await visitor.until(lambda _, before=before: len(visitor.pictures) > before, _PATIENCE_S) is None:
            return 0
    return frames
