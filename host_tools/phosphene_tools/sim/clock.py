# SPDX-License-Identifier: Apache-2.0
"""The clock that launcher and firmware process share: MicroPython's `ticks_us` counts it too."""

from __future__ import annotations

import time


def now_us() -> int:
    """Return microseconds of CLOCK_MONOTONIC."""
    return time.clock_gettime_ns(time.CLOCK_MONOTONIC) // 1000
