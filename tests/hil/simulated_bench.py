# SPDX-License-Identifier: Apache-2.0
"""A simulated bench Pico at a simulated board, and the simulator's own view of that board beside it."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from phosphene.exact import Coprocessor
from phosphene.line.link import Link
from phosphene_hil.bench_pico.board import InstrumentedBoard
from phosphene_hil.bench_pico.instrument_file import Setup, load_setup
from phosphene_hil.bench_pico.world import Soldering, as_it_should_be
from phosphene_hil.board import Change
from phosphene_hil.doctor import Finding, examine
from phosphene_hil.loop import LoopThread
from phosphene_hil.rig import Rig, linked
from phosphene_tools import places
from phosphene_tools.boards import load_rig

FILE = places.boards() / "rig" / "bench-pico" / "sim.toml"
PATIENCE_S = 60.0
"""Against hanging only."""

Scenario = Callable[[Link, Coprocessor], Coroutine[Any, Any, Any]]


class Bench:
    """Both boards; scenarios run on a loop of their own, as tests at a bench do."""

    def __init__(self, board: InstrumentedBoard, loop: LoopThread) -> None:
        self.board = board
        self._loop = loop
        assert board.pico is not None
        self.pico = board.pico

    def run(self, scenario: Scenario) -> Any:
        """Run a scenario with a line to the board under test."""

        async def with_line() -> Any:
            async with linked(self.board) as (link, mcu):
                return await scenario(link, mcu)

        return self._loop.run(with_line())

    def examine(self, rig: Rig, *, keep_running: bool) -> list[Finding]:
        """Let the doctor look at it."""
        return self._loop.run(examine(rig, keep_running=keep_running))

    def true_changes(self, output: str, since_s: float) -> list[Change]:
        """Return what really happened at an output, from the simulator that made it happen."""
        return self.board.beneath(lambda world: world.board.outside.changes(output, since_s))


def setup(file: Path = FILE, rig: str = "sim") -> Setup:
    """Read an instrument's file."""
    return load_setup(file, load_rig(rig))


@contextmanager
def bench(wanted: Setup | None = None, *, soldering: Soldering = as_it_should_be) -> Generator[Bench]:
    """Power both up while the context lasts."""
    loop = LoopThread()
    board = InstrumentedBoard.simulated(wanted or setup(), seed=1, soldering=soldering)
    try:
        yield Bench(board, loop)
    finally:
        loop.run(board.close())
        loop.close()
