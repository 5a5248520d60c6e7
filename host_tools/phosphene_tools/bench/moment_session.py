# SPDX-License-Identifier: Apache-2.0
"""One recorded session: a person talks to the device and touches it, at times that are known."""

from __future__ import annotations

import asyncio
import json
import random
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from phosphene.errors import PhospheneError
from phosphene.line.dictionary import Dictionary
from phosphene.trace.reader import Trace
from phosphene.trace.records import MomentRecord
from phosphene_tools.bench.figures import percentile
from phosphene_tools.bench.moment_clocks import time_of
from phosphene_tools.bench.moment_latency import Session, Uttered, Waited
from phosphene_tools.bench.moment_process import Place, Running, a_device
from phosphene_tools.bench.moment_talk import QUIET_S, SLOT_S, Talk, talk
from phosphene_tools.bench.moment_ticks import ticks
from phosphene_tools.bench.moment_visitor import Touch, Visitor, visiting

_DEVICE: Final = ("-m", "phosphene_tools.bench.moment_device")
_TOUCHES_S: Final = (1.5, 2.3)
"""After a line's last word: when its utterance has ended and was answered. The second touch leads home."""
_PATIENCE_S: Final = 30.0
_CURE: Final = "phosphene run, and see what it says"
_WARM_S: Final = 240.0
"""Until then caches fill: scenes, words and glyphs that come for the first time."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """What a session left: its figures, its moments and the board's dictionary."""

    figures: dict[str, Any]
    moments: list[MomentRecord]
    dictionary: Dictionary


async def a_session(place: Place, seconds: float, seed: int) -> Recorded:
    """Run the device for about `seconds` on the simulated board.

    Raises SoundError where there is nothing to talk with, PhospheneError when the device ends by itself.
    """
    tape = talk(seconds, seed)
    wav, trace, times = (place.folder / name for name in ("talk.wav", "session.mcap", "times.json"))
    tape.write(wav)
    wanted = {"tape": str(wav), "trace": str(trace), "times": str(times)}
    brokers: list[float] = []
    async with a_device(place, *_DEVICE, json.dumps(wanted)) as device, visiting(device.address) as visitor:
        began_s = await _begun(device)
        handing = asyncio.create_task(_touch(visitor, tape, began_s, random.Random(seed)))
        while device.process.returncode is None and time.monotonic() < began_s + seconds:
            await asyncio.sleep(1.0)
            if (broker := place.brokers_mb()) is not None:
                brokers.append(broker)
        handing.cancel()
        await asyncio.gather(handing, return_exceptions=True)
    if not times.exists():
        raise PhospheneError("the device did not last", place="bench moment", cure=_CURE)
    return _recorded(Trace(trace), json.loads(times.read_text()), tape, visitor, brokers)


async def _begun(device: Running) -> float:
    """Return when the tape began, on the monotonic clock."""
    async with asyncio.timeout(_PATIENCE_S):
        told = await device.told("tape")
    if not told:
        raise PhospheneError("the device ended before it heard anything", place="bench moment", cure=_CURE)
    return float(told)


async def _touch(visitor: Visitor, tape: Talk, began_s: float, rng: random.Random) -> None:
    for end_s in tape.line_ends_s:
        for number, after_s in enumerate(_TOUCHES_S):
            await asyncio.sleep(max(0.0, began_s + end_s + after_s - time.monotonic()))
            await visitor.touch(rng, leave=number > 0)


def _recorded(trace: Trace, times: dict[str, Any], tape: Talk, visitor: Visitor, brokers: Sequence[float]) -> Recorded:
    moments, frames = list(trace.moments()), list(trace.frames())
    marks = [(int(taken), float(at_s)) for taken, at_s in times["marks"]]
    placed = [(word, time_of(marks, word.end_s)) for word in tape.words]
    uttered = [Uttered(word.text, end_s) for word, end_s in placed if end_s is not None]
    waited = Session(moments, frames, visitor.shown_s).waited(uttered)
    begin_s = time_of(marks, QUIET_S) or moments[0].time_s
    end_s = time_of(marks, tape.line_ends_s[-1] + SLOT_S / 2) or moments[-1].time_s
    figures = (
        _latencies(waited, visitor.touches)
        | ticks(moments, times["spent"], begin_s, end_s)
        | _memory(visitor.memory_mb, brokers)
        | {"session": {"seconds": round(end_s - begin_s), "frames": len(frames), "pages_had": len(visitor.pictures)}}
    )
    return Recorded(figures, moments, trace.dictionary)


def _latencies(waited: Waited, touches: Sequence[Touch]) -> dict[str, Any]:
    answered = [touch.shown_s - touch.sent_s for touch in touches if touch.shown_s is not None]
    return {
        "word_to_pixels_ms": _percentiles(waited.word),
        "commit_to_pixels_ms": _percentiles(waited.commit),
        "touch_to_pixels_ms": _percentiles(answered),
        "word_to_named_ms": _percentiles(waited.named),
        "named_to_pixels_ms": _percentiles(
            [pixels - named for pixels, named in zip(waited.word, waited.named, strict=True)]
        ),
        "counts": {
            "words": len(waited.word),
            "words_not_heard": len(waited.unheard),
            "words_heard_not_shown": len(waited.unseen),
            "commits": len(waited.commit),
            "touches": len(answered),
            "touches_without_answer": len(touches) - len(answered),
        },
    }


def _percentiles(seconds: Sequence[float]) -> dict[str, float | None]:
    ordered = sorted(1000 * one for one in seconds)
    return {f"p{round(100 * s)}": round(percentile(ordered, s), 1) if ordered else None for s in (0.5, 0.95)}


def _memory(device: Sequence[tuple[float, float]], brokers: Sequence[float]) -> dict[str, Any]:
    """Return what device and broker took at the most, and what the device grows by once it is warm: 13 MB an hour of it
    are the notes that it takes for the bench.
    """
    if not device:
        return {"rss_mb": None}
    found: dict[str, Any] = {"rss_mb": round(max(mb for _, mb in device) + max(brokers, default=0.0), 1)}
    found["rss"] = {"device": round(max(mb for _, mb in device), 1), "broker": round(max(brokers, default=0.0), 1)}
    warm = [(at_s, mb) for at_s, mb in device if at_s > device[0][0] + _WARM_S]
    if warm and warm[-1][0] - warm[0][0] > _WARM_S / 2:
        slope, _ = np.polyfit([at_s for at_s, _ in warm], [mb for _, mb in warm], 1)
        found["rss"]["grows_mb_per_hour"] = round(3600 * float(slope), 1)
    return found
