# SPDX-License-Identifier: Apache-2.0
"""From the start of the process to the first painted frame on a page."""

from __future__ import annotations

from statistics import median
from typing import Any

from phosphene_tools.bench.moment_process import RUN, Place, a_device
from phosphene_tools.bench.moment_visitor import visiting

_PATIENCE_S = 30.0


async def first_frames(place: Place, trials: int) -> dict[str, Any]:
    """Start the device `trials` times; return the median and the longest time to a frame that a page has."""
    times: list[float] = []
    for _ in range(trials):
        async with a_device(place, *RUN) as device, visiting(device.address) as visitor:
            first = await visitor.until(lambda _: True, _PATIENCE_S)
            if first is not None:
                times.append(visitor.pictures[0].received_s - device.started_s)
    return {
        "first_frame_s": round(median(times), 2) if times else None,
        "first_frame_s_longest": round(max(times), 2) if times else None,
    }
