# SPDX-License-Identifier: Apache-2.0
"""What a process holds while time goes by: memory, file descriptors, threads; and how fast that grows."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import numpy as np

from phosphene_tools.bench.moment_process import resident_mb

EVERY_S: Final = 1.0
LEAST_S: Final = 300.0
"""A slope over less than this says nothing: the kernel counts pages, and an hour is extrapolated."""
_MOST_POINTS: Final = 600


@dataclass(frozen=True, slots=True)
class Sample:
    """What one process held at a time of the monotonic clock."""

    at_s: float
    mb: float
    fds: int
    threads: int


@dataclass
class Health:
    """Samples of processes by name. A process that was replaced by another begins anew."""

    samples: dict[str, list[Sample]] = field(default_factory=dict[str, list[Sample]])
    _pids: dict[str, int] = field(default_factory=dict[str, int])

    def look(self, name: str, pid: int | None) -> None:
        """Take a sample, if there is such a process and the system tells."""
        sample = sampled(pid) if pid is not None else None
        if pid is None or sample is None:
            return
        if self._pids.get(name) != pid:
            self._pids[name], self.samples[name] = pid, []
        self.samples[name].append(sample)

    async def watch(self, pids: Callable[[], dict[str, int | None]]) -> None:
        """Look at the processes that `pids` names, once a second until cancelled."""
        while True:
            for name, pid in pids().items():
                self.look(name, pid)
            await asyncio.sleep(EVERY_S)

    def grown(self, name: str, warm_s: float) -> Growth:
        """Return how much the process grew since `warm_s` on the monotonic clock."""
        return growth([sample for sample in self.samples.get(name, []) if sample.at_s >= warm_s])


@dataclass(frozen=True, slots=True)
class Growth:
    """`mb_per_hour` is None where it was watched for too short a time; the others are over the whole of it."""

    mb: float
    mb_per_hour: float | None
    fds: int
    threads: int

    def as_dict(self) -> dict[str, float | None]:
        """Return it ready for JSON."""
        return {"mb": round(self.mb, 1), "mb_per_hour": self.mb_per_hour, "fds": self.fds, "threads": self.threads}


def growth(samples: Sequence[Sample]) -> Growth:
    """Return the growth: of memory by its Theil-Sen slope, of what is counted by how much its median rose."""
    if len(samples) < 3:
        return Growth(samples[-1].mb if samples else 0.0, None, 0, 0)
    times = [sample.at_s for sample in samples]
    lasted_s = times[-1] - times[0]
    slope = theil_sen(times, [sample.mb for sample in samples])
    per_hour = round(3600 * slope, 2) if lasted_s >= LEAST_S else None
    fds, threads = (_rose([getattr(sample, name) for sample in samples]) for name in ("fds", "threads"))
    return Growth(samples[-1].mb, per_hour, fds, threads)


def theil_sen(xs: Sequence[float], ys: Sequence[float]) -> float:
    """Return the median of the slopes of all pairs, which no outlier moves. Of very many points every n-th is taken.

    Sen, Estimates of the regression coefficient based on Kendall's tau, JASA 63 (1968).
    """
    every = -(-len(xs) // _MOST_POINTS)
    x, y = np.asarray(xs[::every], np.float64), np.asarray(ys[::every], np.float64)
    first, second = np.triu_indices(len(x), 1)
    return float(np.median((y[second] - y[first]) / (x[second] - x[first])))


def _rose(counts: Sequence[int]) -> int:
    """How far the median of the last fifth is above that of the first: what comes and goes in between is no leak."""
    fifth = max(1, len(counts) // 5)
    return round(float(np.median(counts[-fifth:]) - np.median(counts[:fifth])))


def sampled(pid: int) -> Sample | None:
    """Return what a process holds now; None where the system doesn't say, or it has ended."""
    mb, place = resident_mb(pid), Path(f"/proc/{pid}")
    with contextlib.suppress(OSError):
        fds, threads = (len(list((place / what).iterdir())) for what in ("fd", "task"))
        if mb is not None:
            return Sample(time.monotonic(), mb, fds, threads)
    return None
