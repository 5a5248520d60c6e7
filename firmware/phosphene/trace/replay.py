# SPDX-License-Identifier: Apache-2.0
"""Runs a trace again: the same senses, the same networks, and whether the same comes of it, bit for bit."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from phosphene.line.dictionary import Dictionary
from phosphene.loop.compose import compose
from phosphene.loop.decide import Decider, Decides
from phosphene.loop.perceive import perceive
from phosphene.loop.prove import prove
from phosphene.moment import Moment
from phosphene.painter.panel import Panel
from phosphene.painter.scene import Scene
from phosphene.trace.reader import Trace
from phosphene.trace.records import MomentRecord, decided, wish_in_words

_PATIENCE_S = 60.0


@dataclass(frozen=True, slots=True)
class Difference:
    """Where a replay first parts from its trace."""

    tick: int
    what: str
    recorded: str
    replayed: str

    def __str__(self) -> str:
        return f"tick {self.tick}: {self.what} was {self.recorded}, is {self.replayed}"


def replayed(
    records: Iterator[MomentRecord], dictionary: Dictionary, policy: Decides
) -> Iterator[tuple[Moment, MomentRecord]]:
    """Yield each moment as it comes out again, with its record."""
    decider = Decider(policy, dictionary, _PATIENCE_S)
    loop = asyncio.new_event_loop()
    moment: Moment | None = None
    try:
        for record in records:
            if moment is None:
                moment = Moment.first(record.time_s)
                continue
            moment = perceive(moment.next(record.time_s, record.sensed), dictionary)
            late = "decide" in record.late
            moment = decider.without(moment) if late else loop.run_until_complete(decider.decide(moment))
            moment = compose(prove(moment), dictionary)
            yield moment, record
    finally:
        decider.stage.close()
        loop.close()


def first_difference_of_decisions(trace: Trace, policy: Decides) -> tuple[int, Difference | None]:
    """Return how many moments were replayed, and the first that came out otherwise."""
    count = 0
    before: Scene | None = None
    for moment, record in replayed(trace.moments(), trace.dictionary, policy):
        count += 1
        scene = moment.screenful.scene if moment.screenful is not None else None
        for what, was, now in (
            ("the decision", record.decided, decided(moment)),
            ("the dialogue", record.kind, str(moment.dialogue.shown.kind)),
            ("the wish", record.wish, wish_in_words(moment.wish)),
            ("the scene", record.scene, scene if scene != before else None),
        ):
            if was != now:
                return count, Difference(record.tick, what, str(was), str(now))
        before = scene or before
    return count, None


def first_difference_of_pixels(trace: Trace, painter_of: Callable[[Panel], Any]) -> tuple[int, Difference | None]:
    """Return how many frames were painted again, and the first whose pixels differ. `painter_of` makes a painter.

    A frame that kept the layout of one before it is made of that one again. Where the recording was too slow to keep
    that one, it is passed over, and not counted.
    """
    from phosphene.console.settings import PANELS

    painters: dict[str, Any] = {}
    count = 0
    look, painted = 0, None
    for frame in trace.frames():
        if frame.panel not in painters:
            painters[frame.panel] = painter_of(PANELS[frame.panel])
        painter = painters[frame.panel]
        if frame.look in (0, frame.number):
            look, painted = frame.look, painter.paint(frame.scene, page=frame.page)
        elif painted is not None and frame.look == look:
            painted = painter.update(painted, frame.scene)
        else:
            continue
        count += 1
        now = hashlib.sha256(painted.frame.tobytes()).hexdigest()[:16]
        if now != frame.pixels:
            return count, Difference(frame.tick, f"frame {frame.number}", frame.pixels, now)
    return count, None
