# SPDX-License-Identifier: Apache-2.0
"""What came of many frames, counted so that several processes can add up what each saw."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Tally:
    """Counts by name; `shares` counts, by name, how often something held and how often it was looked at."""

    counts: Counter[str] = field(default_factory=Counter[str])
    held: Counter[str] = field(default_factory=Counter[str])
    looked: Counter[str] = field(default_factory=Counter[str])
    sums: dict[str, float] = field(default_factory=dict[str, float])
    notes: list[str] = field(default_factory=list[str])

    def look(self, name: str, held: bool) -> None:
        """Count one look at whether something holds."""
        self.looked[name] += 1
        self.held[name] += held

    def sum(self, name: str, value: float) -> None:
        """Add to a sum."""
        self.sums[name] = self.sums.get(name, 0.0) + value

    def add(self, other: Tally) -> None:
        """Take in what another process counted."""
        for mine, its in (
            (self.counts, other.counts),
            (self.held, other.held),
            (self.looked, other.looked),
        ):
            mine.update(its)
        for name, value in other.sums.items():
            self.sum(name, value)
        self.notes += other.notes

    def share(self, name: str) -> float | None:
        """Return in what share of its looks something held, or None without a look."""
        return self.held[name] / self.looked[name] if self.looked[name] else None

    def group(self, prefix: str) -> dict[str, int]:
        """Return the counts whose names begin with `prefix` and a dot, by what follows."""
        start = f"{prefix}."
        return {name[len(start) :]: number for name, number in sorted(self.counts.items()) if name.startswith(start)}


def merged(tallies: Iterable[Tally]) -> Tally:
    """Return the sum of all."""
    total = Tally()
    for tally in tallies:
        total.add(tally)
    return total


def rounded(value: Any, digits: int = 5) -> Any:
    """Return a figure with so many digits after the point; what is no float stays."""
    return round(value, digits) if isinstance(value, float) else value


def upper_bound(seen: int, tried: int) -> float | None:
    """Return the 95 % upper bound of a share of which `seen` of `tried` were seen (Clopper and Pearson, 1934).

    For none seen it is 1 - 0.05 ** (1 / tried), about 3 / tried.
    """
    if not tried:
        return None
    if seen >= tried:
        return 1.0
    low, high = seen / tried, 1.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if _at_most(seen, tried, middle) > 0.05 else (low, middle)
    return high


def _at_most(seen: int, tried: int, share: float) -> float:
    """Return the chance of at most `seen` of `tried` at this share, by the binomial distribution."""
    import math

    if share in {0.0, 1.0}:
        return float(share == 0.0)
    terms = (
        math.lgamma(tried + 1)
        - math.lgamma(k + 1)
        - math.lgamma(tried - k + 1)
        + k * math.log(share)
        + (tried - k) * math.log1p(-share)
        for k in range(seen + 1)
    )
    return sum(map(math.exp, terms))
