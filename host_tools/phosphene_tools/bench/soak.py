# SPDX-License-Identifier: Apache-2.0
"""The real device under faults for half an hour: it shows each of them, explains each lost lease, and leaks nothing."""

from __future__ import annotations

import asyncio
import contextlib
import shutil
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from phosphene.errors import PhospheneError
from phosphene.trace.reader import Trace
from phosphene_tools.bench.figures import heading
from phosphene_tools.bench.moment_process import RUN, Place, Running, a_device, a_place, in_place
from phosphene_tools.bench.moment_talk import talk
from phosphene_tools.bench.moment_visitor import visiting
from phosphene_tools.bench.soak_board import Board, LeaseCount, a_board, broker_of
from phosphene_tools.bench.soak_faults import Injector, worker_of
from phosphene_tools.bench.soak_figures import Soaked, judged
from phosphene_tools.bench.soak_hands import busy_hands
from phosphene_tools.bench.soak_health import Health
from phosphene_tools.bench.soak_plan import Kind, Planned, plan
from phosphene_tools.bench.soak_senses import feeding

QUICK_S: Final = 80.0
_TALK_S: Final = 120.0
_VOICES: Final = ("en-us", "en-us+f3")
_TRACE_MIB: Final = 4096
_PATIENCE_S: Final = 60.0


@dataclass(frozen=True, slots=True)
class At:
    """Which rig is soaked, and what brings its board into a place."""

    rig: str = "sim"
    board: Callable[[Place], AbstractAsyncContextManager[Board]] = a_board


HERE: Final = At()


async def run(
    seconds: float,
    seed: int,
    *,
    quick: bool = False,
    kinds: Sequence[Kind] = tuple(Kind),
    keep: Path | None = None,
    at: At = HERE,
    faults: Sequence[Planned] | None = None,
) -> dict[str, Any]:
    """Return the figures of a soak of so many seconds; in a quick one each of `kinds` happens once. `keep` gets the
    trace. `at` is the board, a simulated one of its own unless one is named; `faults` are instead of drawn ones.

    `promises_broken` says in words what was not kept. Raises SoundError where there is nothing to talk with,
    PhospheneError when the device does not start or ends by itself.
    """
    head = heading()
    with a_place() as place:
        trace = place.folder / "soak.mcap"
        planned = plan(seconds, seed, quick=quick, kinds=kinds) if faults is None else faults
        soaked = await _soak(place, trace, seconds, seed, planned, at)
        if keep is not None:
            shutil.copy(trace, keep)
        figures = await asyncio.to_thread(judged, soaked, Trace(trace))
    return head | {"load_1min_end": heading()["load_1min"], "seed": seed} | figures


async def _soak(place: Place, trace: Path, seconds: float, seed: int, faults: Sequence[Planned], at: At) -> Soaked:
    """Run the device for so long, with all that is done to it."""
    sound = talk(_TALK_S, seed, _VOICES).samples
    words = (*RUN, "--rig", at.rig, "--speaker", "none", "--accelerator", f"cpu:{sys.executable}")
    words += ("--record", str(trace), "--record-most", str(_TRACE_MIB))
    health = Health()
    async with contextlib.AsyncExitStack() as stack:
        stack.enter_context(in_place(place))
        board = await stack.enter_async_context(at.board(place))
        leases = LeaseCount(before=board.lost_before)
        device = await stack.enter_async_context(a_device(place, *words))
        visitor = await stack.enter_async_context(visiting(device.address))
        if await visitor.until(lambda picture: bool(picture.buttons), _PATIENCE_S) is None:
            raise _ended()
        feed = await stack.enter_async_context(feeding(device.address, sound))
        injector = Injector(board.outside, feed, device.process.pid, seed)
        began_s = time.monotonic()
        beside = [
            asyncio.create_task(work)
            for work in (
                leases.watch(board.port),
                health.watch(lambda: _pids(place, device)),
                busy_hands(visitor, seed),
                injector.run(faults, began_s),
            )
        ]
        try:
            await _last(device, beside, began_s + seconds)
        finally:
            for work in beside:
                work.cancel()
            await asyncio.gather(*beside, return_exceptions=True)
        ended_s = time.monotonic()
    touches = len(visitor.touches)
    return Soaked(began_s, ended_s, injector.done, leases, health, feed.pictures, feed.blocks, touches)


async def _last(device: Running, beside: Sequence[asyncio.Task[None]], until_s: float) -> None:
    """Wait; raise what went wrong with the device or beside it."""
    while time.monotonic() < until_s:
        if device.process.returncode is not None:
            raise _ended()
        for work in beside:
            if work.done():
                work.result()
        await asyncio.sleep(0.25)


def _pids(place: Place, device: Running) -> dict[str, int | None]:
    return {
        "supervisor": device.process.pid,
        "broker": broker_of(place),
        "worker": worker_of(device.process.pid),
    }


def _ended() -> PhospheneError:
    return PhospheneError("the device did not last", place="bench soak", cure="phosphene run, and see what it says")
