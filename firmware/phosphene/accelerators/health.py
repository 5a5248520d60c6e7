# SPDX-License-Identifier: Apache-2.0
"""How an accelerator is doing: how long runs may take by their own history, what happened, and the counts."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import Literal

# "absent": a graph could not go onto the chip when it was loaded. "answered": one run was answered by the stand-by.
What = Literal["absent", "stalled", "ended", "failed", "restarted", "answered", "fell back", "came back"]


@dataclass(frozen=True, slots=True)
class Policy:
    """When a run is late, when a chip is given up, and when it is tried again. Times in seconds.

    A run is late after `times` times the 99th percentile of the graph's last runs, at the least `least_s`; after
    `first_s` while there are fewer than `enough` of them, and on the first run after a start, which may load the chip.
    After `failures` failures within `window_s` the stand-by takes over, and the chip is tried again `retry_s` later;
    that time doubles, up to `most_retry_s`, each time that the chip does not come back for as long as a window.
    """

    times: float = 5.0
    least_s: float = 0.05
    first_s: float = 5.0
    enough: int = 20
    failures: int = 3
    window_s: float = 60.0
    retry_s: float = 30.0
    most_retry_s: float = 600.0


@dataclass(frozen=True, slots=True)
class Event:
    """Something that changed. `when`: seconds since 1970. `runs_on`: what runs the graph from now on."""

    when: float
    what: What
    accelerator: str
    graph: str
    runs_on: str
    why: str
    cure: str

    def __str__(self) -> str:
        """Return the event in one line."""
        said = f"{self.accelerator}: {self.what}, {self.graph} runs on {self.runs_on} — {self.why}"
        return f"{said} — {self.cure}" if self.cure else said


@dataclass(frozen=True, slots=True)
class GraphHealth:
    """One graph's counts. `p99_s` of its runs on the chip, and the limit that follows; None without enough runs."""

    graph: str
    runs_on: str
    on_chip: int
    on_stand_by: int
    failures: int
    p99_s: float | None
    limit_s: float


@dataclass(frozen=True, slots=True)
class Health:
    """What `Supervised.status` says. `well` is True when every graph runs on the chip that was asked for.

    `retry_in_s`: until the chip is tried again, None when nothing is missing; `retry_failed`: why it stayed away.
    """

    accelerator: str
    stand_by: str
    well: bool
    restarts: int
    fell_back: int
    came_back: int
    retry_in_s: float | None
    retry_failed: str
    graphs: tuple[GraphHealth, ...]
    events: tuple[Event, ...]


class RunTimes:
    """The last run times of one graph, and the time after which the next run is late."""

    _KEPT = 512
    # Sorting them takes longer than a small graph's run, and the percentile moves slowly.
    _EVERY = 32

    def __init__(self, policy: Policy) -> None:
        self._policy = policy
        self._times: deque[float] = deque(maxlen=self._KEPT)
        self._fresh = 0
        self._p99: float | None = None
        self.first = True

    def add(self, seconds: float) -> None:
        """Count a run. The first one after a start tells nothing of the others and is left out."""
        if self.first:
            self.first = False
            return
        self._times.append(seconds)
        self._fresh += 1
        if len(self._times) >= self._policy.enough and (self._p99 is None or self._fresh >= self._EVERY):
            self._p99, self._fresh = sorted(self._times)[int(0.99 * (len(self._times) - 1))], 0

    @property
    def p99_s(self) -> float | None:
        """The 99th percentile in seconds, or None as long as there are too few runs."""
        return self._p99

    @property
    def limit_s(self) -> float:
        """Seconds after which the next run is late."""
        if self.first or self._p99 is None:
            return self._policy.first_s
        return max(self._policy.least_s, self._policy.times * self._p99)
