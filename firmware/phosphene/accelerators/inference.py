# SPDX-License-Identifier: Apache-2.0
"""What runs the networks of a device: one accelerator for all of them, and how it does, in words."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Self

from phosphene.accelerators.choose import open_accelerator
from phosphene.accelerators.health import Event, Health, What
from phosphene.accelerators.protocol import Accelerator
from phosphene.accelerators.supervised import Supervised

_KEPT: Final = 8
_TOLD_S: Final = 6.0
"""For how long it is told that it failed, though it was started again."""
_FAILURES: Final[frozenset[What]] = frozenset({"stalled", "ended", "failed"})
_SAID: Final[dict[What, str]] = {
    "absent": "{graph} could not be loaded",
    "stalled": "{graph} stalled",
    "ended": "the worker ended under {graph}",
    "failed": "{graph} failed",
    "restarted": "the worker was started again",
    "answered": "{runs_on} answered one run of {graph}",
    "fell back": "{runs_on} took over",
    "came back": "{graph} is back",
}


@dataclass(frozen=True, slots=True)
class Happened:
    """An event in words. `when`: seconds since 1970."""

    when: float
    text: str


@dataclass(frozen=True, slots=True)
class InferenceState:
    """How it does. `line` says what the networks run on; `well` whether that is what was asked for; `happened` is what
    was noticed last, the oldest first.
    """

    line: str
    well: bool
    happened: tuple[Happened, ...] = ()


class Inference:
    """Opens the accelerator that `spec` names (see `open_accelerator`), and keeps its state in words.

    `tell` is called with each event, from the thread that it happened in. `state` may be asked for in any thread and
    never waits, not even while a worker is being started again.

    Raises AcceleratorError for a kind that we don't know and an interpreter that does not exist.
    """

    def __init__(self, spec: str, tell: Callable[[Event], None] | None = None) -> None:
        self._tell = tell
        self._failed_s = -_TOLD_S
        self._happened: deque[Happened] = deque(maxlen=_KEPT)
        self.accelerator: Final[Accelerator] = open_accelerator(spec, on_event=self._take)
        supervised = isinstance(self.accelerator, Supervised)
        where = ", in a process of its own" if supervised else ", in this process"
        self._state = InferenceState(f"The networks run on {self.accelerator.name}{where}", well=True)

    @property
    def troubled(self) -> bool:
        """Whether it is not what was asked for, or failed a moment ago: it may be back before anybody sees it."""
        return not self._state.well or time.monotonic() - self._failed_s < _TOLD_S

    @property
    def state(self) -> InferenceState:
        """How it does since the last event."""
        return self._state

    def close(self) -> None:
        """End its worker, if it has one."""
        if isinstance(self.accelerator, Supervised):
            self.accelerator.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _take(self, event: Event) -> None:
        assert isinstance(self.accelerator, Supervised), "the CPU in this process has no events"
        if event.what in _FAILURES:
            self._failed_s = time.monotonic()
        health = self.accelerator.status()
        said = _SAID[event.what].format(graph=event.graph, runs_on=event.runs_on)
        self._happened.append(Happened(event.when, f"{said}: {event.why}"))
        self._state = InferenceState(_in_words(health), health.well, tuple(self._happened))
        if self._tell is not None:
            self._tell(event)


def _in_words(health: Health) -> str:
    """Say what the networks run on."""
    away = [graph.graph for graph in health.graphs if graph.runs_on != health.accelerator]
    if not away:
        return f"The networks run on {health.accelerator}, in a process of its own"
    if len(away) == len(health.graphs):
        return f"The networks run on {health.stand_by} in place of {health.accelerator}"
    names = ", ".join(sorted(set(away)))
    return f"The networks run on {health.accelerator}, but these on {health.stand_by}: {names}"
