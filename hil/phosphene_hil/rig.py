# SPDX-License-Identifier: Apache-2.0
"""A rig on the bench: a board, how it is wired, and what a test may ask of both."""

from __future__ import annotations

import asyncio
import hmac
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

from phosphene.errors import BoardNotFound
from phosphene.exact import Coprocessor
from phosphene.line.dictionary import Dictionary
from phosphene.line.faults import FaultInjector
from phosphene.line.link import Link
from phosphene_hil.attached import AttachedBoard
from phosphene_hil.board import Board, MissingFeature
from phosphene_hil.marks import FEATURES
from phosphene_hil.simulated import SimulatedBoard
from phosphene_tools.arming import grant_for
from phosphene_tools.boards import Rig as Wired
from phosphene_tools.boards.privacy import privacy_pins
from phosphene_tools.boards.wiring import Output


class UnknownFeature(ValueError):
    """A test asks for a feature that no rig can ever have."""


@dataclass(frozen=True)
class Rig:
    """One rig, its board powered and answering."""

    wired: Wired
    board: Board
    dictionary: Dictionary

    @property
    def name(self) -> str:
        """The rig's name, as `--phosphene-rig` takes it."""
        return self.wired.name

    @property
    def outputs(self) -> Sequence[Output]:
        """The outputs as they are declared."""
        return self.wired.wiring.outputs

    @property
    def features(self) -> frozenset[str]:
        """What is there."""
        wiring = self.wired.wiring
        private = {key for key, _ in privacy_pins(wiring)}
        there = {
            "guarded_output": any(map(_at_will_armed, wiring.outputs)),
            "autonomous_output": any(map(_at_will_alone, wiring.outputs)),
            "input": bool(wiring.inputs),
            "shift_register": wiring.shift_register is not None,
            "thermometer": bool(wiring.sensors),
            "climate_sensor": any(sensor.kind == "bme280" for sensor in wiring.sensors),
            "analog": bool(wiring.analog),
            "load_cell": bool(wiring.load_cells),
            "servo": any(self._moves_alone(servo.output) for servo in wiring.servos),
            "lights": bool(wiring.lights),
            "thermostat": bool(wiring.thermostats),
            "lock": any(output.lock for output in wiring.outputs),
            "dispenser": wiring.dispenser is not None,
            "rtc": wiring.rtc is not None,
            "privacy_lights": {"camera_light", "microphone_light"} <= private,
            "mute_switch": "mute_switch" in private,
        }
        return self.board.abilities | {name for name, is_there in there.items() if is_there}

    def missing(self, wanted: str) -> str:
        """Say why a test that needs `wanted` can't run here, or nothing. Raises UnknownFeature."""
        if "." in wanted:
            there = {task.name for task in self.dictionary.tasks}
            return "" if wanted in there else f"the firmware on rig {self.name} has no task {wanted}"
        if wanted not in FEATURES:
            near = get_close_matches(wanted, FEATURES, n=1)
            cure = f"did you mean {near[0]!r}?" if near else f"there are: {', '.join(FEATURES)}"
            raise UnknownFeature(f"no feature {wanted!r}; {cure}")
        return "" if wanted in self.features else f"rig {self.name} lacks {FEATURES[wanted]}"

    def output(self, *, guarded: bool) -> str:
        """Return the name of an output that is behind ENABLE, or of one that needs neither that nor a lease.

        Raises MissingFeature.
        """
        fits = list(filter(_at_will_armed if guarded else _at_will_alone, self.outputs))
        if not fits:
            raise MissingFeature("guarded_output" if guarded else "autonomous_output")
        return fits[0].name

    def _moves_alone(self, name: str) -> bool:
        return any(output.name == name and _at_will_alone(output) for output in self.outputs)

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

    async def open(self, tasks: Sequence[Path] = ()) -> Rig:
        """Power up the simulated board, or find the real one, and say hello.

        `tasks` are task files for this board alone; only a simulated one can take them. Raises
        BoardNotFound when the board is not there, and other errors of PhospheneError.
        """
        board: Board
        if self.wired.mcu.simulated and not self.port:
            chip = await self._image() if self.emulated else None
            board = await SimulatedBoard.start(self.wired, seed=self.seed, tasks=tasks, emulated=chip)
        else:
            board = AttachedBoard.find(self.wired.name, self.port, self.arm_key, self.unlock_key)
        try:
            async with linked(board) as (_, mcu):
                rig = Rig(self.wired, board, await mcu.dictionary())
                if isinstance(board, SimulatedBoard) and "lock" in rig.features:
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
