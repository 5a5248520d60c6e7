# SPDX-License-Identifier: Apache-2.0
"""The device that is measured, in a process of its own: the real one on the simulated board, its stages timed.

    python -m phosphene_tools.bench.moment_device '{"tape": …, "trace": …, "times": …}'

Hears the WAV file `tape` in place of a microphone, sees a drawn person, records into `trace`, and writes its times into
`times` when it is told to end.
"""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from phosphene.accelerators import Accelerator
from phosphene.console.server import Where
from phosphene.console.settings import Settings
from phosphene.loop.decide import Decides
from phosphene.painter.panel import Panel
from phosphene.senses.owners import Sensors
from phosphene.senses.perceived import Hears, Sees
from phosphene.sensors.sound_file import SoundFile
from phosphene_tools.bench.moment_clocks import Clock, ClockedEar, ClockedEye, ClockedPainter, ClockedPolicy
from phosphene_tools.bench.moment_person import Person
from phosphene_tools.device import Device, make_hearing, make_painter, make_policy, make_seeing, say
from phosphene_tools.own_sensors import OwnSensors
from phosphene_tools.recording import Recording

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Staged(OwnSensors):
    """The tape and the drawn person."""

    tape: Path = Path()

    def __bool__(self) -> bool:
        return True

    def __str__(self) -> str:
        return f"camera {Person.name}, microphone {self.tape.name}"

    def make(self, accelerator: Accelerator | None = None) -> Sensors:
        return Sensors(Person(), SoundFile(self.tape))


class Times:
    """Makes the stages of a device with their clocks."""

    def __init__(self) -> None:
        self.clocks: dict[str, Clock] = {}
        self.ear: ClockedEar | None = None

    def see(self, chip: Accelerator) -> Sees:
        return self._made("see", ClockedEye, make_seeing, chip)

    def hear(self, chip: Accelerator) -> Hears:
        self.ear = self._made("hear", partial(ClockedEar, began=_tell_begin), make_hearing, chip)
        return self.ear

    def decide(self, chip: Accelerator) -> Decides:
        return self._made("decide", ClockedPolicy, make_policy, chip)

    def paint(self, chip: Accelerator, panel: Panel) -> Any:
        return self._made("paint", ClockedPainter, lambda clock: make_painter(clock, panel), chip)

    def told(self) -> dict[str, Any]:
        """Return all times, ready for JSON."""
        spent = {name: list(clock.spent) for name, clock in self.clocks.items()}
        return {"spent": spent, "marks": self.ear.marks if self.ear is not None else []}

    def _made(
        self, name: str, kind: Callable[[Any, Clock], T], make: Callable[[Accelerator], Any], chip: Accelerator
    ) -> T:
        clock = Clock(chip)
        made = kind(make(clock), clock)
        # What loading runs is no part of a moment.
        self.clocks[name] = clock
        return made


def _tell_begin(time_s: float) -> None:
    """Say when on the monotonic clock the tape began."""
    say("tape", repr(time_s))


def main() -> None:
    """Run as the first argument says."""
    wanted = json.loads(sys.argv[1])
    times = Times()
    device = Device(
        "sim",
        "operate",
        Where(port=0),
        Settings(),
        sensors=Staged(tape=Path(wanted["tape"])),
        record=Recording(Path(wanted["trace"])),
        make=times.paint,
        see=times.see,
        hear=times.hear,
        decide=times.decide,
    )
    asyncio.run(device.run_until_signalled())
    Path(wanted["times"]).write_text(json.dumps(times.told()))


if __name__ == "__main__":
    main()
