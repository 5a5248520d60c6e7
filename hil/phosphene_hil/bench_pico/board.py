# SPDX-License-Identifier: Apache-2.0
"""A board with an instrument at its pins: reached by its port, seen and handled through a bench Pico and switches."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

from phosphene.errors import ConfigError
from phosphene_hil.attached import AttachedBoard
from phosphene_hil.bench_pico.acting import PicoInstrument
from phosphene_hil.bench_pico.control import BenchControl
from phosphene_hil.bench_pico.instrument_file import Setup
from phosphene_hil.bench_pico.outside import PicoOutside
from phosphene_hil.bench_pico.pico import Pico
from phosphene_hil.bench_pico.world import Soldering, World, as_it_should_be
from phosphene_hil.board import MissingFeature
from phosphene_hil.instrument import Instrument
from phosphene_hil.loop import LoopThread
from phosphene_hil.simulated import SimulatedBoard
from phosphene_tools import ports

_Seen = TypeVar("_Seen")
_BLIND = frozenset({"shift_register", "load_cell", "lights", "dispenser"})
"""What a test can't judge through a bench Pico: words and bits that are too quick for it, loads, and what flows."""


class InstrumentedBoard:
    """See Board. Made by `attached` and `simulated`."""

    hidden = _BLIND

    def __init__(self, board: AttachedBoard | SimulatedBoard, setup: Setup, thread: LoopThread | None = None) -> None:
        """`thread` has the loop on which the bench Pico's line lives; it is ended by `close`."""
        self.port = board.port
        self.baud = board.baud
        self.rtscts = board.rtscts
        self.repl = board.repl
        self.arm_key = board.arm_key
        self.unlock_key = board.unlock_key
        self.new = isinstance(board, SimulatedBoard)
        """Whether it has no secret for its locks yet."""
        self.setup = setup
        self.pico: Pico | None = None
        self.control = BenchControl.of(setup, None, self.port)
        self._thread = thread or LoopThread()
        self._outside: PicoOutside | None = None
        self._instrument: PicoInstrument | None = None
        self._closing: list[Callable[[], None]] = []
        self._world: World | None = None

    @classmethod
    def attached(cls, board: AttachedBoard, setup: Setup) -> InstrumentedBoard:
        """Return `board` with the instrument of its setup; blocks while the bench Pico is opened.

        Raises BoardNotFound and other LineErrors, InstrumentError.
        """
        if setup.file.pico and setup.file.pico.simulated:
            cure = "remove `simulated` from [pico], or choose a simulated rig"
            raise ConfigError("a simulated bench Pico at a real board", place=setup.place, cure=cure)
        made = cls(board, setup)
        with contextlib.ExitStack() as undo:
            undo.callback(made._close)
            if setup.file.pico is not None:
                where = ports.resolve(setup.file.pico.port, setup.file.pico.rig)
                made._wire(where.line, where.baud, rtscts=where.rtscts)
            undo.pop_all()
        return made

    @classmethod
    def simulated(
        cls, setup: Setup, *, seed: int | None, tasks: Sequence[Path] = (), soldering: Soldering = as_it_should_be
    ) -> InstrumentedBoard:
        """Return a simulated board with a simulated bench Pico at it; blocks while both start.

        `soldering` makes mistakes on purpose. Raises SimError, DeclarationError, InstrumentError.
        """
        if setup.file.pico is None or not setup.file.pico.simulated:
            cure = "add `simulated = true` to [pico], or choose a real rig"
            raise ConfigError("a real instrument at a simulated board", place=setup.place, cure=cure)
        thread = LoopThread()
        with contextlib.ExitStack() as undo:
            undo.callback(thread.close)
            world = thread.run(World.start(setup, seed=seed, tasks=tasks, soldering=soldering))
            undo.callback(lambda: thread.run(world.close()))
            made = cls(world.board, setup, thread)
            made._world = world
            made._closing.append(lambda: thread.run(world.close()))
            made._wire(world.pico_port, world.board.baud)
            undo.pop_all()
        return made

    @property
    def outside(self) -> PicoOutside:
        """See Board."""
        if self._outside is None:
            raise MissingFeature("outside_view")
        return self._outside

    @property
    def instrument(self) -> Instrument:
        """See Board."""
        if self._instrument is None:
            raise MissingFeature("instrument")
        return self._instrument

    @property
    def played(self) -> str:
        """The sensor whose place the bench Pico takes, or nothing."""
        return "" if self._instrument is None else self._instrument.played

    @property
    def abilities(self) -> frozenset[str]:
        """See Board. A view that leaves an output out is none: nobody could say that all is safe."""
        there = {
            "outside_view": self._outside is not None and not self.setup.unseen,
            "instrument": self._instrument is not None,
            "restart": bool(self.repl),
            "arm_key": self.arm_key is not None,
            "unlock_key": self.unlock_key is not None,
        }
        return self.control.abilities | {name for name, is_there in there.items() if is_there}

    def beneath(self, look: Callable[[World], _Seen]) -> _Seen:
        """Let `look` see both simulated boards, on their own event loop: what no instrument could show."""
        world = self._world
        assert world is not None, "there is nothing beneath a real board"

        async def looked() -> _Seen:
            return look(world)

        return self._thread.run(looked())

    async def close(self) -> None:
        """See Board."""
        await self.control.close()
        await asyncio.to_thread(self._close)

    def _wire(self, port: str, baud: int, *, rtscts: bool = False) -> None:
        pico = self.pico = Pico.open(self._thread, port, baud=baud, rtscts=rtscts)
        self._closing.append(pico.close)
        self.control = BenchControl.of(self.setup, pico, self.port)
        self._outside = PicoOutside(pico, self.setup)
        self._instrument = PicoInstrument(pico, self.setup, self.control)

    def _close(self) -> None:
        while self._closing:
            self._closing.pop()()
        self._thread.close()
