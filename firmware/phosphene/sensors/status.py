# SPDX-License-Identifier: Apache-2.0
"""How a sensor does, for the console and `phosphene sensors watch`."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from phosphene.sensors.protocol import CameraFormat, MicrophoneFormat, Trouble


@dataclass(frozen=True, slots=True)
class SensorStatus:
    """`format` is None while it isn't open. `rate_hz` is measured over two seconds: pictures, or samples at RATE_HZ.
    `dropped` counts the pictures or samples that were lost since the start, wherever. `troubles` are those of now, and
    `text` is the newest event's line. `age_s` is how long ago the newest block came, None before the first. `level` is
    a camera's mean brightness, 0 … 1, or a microphone's loudness in dB of full scale, -96 … 0.
    """

    name: str
    format: CameraFormat | MicrophoneFormat | None
    rate_hz: float
    blocks: int
    dropped: int
    troubles: tuple[Trouble, ...]
    text: str
    age_s: float | None
    level: float | None

    def as_json(self) -> dict[str, Any]:
        """Return it as what JSON can hold."""
        return asdict(self)
