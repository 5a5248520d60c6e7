# SPDX-License-Identifier: Apache-2.0
"""What seeing costs: milliseconds a picture at 15 pictures a second on one core, other networks running in between."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from typing import Any, Final

import numpy as np
from PIL import Image

from phosphene.models import folder
from phosphene.perception.vision.seeing import Seeing
from phosphene.sensors.blocks import Frame
from phosphene_tools.perception.packaged_faces import Pixels, Scene, scene
from phosphene_tools.perception.people import Photograph

RATE: Final = 15.0
# Pictures until caches are warm and face and hand are found.
_WARM: Final = 10
# The painter's models; all others belong to perception.
_PAINTERS: Final = frozenset({"composer", "field", "painter", "reader", "renderer"})


def seeing_ms(hands: list[Photograph], count: int, between: Callable[[], None] | None) -> dict[str, Any]:
    """Return how long `look` takes over `count` pictures of a moving face and a moving hand, paced by the clock.

    `between` runs once between two pictures, so that the networks push each other out of the caches as they do at
    work. The process is kept on one core meanwhile, where the system can.
    """
    seeing = Seeing.load()
    cores = os.sched_getaffinity(0) if hasattr(os, "sched_getaffinity") else set[int]()
    took: list[float] = []
    worked: list[float] = []
    found = {"face": 0, "hand": 0}
    try:
        if cores:
            os.sched_setaffinity(0, {min(cores)})
        start = time.monotonic()
        for number, pixels in enumerate(_film(hands, count)):
            due = start + number / RATE
            time.sleep(max(0.0, due - time.monotonic()))
            if between is not None:
                between()
            began, worked_before = time.perf_counter(), time.thread_time()
            seen = seeing.look(Frame(pixels, number / RATE, number))
            took.append(1e3 * (time.perf_counter() - began))
            worked.append(1e3 * (time.thread_time() - worked_before))
            found["face"] += bool(seen.faces)
            found["hand"] += bool(seen.hands)
    finally:
        if cores:
            os.sched_setaffinity(0, cores)
    return {
        **_spread(worked[_WARM:]),
        "by_the_clock": _spread(took[_WARM:]),
        "frames": count - _WARM,
        "rate_hz": RATE,
        "interleaved": between is not None,
        "with_face": round(found["face"] / count, 3),
        "with_hand": round(found["hand"] / count, 3),
        "load": round(os.getloadavg()[0], 2),
        "note": "of processor time; by the clock, other programs' time is in it: see load",
    }


def _spread(milliseconds: list[float]) -> dict[str, float]:
    values = np.array(milliseconds)
    return {
        "mean": round(float(values.mean()), 2),
        "median": round(float(np.median(values)), 2),
        "p95": round(float(np.quantile(values, 0.95)), 2),
    }


def sizes() -> dict[str, Any]:
    """Return the size of every graph of perception, and of all together, in megabytes of 10^6 bytes."""
    files = {
        path.relative_to(folder()).as_posix(): path.stat().st_size
        for path in sorted(folder().glob("*/*.tflite"))
        if path.parent.name not in _PAINTERS
    }
    return {"total": round(sum(files.values()) / 1e6, 3), "graphs": files}


def _film(hands: list[Photograph], count: int) -> Iterator[Pixels]:
    """Yield pictures of 640 by 480: a face on the left, and a hand that waves on the right."""
    base = _with_head()
    photograph = Image.fromarray(hands[0].pixels())
    hand = photograph.resize((200, 200), Image.Resampling.BICUBIC)
    for number in range(count):
        ground = Image.fromarray(np.roll(base.pixels, round(8 * np.sin(number / 9)), axis=1))
        ground.paste(hand, (380 + round(40 * np.sin(number / 7)), 200 + round(20 * np.cos(number / 5))))
        yield np.asarray(ground)


def _with_head() -> Scene:
    for seed in range(1000):
        one = scene(np.random.default_rng(seed), 110, 140)
        if one.middle[0] < 220:
            return one
    raise AssertionError("no scene of a thousand has its head on the left")
