# SPDX-License-Identifier: Apache-2.0
"""What sensors deliver: pictures and sound, each with its time on the host's monotonic clock."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

RATE_HZ: Final = 16_000
"""Samples of sound per second, whatever the microphone's own rate is: drivers resample."""


@dataclass(frozen=True, slots=True)
class Frame:
    """One picture. `pixels` is uint8 [height, width, 3], sRGB, top row first, not mirrored.

    `time_s` is when it was taken, as well as the driver knows; `number` counts up by one for each picture that the
    camera took, so a step of three says that two were missed.
    """

    pixels: NDArray[np.uint8]
    time_s: float
    number: int


@dataclass(frozen=True, slots=True)
class Sound:
    """One block of sound. `samples` is int16 [n], mono, at RATE_HZ; `time_s` is that of its first sample.

    `missed` is how many samples between the block before and this one were lost; `clipped` how many stood at full
    scale in what the microphone delivered, whose rate and channels may differ.
    """

    samples: NDArray[np.int16]
    time_s: float
    missed: int = 0
    clipped: int = 0

    @property
    def end_s(self) -> float:
        """The time just after the last sample."""
        return self.time_s + self.samples.size / RATE_HZ
