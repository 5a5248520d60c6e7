# SPDX-License-Identifier: Apache-2.0
"""A range for an activation that the loudest few samples don't set alone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import numpy as np

# Deviations beyond the mean of the samples' own ends.
_BEYOND: Final = 2.0


def mean_and_spread(before: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, Any]:
    """Merge ranges: the mean of the samples' minima and maxima, each moved outwards by two standard deviations."""
    ends = (("min", -_BEYOND), ("max", _BEYOND))
    if before and "count" not in before:
        # The first sample is stored as it came.
        before = mean_and_spread({}, before)
    merged: dict[str, Any] = {**new, "count": before["count"] + 1 if before else 1}
    for end, outwards in ends:
        value = np.asarray(new[end], np.float64)
        total, squares = (before[f"{end}_sum"], before[f"{end}_squares"]) if before else (0.0, 0.0)
        total, squares = total + value, squares + value**2
        merged[f"{end}_sum"], merged[f"{end}_squares"] = total, squares
        mean = total / merged["count"]
        spread = np.sqrt(np.maximum(squares / merged["count"] - mean**2, 0.0))
        merged[end] = (mean + outwards * spread).astype(np.float32)
    return merged
