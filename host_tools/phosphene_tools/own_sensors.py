# SPDX-License-Identifier: Apache-2.0
"""The camera and the microphone that `phosphene run` is told to use, as a person types them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from phosphene.accelerators import Accelerator
from phosphene.senses.perceived import Sees
from phosphene.senses.senses import Sensors
from phosphene.sensors.opening import open_camera, open_microphone
from phosphene_tools.boards.sbc import Camera


@dataclass(frozen=True, slots=True)
class OwnSensors:
    """What was typed; "none" is none. `board` is what the board's file says of its camera, if it has one."""

    camera: str = "none"
    microphone: str = "none"
    board: Camera | None = None

    def __bool__(self) -> bool:
        return (self.camera, self.microphone) != ("none", "none")

    def __str__(self) -> str:
        return f"camera {self.camera}, microphone {self.microphone}"

    def check(self) -> None:
        """Raise SensorError when one of them names nothing; whether it is plugged in shows when it's opened."""
        self.make()

    def make(self, accelerator: Accelerator | None = None) -> Sensors:
        """Return them anew, not yet opened. Raises SensorError when one names nothing.

        `accelerator` runs what sees with this camera's lens, by default the CPU.
        """
        if self.board is None:
            return Sensors(open_camera(self.camera), open_microphone(self.microphone))
        camera = open_camera(self.camera, width=self.board.width, height=self.board.height)
        return Sensors(camera, open_microphone(self.microphone), partial(self._see, accelerator))

    def _see(self, accelerator: Accelerator | None) -> Sees:
        """Load what sees, with this camera's lens: its focal length says how far away a face is."""
        from phosphene.perception.vision import Seeing

        focal_px = self.board.focal_length_px if self.board else None
        return Seeing.load(focal_px=focal_px, accelerator=accelerator)
