# SPDX-License-Identifier: Apache-2.0
"""How the device does, in figures for people who watch: stages, decisions, frames, line, machine."""

from __future__ import annotations

import os
from collections import Counter, deque
from pathlib import Path
from typing import Any, Final

from phosphene.console.screen import Shown
from phosphene.line.wire import LeaseVerdict
from phosphene.loop.wording import in_words
from phosphene.moment import Moment
from phosphene.policy.decision import Action

_KEPT: Final = 600
"""Ticks that the percentiles are of: a minute at rest."""
_SHARES: Final = {"p50": 0.5, "p95": 0.95, "p99": 0.99}
_THERMAL: Final = Path("/sys/class/thermal/thermal_zone0/temp")
_PAGE_MB: Final = os.sysconf("SC_PAGE_SIZE") / 2**20


class Vitals:
    """Counts since the start, and the newest ticks. One loop's; read by whoever is asked for `told`."""

    def __init__(self) -> None:
        self._spent: dict[str, deque[float]] = {}
        self._late: Counter[str] = Counter()
        self._frames: Counter[str] = Counter()
        self._decision = ""
        self._ticks = 0

    def take(self, moment: Moment) -> None:
        """Take a finished moment."""
        self._ticks = moment.tick
        for name, ms in moment.spent_ms.items():
            self._spent.setdefault(name, deque(maxlen=_KEPT)).append(ms)
        self._late.update(moment.late)
        if moment.decision.action is not Action.WAIT:
            self._decision = in_words(moment)

    def frame(self, shown: Shown) -> None:
        """Take a frame that was painted, or could not be."""
        self._frames["painted" if shown.painted is not None else "not painted"] += 1
        if shown.painted is not None:
            self._frames["overlaid values"] += len(shown.painted.outcome.overlaid)
            self._frames["plain"] += shown.painted.outcome.plain
            for stage, ms in shown.painted.ms.items():
                self._spent.setdefault(f"paint: {stage}", deque(maxlen=_KEPT)).append(ms)

    def told(self, line: dict[str, Any], verdict: int | None) -> dict[str, Any]:
        """Return all of it, ready for JSON. `line` are the link's counters, `verdict` the board's on the lease."""
        return {
            "ticks": self._ticks,
            "decision": self._decision,
            "stages": {name: _percentiles(spent) for name, spent in self._spent.items()},
            "late": dict(self._late),
            "frames": dict(self._frames),
            "lease": "none" if verdict is None else LeaseVerdict(verdict).name.lower().replace("_", " "),
            "line": {name: line.get(name, 0) for name in ("p50_us", "p99_us", "retries", "timeouts", "resets_seen")},
            "machine": _machine(),
        }


def _percentiles(spent: deque[float]) -> dict[str, float]:
    ordered = sorted(spent)
    return {
        name: round(ordered[min(len(ordered) - 1, int(share * len(ordered)))], 2) for name, share in _SHARES.items()
    }


def _machine() -> dict[str, float]:
    found = {"load": round(os.getloadavg()[0], 2)}
    try:
        found["memory_mb"] = round(int(Path("/proc/self/statm").read_text().split()[1]) * _PAGE_MB, 1)
        found["celsius"] = round(int(_THERMAL.read_text()) / 1000, 1)
    except (OSError, ValueError, IndexError):
        pass  # not every machine says so
    return found
