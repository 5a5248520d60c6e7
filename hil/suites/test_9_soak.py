# SPDX-License-Identifier: Apache-2.0
"""The soak, shortened: the real device at work on the rig's board while faults are done to it from outside.

`--phosphene-soak MINUTES` makes it as long as one likes, with all faults that this bench can do, in rounds. What is
judged is docs/bench.md's: each fault is in the trace, each lost lease has its cause there, nothing leaks, and the whole
trace replays bit for bit.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from phosphene.trace.reader import Trace
from phosphene_hil.elsewhere import lent
from phosphene_hil.report.measuring import Measure
from phosphene_hil.rig import Rig
from phosphene_hil.simulated import SimulatedBoard
from phosphene_tools.bench.moment_process import Place
from phosphene_tools.bench.soak import At, run
from phosphene_tools.bench.soak_board import Board
from phosphene_tools.bench.soak_plan import Kind, Planned
from phosphene_tools.bench.soak_verdict import sign_of
from phosphene_tools.sim.client import SimClient

SHORT_S = 17.0
ON_THE_BOARD = (Planned(Kind.CABLE, 4.0), Planned(Kind.RESET, 9.0))
ON_THE_COMPUTER = (Planned(Kind.CAMERA, 8.0),)
"""Where nobody has a hand on the board."""
OF_THE_COMPUTER = (Kind.CAMERA, Kind.MICROPHONE, Kind.ACCELERATOR)
SEED = 9
LONGEST_S = 24 * 3600

pytestmark = [pytest.mark.needs("voice"), pytest.mark.leaves("reset", "lease lost", "bad frames")]


def at(rig: Rig) -> At:
    """Return the rig's board as a soak takes it."""

    @asynccontextmanager
    async def board(place: Place) -> AsyncGenerator[Board]:
        async with rig.linked() as (_, mcu):
            lost_before = (await mcu.call("board.statistics")).lease_losses
        async with AsyncExitStack() as stack:
            await stack.enter_async_context(lent(rig, place))
            found = rig.board
            outside = None
            if isinstance(found, SimulatedBoard):
                outside = await stack.enter_async_context(SimClient(found.sim.control_path))
            yield Board(found.port, outside, lost_before)

    return At(rig.wired.name, board)


def soaked(rig: Rig, seconds: float, trace: Path, faults: Sequence[Planned] | None) -> dict[str, Any]:
    """Run it in a loop of its own, for it must not keep a simulated board waiting."""
    kinds = tuple(Kind) if isinstance(rig.board, SimulatedBoard) else OF_THE_COMPUTER
    return asyncio.run(run(seconds, SEED, kinds=kinds, keep=trace, at=at(rig), faults=faults))


@pytest.mark.timeout(300)
def test_a_short_soak_shows_its_faults_and_replays(rig: Rig, tmp_path: Path, measure: Measure) -> None:
    trace = tmp_path / "soak.mcap"
    faults = ON_THE_BOARD if isinstance(rig.board, SimulatedBoard) else ON_THE_COMPUTER
    figures = soaked(rig, SHORT_S, trace, faults)
    assert figures["faults"]["injected"] == len(faults)
    records = list(Trace(trace).moments())
    measure("moments a second", figures["moments_per_s"], unit="1/s", work=True)
    assert figures["moments"] == len(records)
    for fault in faults:  # how soon it is seen is a question for a longer soak, on a computer that does nothing else
        assert any(map(sign_of(fault.kind), records)), f"{fault.kind} is not in the trace: {figures}"
    assert figures["leases"]["explained"] >= figures["leases"]["lost"], figures
    assert figures["replay_identical"] is True, figures
    assert figures["replayed"]["frames"] > 0


@pytest.mark.timeout(LONGEST_S)
def test_a_soak_keeps_every_promise(rig: Rig, tmp_path: Path, pytestconfig: pytest.Config) -> None:
    minutes = float(pytestconfig.getoption("phosphene_soak") or 0)
    if not minutes:
        pytest.skip("how long was not said: --phosphene-soak MINUTES")
    figures = soaked(rig, 60 * minutes, tmp_path / "soak.mcap", None)
    assert figures["faults"]["injected"] > 0, "too short for any fault"
    assert not figures["promises_broken"], figures
