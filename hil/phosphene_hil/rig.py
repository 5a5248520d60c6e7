# SPDX-License-Identifier: Apache-2.0
"""A rig on the bench: a board, how it is wired, and what a test may ask of both."""

from __future__ import annotations

import asyncio
import hmac
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Any

from phosphene.errors import BoardNotFound
from phosphene.exact import Coprocessor
from phosphene.line.dictionary import Dictionary
from phosphene.line.faults import FaultInjector
from phosphene.line.link import Link
from phosphene_hil.attached import AttachedBoard
from phosphene_hil.bench_pico.board import InstrumentedBoard
from phosphene_hil.bench_pico.wanted import wanted
from phosphene_hil.board import Board, MissingFeature
from phosphene_hil.computer import NO_SPECS, Computer, Specs
from phosphene_hil.marks import COMPUTER, FEATURES
from phosphene_hil.simulated import SimulatedBoard
from phosphene_tools.arming import grant_for
from phosphene_tools.boards import Rig as Wired
from phosphene_tools.boards.privacy import privacy_pins
from phosphene_tools.boards.wiring import Output

if TYPE_CHECKING:
    from phosphene_hil.labgrid.place import Lent


class UnknownFeature(ValueError):
    """A test asks for a feature that no rig can ever have."""


@dataclass(frozen=True)
class Rig:
    """One rig, its board powered and answering."""

    wired: Wired
    board: Board
    dictionary: Dictionary
    computer: Computer
    called: str = ""
    """What an inventory calls it, which may have several of a kind."""

    @property
    def name(self) -> str:
        """The rig's name, as `--phosphene-rig` takes it."""
        return self.called or self.wired.name

    @property
    def outputs(self) -> Sequence[Output]:
        """The outputs as they are declared."""
        return self.wired.wiring.outputs

    @property
    def features(self) -> frozenset[str]:
        """What is there of wiring and bench; for the computer's features ask `has`."""
        wired = {name for name, is_there in wired_features(self.wired).items() if is_there}
        return self.board.abilities | wired - self.board.hidden

    def missing(self, wanted: str) -> str:
        """Say why a test that needs `wanted` can't run here, or nothing. Raises UnknownFeature."""
        if "." in wanted:
            there = {task.name for task in self.dictionary.tasks}
            return "" if wanted in there else f"the firmware on rig {self.name} has no task {wanted}"
        if wanted not in FEATURES:
            near = get_close_matches(wanted, FEATURES, n=1)
            cure = f"did you mean {near[0]!r}?" if near else f"there are: {', '.join(FEATURES)}"
            raise UnknownFeature(f"no feature {wanted!r}; {cure}")
        return "" if self.has(wanted) else f"rig {self.name} lacks {FEATURES[wanted]}"

    def has(self, feature: str) -> bool:
        """Whether a feature is there. Those of the computer are looked for when somebody asks."""
        return self.computer.has(feature) if feature in COMPUTER else feature in self.features

    def output(self, *, guarded: bool) -> str:
        """Return the name of an output that is behind ENABLE, or of one that needs neither that nor a lease.

        Raises MissingFeature.
        """
        fits = list(filter(_at_will_armed if guarded else _at_will_alone, self.outputs))
        if not fits:
            raise MissingFeature("guarded_output" if guarded else "autonomous_output")
        return fits[0].name

    def safe(self, output: str) -> bool:
        """Return the safe level of an output."""
        return next(bool(declared.safe) for declared in self.outputs if declared.name == output)

    def grant(self, boot_id: int, nonce: bytes) -> bytes:
        """Sign a grant, as the board's owner would, away from the host. Raises MissingFeature."""
        if self.board.arm_key is None:
            raise MissingFeature("arm_key")
        return grant_for(self.board.arm_key, boot_id, nonce)

    def unlock_grant(self, boot_id: int, nonce: bytes, lock: str) -> bytes:
        """Sign a grant that opens a lock once, likewise (docs/safety.md). Raises MissingFeature."""
        if self.board.unlock_key is None:
            raise MissingFeature("unlock_key")
        message = b"phosphene unlock" + boot_id.to_bytes(4, "little") + nonce + lock.encode()
        return hmac.digest(self.board.unlock_key, message, "sha256")

    @asynccontextmanager
    async def linked(self, faults: FaultInjector | None = None) -> AsyncGenerator[tuple[Link, Coprocessor]]:
        """Open a session of one's own, which ends the one before, and close it in the end.

        Raises LineError: nobody answers.
        """
        async with linked(self.board, faults) as both:
            yield both


def wired_features(wired: Wired) -> dict[str, bool]:
    """Return which of the features that follow from a rig's wiring alone are there."""
    wiring = wired.wiring
    private = {key for key, _ in privacy_pins(wiring)}
    alone = {output.name for output in filter(_at_will_alone, wiring.outputs)}
    return {
        "guarded_output": any(map(_at_will_armed, wiring.outputs)),
        "autonomous_output": bool(alone),
        "input": bool(wiring.inputs),
        "shift_register": wiring.shift_register is not None,
        "thermometer": bool(wiring.sensors),
        "climate_sensor": any(sensor.kind == "bme280" for sensor in wiring.sensors),
        "analog": bool(wiring.analog),
        "load_cell": bool(wiring.load_cells),
        "servo": any(servo.output in alone for servo in wiring.servos),
        "lights": bool(wiring.lights),
        "thermostat": bool(wiring.thermostats),
        "lock": any(output.lock for output in wiring.outputs),
        "dispenser": wiring.dispenser is not None,
        "rtc": wiring.rtc is not None,
        "privacy_lights": {"camera_light", "microphone_light"} <= private,
        "mute_switch": "mute_switch" in private,
    }


@asynccontextmanager
async def linked(board: Board, faults: FaultInjector | None = None) -> AsyncGenerator[tuple[Link, Coprocessor]]:
    """Open a line to `board` that owns its port. Raises LineError."""
    link = await Link.open(board.port, baud=board.baud, rtscts=board.rtscts, faults=faults)
    mcu = Coprocessor(link)
    try:
        await mcu.dictionary()
        yield link, mcu
    finally:
        await mcu.close()
        await link.close()


@dataclass(frozen=True)
class Choice:
    """Which rig, as the command line says. `port` names an attached board instead of searching for it."""

    wired: Wired
    port: str = ""
    arm_key: Path | None = None
    unlock_key: Path | None = None
    seed: int | None = None
    emulated: bool = False
    """Whether the emulated Cortex-M3 runs the firmware, in the simulated board's world."""
    specs: Specs = NO_SPECS
    """What the command line says of the computer's accelerator, camera and microphone."""
    called: str = ""
    """The rig's name on the bench."""
    repl: str = ""
    """Port of the maintenance REPL, where the line's port does not tell it."""
    lent: Lent | None = None
    """The place in labgrid that it is; while it is held, `port` and `repl` are what is served there."""
    power: Mapping[str, Any] = field(default_factory=dict[str, Any])
    """The inventory's table on what cuts its power."""
    instrument: Mapping[str, Any] = field(default_factory=dict[str, Any])
    """The inventory's table on the instrument that is wired to it."""
    instrument_file: Path | None = None
    """The instrument's file, from the command line: instead of both tables (docs/instrument.md)."""

    async def open(self, tasks: Sequence[Path] = ()) -> Rig:
        """Power up the simulated board, or find the real one, and say hello.

        `tasks` are task files for this board alone; only a simulated one can take them. Raises
        BoardNotFound when the board is not there, and other errors of PhospheneError.
        """
        board: Board
        simulated = self.wired.mcu.simulated and not self.port
        setup = wanted(self.wired, self.instrument_file, self.instrument, self.power)
        if simulated and setup is not None:
            board = await asyncio.to_thread(InstrumentedBoard.simulated, setup, seed=self.seed, tasks=tasks)
        elif simulated:
            chip = await self._image() if self.emulated else None
            board = await SimulatedBoard.start(self.wired, seed=self.seed, tasks=tasks, emulated=chip)
        else:
            rig = str(self.wired.path)  # not its name: an inventory may lead to a folder of its own
            board = AttachedBoard.find(rig, self.port, self.arm_key, self.unlock_key, repl=self.repl)
            if setup is not None:
                board = await asyncio.to_thread(InstrumentedBoard.attached, board, setup)
        try:
            async with linked(board) as (_, mcu):
                computer = Computer(self.wired.sbc, self.wired.mcu.simulated, self.specs)
                rig = Rig(self.wired, board, await mcu.dictionary(), computer, self.called)
                new = isinstance(board, SimulatedBoard) or (isinstance(board, InstrumentedBoard) and board.new)
                if new and "lock" in rig.features:
                    # A new board has no secret for its locks yet.
                    key = board.unlock_key
                    await (await mcu.start("crypto.provision", slot="unlock", kind="hmac", key=key)).result()
                return rig
        except BaseException:
            await board.close()
            raise

    @staticmethod
    async def _image() -> Path:
        """Return the emulated chip's image, or say that this machine can't build it."""
        from phosphene_tools.emulated import image, toolchain  # which most runs have no use for

        if lacks := toolchain.missing():
            raise BoardNotFound(lacks, place="rig emulated")
        return await asyncio.to_thread(image.image)


def _at_will(output: Output) -> bool:
    """Whether it may go on and off as often as a test likes."""
    limits = (output.max_on_s, output.min_on_s, output.min_off_s, output.max_changes_per_min)
    return not output.lock and all(limit is None for limit in limits)


def _at_will_armed(output: Output) -> bool:
    return output.guarded and _at_will(output)


def _at_will_alone(output: Output) -> bool:
    endless = output.on_lease_loss == "autonomous" and not output.max_s
    return endless and not output.guarded and _at_will(output)
