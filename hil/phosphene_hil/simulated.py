# SPDX-License-Identifier: Apache-2.0
"""A simulated board on the bench: every feature there is, and task files of a suite's own."""

from __future__ import annotations

import contextlib
import random
import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

from phosphene_hil.board import Change
from phosphene_hil.simulated_instrument import SimulatedInstrument
from phosphene_tools import firmware_image, places
from phosphene_tools.boards import Rig, board_json
from phosphene_tools.boards.privacy import privacy_pins
from phosphene_tools.sim.board import Cause, SimBoard
from phosphene_tools.sim.config import SimConfig

_STORE = "/flash/"  # where the simulator mounts the chip's flash


class SimulatedOutside:
    """What the world sees at a simulated board, by the rig's names."""

    def __init__(self, sim: SimBoard, rig: Rig) -> None:
        self._sim = sim
        self._outputs = {output.name: output.pin for output in rig.wiring.outputs}
        self._inputs = {entry.name: entry.pin for entry in rig.wiring.inputs}
        for key, pin in privacy_pins(rig.wiring):
            (self._inputs if key == "mute_switch" else self._outputs)[key] = pin

    def level(self, output: str) -> bool:
        """See Outside."""
        return bool(self._sim.pins.level(self._outputs[output]))

    def changes(self, output: str, since_s: float = 0.0) -> list[Change]:
        """See Outside."""
        pin = self._outputs[output]
        edges = [edge for edge in self._sim.pins.history if edge.pin == pin and edge.time_us >= since_s * 1e6]
        return [Change(edge.time_us / 1e6, bool(edge.level)) for edge in edges]

    @property
    def enable(self) -> bool:
        """See Outside."""
        return self._sim.pins.enable

    def drive(self, name: str, level: bool | None) -> None:
        """See Outside."""
        self._sim.set_input(self._inputs[name], None if level is None else int(level))

    @property
    def latched(self) -> int:
        """See Outside."""
        return self._sim.shift_register.latched

    def words(self, since: int = 0) -> list[int]:
        """See Outside."""
        return [word.value for word in self._sim.shift_register.since(since)]


class SimulatedControl:
    """What can be done to a simulated board."""

    def __init__(self, sim: SimBoard, rig: Rig) -> None:
        self._sim = sim
        self._register = rig.wiring.shift_register

    async def reset(self, cause: Cause = "pin") -> None:
        """See Control."""
        await self._sim.reset(cause)

    async def power_cut(self, seconds: float = 0.0) -> None:
        """See Control."""
        await self._sim.power_cut(seconds)

    async def pull_cable(self) -> None:
        """See Control."""
        await self._sim.pull_cable()

    async def plug_cable(self) -> None:
        """See Control."""
        await self._sim.plug_cable()

    def freeze(self) -> None:
        """See Control."""
        self._sim.freeze()

    def thaw(self) -> None:
        """See Control."""
        self._sim.thaw()

    async def reset_at_latch(self, *, after: bool) -> None:
        """See Control."""
        assert self._register is not None, 'the test asked for no "shift_register"'
        when: Literal["before", "after"] = "after" if after else "before"
        await self._sim.arm_reset(pin=self._register.latch, when=when)


class SimulatedBoard:
    """One simulated board; see Board."""

    baud = 921_600
    rtscts = False
    hidden: frozenset[str] = frozenset()
    abilities = frozenset(
        {"outside_view", "reset_control", "reset_causes", "breakpoint", "chip_clock", "cable"}
        | {"restart", "arm_key", "unlock_key", "instrument"}
    )

    def __init__(
        self, sim: SimBoard, rig: Rig, firmware: Path | None, unlock_key: bytes, *, emulated: bool = False
    ) -> None:
        self.emulated = emulated
        """Whether the emulated Cortex-M3 runs the firmware."""
        self._sim = sim
        self._firmware = firmware
        self.port = str(sim.port_link)
        self.repl = str(sim.repl_link)
        self.arm_key: bytes | None = sim.arm_key
        self.unlock_key: bytes | None = unlock_key
        self.instrument = SimulatedInstrument(sim, rig)
        self.outside = SimulatedOutside(sim, rig)
        self.control = SimulatedControl(sim, rig)

    @classmethod
    async def start(
        cls, rig: Rig, *, seed: int | None, tasks: Sequence[Path] = (), emulated: Path | None = None
    ) -> SimulatedBoard:
        """Start a board of `rig` with the real firmware and, beside it, the task files `tasks`.

        `emulated` is the image for the emulated Cortex-M3, if that is to run it.

        Raises SimError, DeclarationError.
        """
        firmware = _firmware_with(tasks) if tasks else None
        config = board_json(rig) | ({"store": _STORE} if firmware else {})
        sim = SimBoard(
            SimConfig(
                board_json=config,
                heap_bytes=rig.mcu.heap_kib * 1024,
                firmware_dir=firmware,
                seed=seed,
                parts=True,
                emulated=emulated,
            )
        )
        with contextlib.ExitStack() as undo:
            undo.callback(_remove, firmware)
            await sim.start()
            undo.pop_all()
        return cls(sim, rig, firmware, random.Random(seed).randbytes(32), emulated=emulated is not None)

    @property
    def sim(self) -> SimBoard:
        """The simulator's side of it, for a bench that wires more to its pins."""
        return self._sim

    async def close(self) -> None:
        """See Board."""
        await self._sim.close()
        _remove(self._firmware)


def _firmware_with(tasks: Sequence[Path]) -> Path:
    """Lay out the firmware with more task files, its dictionary built over all of them."""
    folder = Path(tempfile.mkdtemp(prefix="phosphene-bench-"))
    source = folder / "source"
    ignored = shutil.ignore_patterns("__pycache__")
    shutil.copytree(places.coprocessor(), source, ignore=ignored)
    for task in tasks:
        shutil.copyfile(task, source / "tasks" / task.name)
    firmware_image.install(source, folder / "image")
    return folder / "image"


def _remove(firmware: Path | None) -> None:
    if firmware is not None:
        shutil.rmtree(firmware.parent, ignore_errors=True)
