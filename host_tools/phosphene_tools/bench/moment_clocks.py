# SPDX-License-Identifier: Apache-2.0
"""Times what a device does for its moments, and how much of that its networks take."""

from __future__ import annotations

import time
from array import array
from collections.abc import Callable, Generator, Iterable
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from numpy.typing import NDArray

from phosphene.accelerators import Accelerator, Description, Graph, TensorSpec
from phosphene.console.painting import Paints
from phosphene.loop.decide import Decides
from phosphene.painter.scene import Scene
from phosphene.perception.percepts import Heard, Seen
from phosphene.policy.decision import Decision
from phosphene.policy.policy import State
from phosphene.policy.situation import Situation
from phosphene.senses.perceived import Hears, Sees
from phosphene.sensors.blocks import RATE_HZ, Frame, Sound

_DRIFT_S: Final = 0.001
NUMBERS: Final = 5
"""That `Clock.spent` has of each piece of work."""


class _Clocked:
    """A graph whose runs are timed, its own checks and copies included."""

    def __init__(self, graph: Graph, clock: Clock) -> None:
        self._graph, self._clock = graph, clock
        self.inputs: Final[tuple[TensorSpec, ...]] = graph.inputs
        self.outputs: Final[tuple[TensorSpec, ...]] = graph.outputs

    def run(self, *arrays: NDArray[Any]) -> tuple[NDArray[Any], ...]:
        began, began_work = time.perf_counter(), time.thread_time()
        try:
            return self._graph.run(*arrays)
        finally:
            self._clock.models_work_s += time.thread_time() - began_work
            self._clock.models_s += time.perf_counter() - began

    def describe(self) -> Description:
        return self._graph.describe()


@dataclass
class Clock(Accelerator):
    """An accelerator that times its graphs, and the work around them. Used by one thread at a time; its graphs run in
    that thread, so the thread's processor time has theirs.

    `spent` holds for each piece of work NUMBERS in a row: when it ended on the monotonic clock in seconds; how long it
    took and how long its networks took, both in milliseconds; and the same two in milliseconds of processor time.
    """

    chip: Accelerator
    models_s: float = 0.0
    models_work_s: float = 0.0
    spent: array[float] = field(default_factory=lambda: array("d"))

    @property
    def name(self) -> str:
        return self.chip.name

    def load(self, path: Path) -> Graph:
        return _Clocked(self.chip.load(path), self)

    @contextmanager
    def work(self) -> Generator[None]:
        """Time the block as one piece of work."""
        models_s, models_work_s = self.models_s, self.models_work_s
        began, began_work = time.perf_counter(), time.thread_time()
        try:
            yield
        finally:
            work_s, took_s = time.thread_time() - began_work, time.perf_counter() - began
            self.spent.append(time.monotonic())
            self.spent.extend((1000 * took_s, 1000 * (self.models_s - models_s)))
            self.spent.extend((1000 * work_s, 1000 * (self.models_work_s - models_work_s)))


@dataclass
class ClockedEye:
    """What sees, timed."""

    eye: Sees
    clock: Clock

    def look(self, frame: Frame) -> Seen:
        with self.clock.work():
            return self.eye.look(frame)


@dataclass
class ClockedEar:
    """What hears, timed. `marks` says where the sound that it was given lies on the host's clock: in order, how many
    samples came before, those that were lost among them, and the time of the next; one mark while nothing jumps.
    `began` is called with the time of the first sample of all.
    """

    ear: Hears
    clock: Clock
    began: Callable[[float], None]
    marks: list[tuple[int, float]] = field(default_factory=list[tuple[int, float]])
    _taken: int = 0

    def hear(self, sound: Sound) -> tuple[Heard, ...]:
        self._taken += sound.missed
        if not self.marks or abs(_time_of(self.marks[-1], self._taken) - sound.time_s) > _DRIFT_S:
            self.marks.append((self._taken, sound.time_s))
            if len(self.marks) == 1:
                self.began(sound.time_s - self._taken / RATE_HZ)
        self._taken += sound.samples.size
        with self.clock.work():
            return self.ear.hear(sound)

    @property
    def vocabulary(self) -> tuple[str, ...]:
        return self.ear.vocabulary

    def expect(self, words: Iterable[str] | None = None) -> None:
        self.ear.expect(words)

    def overhear(self, calls: Iterable[str]) -> None:
        self.ear.overhear(calls)


@dataclass
class ClockedPolicy:
    """What decides, timed."""

    policy: Decides
    clock: Clock

    def decide(self, situation: Situation, state: State) -> tuple[Decision, State]:
        with self.clock.work():
            return self.policy.decide(situation, state)


@dataclass
class ClockedPainter:
    """What paints, timed."""

    painter: Paints[Any]
    clock: Clock

    def pages(self, scene: Scene) -> int:
        return self.painter.pages(scene)

    def paint(self, scene: Scene, *, page: int = 0) -> Any:
        with self.clock.work():
            return self.painter.paint(scene, page=page)

    def update(self, before: Any, scene: Scene) -> Any:
        with self.clock.work():
            return self.painter.update(before, scene)


def _time_of(mark: tuple[int, float], sample: int) -> float:
    taken, time_s = mark
    return time_s + (sample - taken) / RATE_HZ


def time_of(marks: list[tuple[int, float]], tape_s: float) -> float | None:
    """Return when on the host's clock `tape_s` of the tape was; None before the first mark."""
    sample = round(tape_s * RATE_HZ)
    before = [mark for mark in marks if mark[0] <= sample]
    return _time_of(before[-1], sample) if before else None
