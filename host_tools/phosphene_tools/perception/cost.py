# SPDX-License-Identifier: Apache-2.0
"""What perceiving costs on one core: hearing and seeing in turns as they fall due, so each pushes the other's networks
out of the caches as it does at work.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Final

import numpy as np
from PIL import Image

from phosphene.models import folder
from phosphene.perception.audio.hops import HOP
from phosphene.perception.vision.seeing import Seeing
from phosphene.sensors.blocks import RATE_HZ, Frame
from phosphene_tools.perception.packaged_faces import Pixels, Scene, scene
from phosphene_tools.perception.people import Photograph

FRAMES_HZ: Final = 15.0
HOPS_HZ: Final = RATE_HZ / HOP
# Pictures and hops until caches are warm and face and hand are found.
_WARM: Final = 10
# The painter's and the policy's models; all others belong to perception.
_OTHERS: Final = frozenset({"composer", "field", "painter", "policy", "reader", "renderer"})


class _Clock:
    """Times calls: of the processor, which other programs don't add to, and by the clock."""

    def __init__(self) -> None:
        self.worked: list[float] = []
        self.took: list[float] = []

    @contextmanager
    def timed(self) -> Generator[None]:
        began, worked = time.perf_counter(), time.thread_time()
        yield
        self.worked.append(1e3 * (time.thread_time() - worked))
        self.took.append(1e3 * (time.perf_counter() - began))

    def figures(self, rate_hz: float) -> dict[str, Any]:
        """Return mean, median and 95th percentile of the calls after the first few."""
        return {
            **_spread(self.worked[_WARM:]),
            "by_the_clock": _spread(self.took[_WARM:]),
            "n": len(self.took[_WARM:]),
            "rate_hz": rate_hz,
            "load": round(os.getloadavg()[0], 2),
            "note": "of processor time; by the clock, other programs' time is in it: see load",
        }


def interleaved(film: Iterable[Pixels], hop: Callable[[], None] | None) -> dict[str, Any]:
    """Return "seeing_ms_per_frame" over the pictures of `film`, 15 a second, and, with a `hop` that hears 80 ms of
    sound, "hearing_ms_per_hop" of the hops that fall due meanwhile.

    Paced by the clock. The process is kept on one core meanwhile, where the system can.
    """
    seeing = Seeing.load()
    eyes, ears = _Clock(), _Clock()
    found = {"face": 0, "hand": 0}
    frames = hops = 0
    with _one_core():
        start = time.monotonic()
        for pixels in film:
            due = frames / FRAMES_HZ
            while hop is not None and hops / HOPS_HZ <= due:
                _wait(start + hops / HOPS_HZ)
                with ears.timed():
                    hop()
                hops += 1
            _wait(start + due)
            with eyes.timed():
                seen = seeing.look(Frame(pixels, due, frames))
            frames += 1
            found["face"] += bool(seen.faces)
            found["hand"] += bool(seen.hands)
    shown = {f"with_{what}": round(count / frames, 3) for what, count in found.items()}
    figures = {"seeing_ms_per_frame": eyes.figures(FRAMES_HZ) | shown | {"interleaved": hop is not None}}
    return figures if hop is None else figures | {"hearing_ms_per_hop": ears.figures(HOPS_HZ) | {"interleaved": True}}


def sizes() -> dict[str, Any]:
    """Return the size of every graph of perception, and of all together, in megabytes of 10^6 bytes."""
    files = {
        path.relative_to(folder()).as_posix(): path.stat().st_size
        for path in sorted(folder().glob("*/*.tflite"))
        if path.parent.name not in _OTHERS
    }
    return {"total_mb": round(sum(files.values()) / 1e6, 3), "graphs": files}


def film(hands: Sequence[Photograph], count: int) -> Iterator[Pixels]:
    """Yield pictures of 640 by 480: a face on the left, and a hand that waves on the right."""
    base = _with_head()
    photograph = Image.fromarray(hands[0].pixels())
    hand = photograph.resize((200, 200), Image.Resampling.BICUBIC)
    for number in range(count):
        ground = Image.fromarray(np.roll(base.pixels, round(8 * np.sin(number / 9)), axis=1))
        ground.paste(hand, (380 + round(40 * np.sin(number / 7)), 200 + round(20 * np.cos(number / 5))))
        yield np.asarray(ground)


def _wait(until: float) -> None:
    time.sleep(max(0.0, until - time.monotonic()))


@contextmanager
def _one_core() -> Generator[None]:
    cores = os.sched_getaffinity(0) if hasattr(os, "sched_getaffinity") else set[int]()
    try:
        if cores:
            os.sched_setaffinity(0, {min(cores)})
        yield
    finally:
        if cores:
            os.sched_setaffinity(0, cores)


def _spread(milliseconds: list[float]) -> dict[str, float]:
    values = np.array(milliseconds)
    return {
        "mean": round(float(values.mean()), 2),
        "median": round(float(np.median(values)), 2),
        "p95": round(float(np.quantile(values, 0.95)), 2),
    }


def _with_head() -> Scene:
    for seed in range(1000):
        one = scene(np.random.default_rng(seed), 110, 140)
        if one.middle[0] < 220:
            return one
    raise AssertionError("no scene of a thousand has its head on the left")
