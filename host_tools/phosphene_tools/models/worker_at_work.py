# SPDX-License-Identifier: Apache-2.0
"""What a worker process costs the device at work: a painted frame, a changed value, a hop of hearing, a picture seen.

    python -m phosphene_tools.models.worker_at_work [--python PATH] [--seconds S]

Prints, for each, the median of wall time and the mean of processor time, host and worker together, with the networks
in this process and in a worker. They take turns, so that both see the same machine. Pictures have nobody in them, and
the sound is noise as loud as speech: the networks run on both as they always do.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

import numpy as np

from phosphene.accelerators import Accelerator, Cpu, Policy, Supervised, Worker
from phosphene.painter.painter import Painter
from phosphene.painter.panel import Panel
from phosphene.perception.audio.hearing import Hearing
from phosphene.perception.vision import Seeing
from phosphene.sensors.blocks import RATE_HZ, Frame, Sound
from phosphene_tools.painter.demo import SCENES

_PANEL: Final = Panel(320, 240, 58.0)
_HOP: Final = RATE_HZ * 8 // 100
_WARM: Final = 6


@dataclass
class Work:
    """Something that the device does again and again; `step` does it for the number-th time."""

    step: Callable[[int], object]
    wall_s: list[float] = field(default_factory=list)
    processor_s: float = 0.0


def works(accelerator: Accelerator) -> dict[str, Work]:
    """Return what a device does, with its networks on `accelerator`."""
    painter = Painter.load(_PANEL, accelerator=accelerator)
    hearing, seeing = Hearing.load(accelerator=accelerator), Seeing.load(accelerator=accelerator)
    rng = np.random.default_rng(1)
    noise = rng.normal(0, 2500, 10 * RATE_HZ).astype(np.int16)
    pixels = rng.integers(0, 255, (16, 480, 640, 3), np.uint8)
    began = time.monotonic()

    def paint(number: int) -> Any:
        return painter.paint(replace(SCENES[number % len(SCENES)], seed=number))

    def hear(number: int) -> object:
        first = number * _HOP % (len(noise) - _HOP)
        return hearing.hear(Sound(noise[first : first + _HOP], number * _HOP / RATE_HZ))

    def see(number: int) -> object:
        return seeing.look(Frame(pixels[number % len(pixels)], began + number / 15, number))

    return {"a new scene, 320x240": Work(paint), "a hop of 80 ms": Work(hear), "a picture, 640x480": Work(see)}


def measure(sides: dict[str, dict[str, Work]], worker: Worker, seconds: float) -> None:
    """Do each work on each side in turns, for `seconds` in all."""
    names = list(next(iter(sides.values())))
    for name in names:
        end = time.perf_counter() + seconds / len(names)
        number = 0
        while time.perf_counter() < end or number <= _WARM:
            for side in sides.values():
                work = side[name]
                before = _processor_s(worker)
                began = time.perf_counter()
                work.step(number)
                took = time.perf_counter() - began
                if number >= _WARM:
                    work.wall_s.append(took)
                    work.processor_s += _processor_s(worker) - before
            number += 1


def _processor_s(worker: Worker) -> float:
    """Return the processor time of this process and the worker, all threads, in seconds."""
    threads = Path(f"/proc/{worker.pid}/task").glob("*/schedstat")
    return time.process_time() + sum(int(thread.read_text().split()[0]) for thread in threads) / 1e9


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="What a worker process costs the device at work.")
    parser.add_argument("--python", type=Path, default=None, help="the worker's interpreter; this one by default")
    parser.add_argument("--seconds", type=float, default=60.0)
    asked = parser.parse_args()
    if sys.platform != "linux":
        parser.error("processor time of another process is read as Linux tells it")
    with Worker("cpu", asked.python) as worker:
        sides = {"here": works(Cpu()), "in a worker": works(Supervised(worker, policy=Policy(least_s=5.0)))}
        measure(sides, worker, asked.seconds)
        for name in sides["here"]:
            here, there = sides["here"][name], sides["in a worker"][name]
            figures = "  ".join(
                f"{1e3 * statistics.median(work.wall_s):7.2f} ms wall, "
                f"{1e3 * work.processor_s / len(work.wall_s):7.2f} ms processor {where}"
                for where, work in (("here", here), ("in a worker", there))
            )
            print(f"{name:<22} {figures}  ({len(here.wall_s)} each)", flush=True)


if __name__ == "__main__":
    main()
