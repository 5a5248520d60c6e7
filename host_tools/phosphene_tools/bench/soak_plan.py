# SPDX-License-Identifier: Apache-2.0
"""Which faults happen to the device of a soak, and when: drawn from a seed, each kind once in every round."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Kind(StrEnum):
    """What is done to it."""

    CABLE = "cable"
    """The line's cable is pulled, and plugged in again."""
    RESET = "reset"
    """The board is reset."""
    FREEZE = "freeze"
    """The board stands still, and goes on before its watchdog bites."""
    WATCHDOG = "watchdog"
    """It stands still until the watchdog bites."""
    NOISE = "noise"
    """Noise strikes the line again and again."""
    CAMERA = "camera"
    """No more pictures come."""
    MICROPHONE = "microphone"
    """No more sound comes."""
    ACCELERATOR = "accelerator"
    """The process that runs the networks stands still."""


LASTS_S: Final = {
    Kind.CABLE: 2.5,
    Kind.RESET: 0.0,
    Kind.FREEZE: 2.5,
    Kind.WATCHDOG: 6.0,
    Kind.NOISE: 3.0,
    Kind.CAMERA: 4.0,
    Kind.MICROPHONE: 4.0,
    Kind.ACCELERATOR: 0.0,
}
"""For how long; what lasts no time is mended by the device itself."""
REST_S: Final = (14.0, 22.0)
"""From the end of one to the next: long enough that its sign has gone again."""
QUICK_REST_S: Final = (3.5, 4.5)
BEGINS_S: Final = 6.0
"""In which camera and microphone are still being opened."""
ENDS_S: Final = 12.0
QUICK_ENDS_S: Final = 8.0
"""Without a fault at the end, so that the last one can be seen."""


@dataclass(frozen=True, slots=True)
class Planned:
    """A fault at so many seconds from the beginning."""

    kind: Kind
    at_s: float


def plan(seconds: float, seed: int, *, quick: bool = False, kinds: Sequence[Kind] = tuple(Kind)) -> list[Planned]:
    """Return the faults of `seconds`, round after round of all `kinds`. A quick plan is one round, close together; what
    does not fit is left out.
    """
    rng = random.Random(seed)
    rest = QUICK_REST_S if quick else REST_S
    found: list[Planned] = []
    at_s = BEGINS_S + rng.uniform(*rest)
    while True:
        order = rng.sample(kinds, len(kinds))
        if quick:  # the network's worker takes longest to come back: nothing else happens meanwhile
            order.sort(key=lambda kind: kind is Kind.ACCELERATOR)
        for kind in order:
            if at_s + LASTS_S[kind] + (QUICK_ENDS_S if quick else ENDS_S) > seconds:
                return found
            found.append(Planned(kind, at_s))
            at_s += LASTS_S[kind] + rng.uniform(*rest)
        if quick:
            return found
