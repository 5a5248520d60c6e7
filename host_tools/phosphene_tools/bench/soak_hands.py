# SPDX-License-Identifier: Apache-2.0
"""Somebody who types and touches without a pause, as long as a soak lasts."""

from __future__ import annotations

import asyncio
import json
import random
from typing import Final

from phosphene_tools.bench.moment_visitor import Visitor

LINES: Final = (
    "exact.integer 6 * 7",
    "timer.start tea 900",
    "timer.list",
    "gpio.write led on",
    "convert.units 3 ft m 2",
    "gpio.pulses led 200 5",
    "what time is it",
    "safety.state",
    "timer.cancel tea",
    "money.add '1.20 3.40' 2",
    "gpio.write led off",
    "no such task 5",
)
PAUSE_S: Final = (0.4, 1.6)


async def busy_hands(visitor: Visitor, seed: int) -> None:
    """Type lines and touch buttons in turn until cancelled."""
    rng = random.Random(seed)
    while True:
        for line in rng.sample(LINES, len(LINES)):
            await visitor.socket.send(json.dumps({"type": "typed", "line": line}))
            for leave in (False, False, True):
                await asyncio.sleep(rng.uniform(*PAUSE_S))
                await visitor.touch(rng, leave=leave)
