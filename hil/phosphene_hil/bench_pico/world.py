# SPDX-License-Identifier: Apache-2.0
"""A bench Pico and a board under test, both simulated, with the wires between them, on an event loop of their own.

Whoever uses them sees two serial ports, as on a real bench.
"""

from __future__ import annotations

import asyncio
import contextlib
import shutil
import tempfile
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path

from phosphene_hil.bench_pico.instrument_file import ENABLE, Setup, TargetBus
from phosphene_hil.simulated import SimulatedBoard
from phosphene_tools import firmware_image, places
from phosphene_tools.boards import board_json
from phosphene_tools.boards.sensing import Bme280, Tmp117
from phosphene_tools.boards.wiring import UartLine
from phosphene_tools.sim.board import SimBoard
from phosphene_tools.sim.config import SimConfig
from phosphene_tools.sim.joining import CutEnd, EnableEnd, End, HoldEnd, Net, PinEnd, ShortEnd, UpEnd

TASKS = Path(__file__).parent.parent / "firmware" / "bench"
"""The task files that make our firmware a bench Pico's."""
_BITS = 10  # of a byte on a UART, with start and stop

Wires = Sequence[tuple[Sequence[str], Sequence[int]]]
"""For each wire: what it touches at the board, by name, and pins of the bench Pico."""
Soldering = Callable[[Mapping[str, int]], Wires]
"""From the pins of all nets as the file says them (those of [control] as "control.NAME") to the wires that there are.
"""


def as_it_should_be(pins: Mapping[str, int]) -> Wires:
    """Return the wiring as the instrument's file says it."""
    return [((name,), (pin,)) for name, pin in pins.items()]


class World:
    """See above. All methods belong to the event loop that `start` ran in; made by it."""

    def __init__(self, setup: Setup, board: SimulatedBoard, sim: SimBoard, pico: SimBoard, image: Path) -> None:
        self.board = board
        self.pico_port = str(pico.port_link)
        self._setup = setup
        self._sim = sim
        self._pico = pico
        self._image = image
        self._cut = CutEnd(sim)
        self._nets: list[Net] = []
        self._work: set[asyncio.Task[None]] = set()

    @classmethod
    async def start(
        cls, setup: Setup, *, seed: int | None, tasks: Sequence[Path] = (), soldering: Soldering = as_it_should_be
    ) -> World:
        """Power both boards up and solder the wires. Raises SimError, DeclarationError."""
        assert setup.pico_rig is not None, "the file was checked"
        image = Path(tempfile.mkdtemp(prefix="phosphene-bench-pico-"))
        async with contextlib.AsyncExitStack() as undo:
            undo.callback(shutil.rmtree, image, ignore_errors=True)
            firmware_image.install(places.coprocessor(), image, sorted(TASKS.glob("*.py")))
            config = SimConfig(
                board_json=board_json(setup.pico_rig),
                heap_bytes=setup.pico_rig.mcu.heap_kib * 1024,
                firmware_dir=image,
                seed=seed,
            )
            pico = await undo.enter_async_context(SimBoard(config))
            board = await SimulatedBoard.start(setup.rig, seed=seed, tasks=tasks)
            undo.pop_all()
        world = cls(setup, board, board.sim, pico, image)
        world._solder(soldering)
        return world

    async def close(self) -> None:
        """Take everything apart."""
        await self.board.close()
        await self._pico.close()
        shutil.rmtree(self._image, ignore_errors=True)

    def _solder(self, soldering: Soldering) -> None:
        file = self._setup.file
        line = self._setup.rig.wiring.line
        byte_us = _BITS * 1e6 / (line.baud if isinstance(line, UartLine) else self.board.baud)
        up = UpEnd()
        there: dict[str, End] = {
            ENABLE: EnableEnd(self._sim),
            "control.reset": HoldEnd(self._sim, "pin", 0, up),
            "control.power": HoldEnd(self._sim, "power-on", 1, up),
            "control.cut": self._cut,
            "control.short_to_board": ShortEnd(self._sim, byte_us, to_board=True),
            "control.short_to_host": ShortEnd(self._sim, byte_us, to_board=False),
            "control.line_up": up,
        }
        control = {f"control.{name}": pin for name, pin in file.control.model_dump(exclude_none=True).items()}
        for names, pins in soldering({**file.nets, **control}):
            ends = [there[name] if name in there else PinEnd(self._sim, self._setup.own(name)) for name in names]
            self._nets.append(Net(*ends, *(PinEnd(self._pico, pin) for pin in pins)))
        self._pico.on_look(self._look)
        if (target := file.target) is not None:
            self._play(target)

    def _play(self, target: TargetBus) -> None:
        """Wire the bench Pico's target to the board's bus, in the place of the sensor that it plays."""
        bus = self._sim.i2c(target.bus)
        for sensor in self._setup.rig.wiring.sensors:
            if isinstance(sensor, Tmp117 | Bme280) and sensor.i2c == target.bus:
                bus.detach(sensor.address)
                break
        bus.beyond = partial(self._pico.ask_target, target.id)

    def _look(self, done: Callable[[], None]) -> None:
        self._sim.look()

        async def settled() -> None:
            await self._cut.settled()
            done()

        task = asyncio.get_running_loop().create_task(settled())
        self._work.add(task)
        task.add_done_callback(self._work.discard)
