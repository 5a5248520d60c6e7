# SPDX-License-Identifier: Apache-2.0
"""Percentiles and the heading that every figure carries."""

from __future__ import annotations

import os
import platform
from collections.abc import Sequence

WHERE = "x86 simulator"
"""What these benches measure on: the real firmware on a desktop MicroPython, never hardware."""


def percentile(ordered: Sequence[float], share: float) -> float:
    """The nearest-rank percentile of an ordered, non-empty sequence; `share` is 0 … 1."""
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def heading() -> dict[str, object]:
    """Where, on what machine and under which load the figures that follow were taken."""
    return {
        "where": WHERE if platform.machine() in {"x86_64", "AMD64"} else f"{platform.machine()} simulator",
        "cores": os.cpu_count(),
        "load_1min": round(os.getloadavg()[0], 2),
        "python": platform.python_version(),
    }
