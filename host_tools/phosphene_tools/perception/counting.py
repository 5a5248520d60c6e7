# SPDX-License-Identifier: Apache-2.0
"""Shares with their 95 % interval (Wilson 1927), as the reports of perception print them."""

from __future__ import annotations

from collections.abc import Iterable
from math import sqrt
from typing import Any, Final

_Z: Final = 1.959964


def share(right: int, of: int) -> dict[str, Any]:
    """Return value, n and interval of `right` in `of`; no value without any."""
    if not of:
        return {"value": None, "n": 0, "interval": None}
    mean, spread = right / of, _Z**2 / of
    middle = (mean + spread / 2) / (1 + spread)
    reach = _Z / (1 + spread) * sqrt(mean * (1 - mean) / of + spread / (4 * of))
    low, high = max(0.0, middle - reach), min(1.0, middle + reach)
    return {"value": round(mean, 4), "n": of, "interval": [round(low, 4), round(high, 4)]}


def shares(results: Iterable[tuple[str, bool]]) -> dict[str, Any]:
    """Return the share that is right of each group, by its name, in order."""
    counted: dict[str, list[int]] = {}
    for name, right in results:
        row = counted.setdefault(name, [0, 0])
        row[0] += right
        row[1] += 1
    return {name: share(*row) for name, row in sorted(counted.items())}


def worst(groups: dict[str, Any]) -> dict[str, Any]:
    """Return the group with the smallest share, named; of equal ones the first."""
    name = min(groups, key=lambda one: groups[one]["value"])
    return {"name": name, **groups[name]}
