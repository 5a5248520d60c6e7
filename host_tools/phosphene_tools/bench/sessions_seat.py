# SPDX-License-Identifier: Apache-2.0
"""Somebody before a whole device: simulated board, line, loop, painter; everything that is shown is noted down."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import count
from typing import Any, Final

from phosphene.accelerators import Cpu
from phosphene.console.painting import Paints
from phosphene.console.screen import Screen
from phosphene.exact import Coprocessor
from phosphene.line.dictionary import Dictionary
from phosphene.line.faults import FaultInjector, FaultPlan
from phosphene.line.link import Link
from phosphene.line.tap import Direction
from phosphene.loop.supervisor import Supervisor
from phosphene.moment import Moment
from phosphene.painter.panel import Panel
from phosphene.perception.percepts import Face, Heard, Seen, Word
from phosphene.policy.policy import Policy
from phosphene.senses.perceived import Sense
from phosphene_tools.bench.board import simulated_board
from phosphene_tools.bench.sessions_shown import Screenshot
from phosphene_tools.bench.sessions_witness import Witness
from phosphene_tools.sessions.stage import Spoken
from phosphene_tools.sim.board import SimBoard

_LOOKS_S: Final = 0.2
_PACE_S: Final = 0.02
"""People of the bench speak quickly: what is said counts here, not how long it takes."""
_STEP_S: Final = 0.02
_FACE: Final = Face(1, (0.4, 0.3, 0.2, 0.3), 0.9, ((0.45, 0.4), (0.55, 0.4)), 60.0, 0.95)


class Severed(FaultInjector):
    """A line that can be cut without either end noticing: frames go nowhere."""

    def __init__(self) -> None:
        super().__init__(FaultPlan())
        self.cut = False

    def apply(self, direction: Direction, frame: bytes) -> list[tuple[float, bytes]]:
        """Return the frame, or nothing."""
        return [] if self.cut else super().apply(direction, frame)


@dataclass(slots=True)
class Seat:
    """`shots` are the frames that were shown, `said` all that was said or typed."""

    board: SimBoard
    wire: Severed
    mcu: Coprocessor
    dictionary: Dictionary
    supervisor: Supervisor
    screen: Screen
    witness: Witness
    shots: list[Screenshot] = field(default_factory=list[Screenshot])
    said: list[str] = field(default_factory=list[str])
    moment: Moment | None = None
    _numbers: count[int] = field(default_factory=count)

    @property
    def holds_values(self) -> bool:
        """Whether a value of the board stands on the screen."""
        return bool(self.shots and self.shots[-1].values)

    def take(self, moment: Moment) -> None:
        """Take a finished moment: an end of the loop."""
        self.moment = moment

    async def say(self, words: list[Spoken]) -> None:
        """Somebody says something, all of which the recogniser commits at its end."""
        begin = time.monotonic()
        await asyncio.sleep(_PACE_S * len(words) + 0.01)
        heard = tuple(
            Word(
                next(self._numbers),
                word.text,
                begin + at * _PACE_S,
                begin + (at + 1) * _PACE_S,
                word.confidence,
                committed=True,
                others=word.others,
            )
            for at, word in enumerate(words)
        )
        self.said.append(" ".join(text for word in words for text in (word.text, *(other for other, _ in word.others))))
        self.supervisor.heard((Heard(time.monotonic(), -25.0, 0.9, heard, ended=True),))

    def type(self, line: str) -> None:
        """Somebody types a line."""
        self.said.append(line)
        self.supervisor.typed(line)

    def touch(self, key: str) -> None:
        """Somebody touches a choice."""
        self.supervisor.chosen(key)

    async def until(self, wanted: Callable[[Moment], bool], seconds: float) -> bool:
        """Wait for a moment that is wanted; return whether it came within `seconds`."""
        end = time.monotonic() + seconds
        while self.moment is None or not wanted(self.moment):
            if time.monotonic() > end:
                return False
            await asyncio.sleep(_STEP_S)
        return True

    async def film(self) -> None:
        """Note down every frame until cancelled."""
        with self.screen.looking() as fresh:
            while True:
                await fresh.wait()
                fresh.clear()
                shown = self.screen.newest
                if shown is not None:
                    nodes = () if shown.painted is None else tuple(shown.painted.tree)
                    self.shots.append(Screenshot(shown.time_s, nodes))

    async def look(self) -> None:
        """Somebody looks at the device, until cancelled."""
        while True:
            self.supervisor.seen(Seen(time.monotonic(), (_FACE,), (), 0.5, 0.0))
            await asyncio.sleep(_LOOKS_S)


@lru_cache(maxsize=1)
def painter(panel: Panel) -> Paints[Any]:
    """Return the painter of a panel: one device after the other uses it."""
    from phosphene.painter.painter import Painter

    return Painter.load(panel, accelerator=Cpu())


@asynccontextmanager
async def seat(policy: Policy, make: Callable[[Panel], Paints[Any]] = painter) -> AsyncGenerator[Seat]:
    """A device that runs, with somebody before it, until the block ends. Raises what a part of it fails with."""
    async with simulated_board() as board:
        wire = Severed()
        link = await Link.open(board.port_link.as_posix(), faults=wire)
        mcu = Coprocessor(link)
        screen = Screen(make)
        supervisor = Supervisor(screen, lambda: policy, senses=lambda: frozenset({Sense.SEEING}))
        works: list[asyncio.Task[None]] = []
        try:
            dictionary = await mcu.dictionary()
            witness = Witness(dictionary)
            end = link.tap(witness.take)
            here = Seat(board, wire, mcu, dictionary, supervisor, screen, witness)
            supervisor.ends.append(here)
            running = (screen.run(), supervisor.serve(mcu), here.film(), here.look())
            works += [asyncio.create_task(work) for work in running]
            await here.until(lambda moment: moment.screenful is not None, 20)
            yield here
            for work in works:
                if work.done():
                    work.result()
            end()
        finally:
            for work in works:
                work.cancel()
            await asyncio.gather(*works, return_exceptions=True)
            await mcu.close()
            await link.close()
