# SPDX-License-Identifier: Apache-2.0
"""What a trace keeps of a moment and of a frame, and how it is written: JSON, exactly enough to be replayed."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

import msgspec
import numpy as np

from phosphene.console.settings import PanelName
from phosphene.errors import PhospheneError
from phosphene.moment import Moment, Sensed
from phosphene.painter.scene import Scene
from phosphene.policy.dialogue import Call, Hush, Stop, Wish

T = TypeVar("T")


class TraceError(PhospheneError):
    """A trace that can't be written, read, or replayed."""


@dataclass(frozen=True, slots=True)
class Decided:
    """A decision without what belongs to the dictionary. `memory` is a hash of the network's state after it."""

    action: str
    task: str = ""
    arguments: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])
    confidence: float = 1.0
    touched: bool = False
    memory: str = ""


@dataclass(frozen=True, slots=True)
class MomentRecord:
    """One tick. What was sensed is whole; the rest is what a replay is held against, and what people look for."""

    tick: int
    time_s: float
    sensed: Sensed
    decided: Decided
    kind: str
    wish: str = ""
    refused_yes: str = ""
    scene: Scene | None = None
    """Only where it changed."""
    hint: str = ""
    page: int = 0
    spent_ms: Mapping[str, float] = field(default_factory=dict[str, float])
    late: tuple[str, ...] = ()

    @classmethod
    def of(cls, moment: Moment, before: Scene | None) -> MomentRecord:
        """Return what is kept of a finished moment; `before` is the scene before it."""
        shown = moment.screenful
        scene = shown.scene if shown is not None else None
        return cls(
            moment.tick,
            moment.time_s,
            moment.sensed,
            decided(moment),
            str(moment.dialogue.shown.kind),
            wish_in_words(moment.wish),
            moment.dialogue.refused_yes,
            scene if scene != before else None,
            shown.hint if shown is not None else "",
            moment.page,
            {name: round(ms, 3) for name, ms in moment.spent_ms.items()},
            moment.late,
        )


@dataclass(frozen=True, slots=True)
class FrameRecord:
    """One frame: which scene it shows, as it was painted, and a hash of its pixels. `look` is the number of the frame
    whose layout it keeps: its own, or 0, where it was laid out anew.
    """

    number: int
    tick: int
    time_s: float
    panel: PanelName
    page: int
    scene: Scene
    pixels: str
    overlaid: tuple[str, ...] = ()
    plain: bool = False
    look: int = 0


@dataclass(frozen=True, slots=True)
class NoteRecord:
    """A line between the moments, such as what a scripted visitor does; a replay has no use for it."""

    time_s: float
    text: str


def decided(moment: Moment) -> Decided:
    """Return what is kept of the moment's decision."""
    decision = moment.decision
    return Decided(
        decision.action.name.lower(),
        decision.task.name if decision.task is not None else "",
        {name: tuple(words) for name, words in decision.arguments.items()},
        decision.confidence,
        decision.touched,
        hashlib.sha256(moment.memory.memory.tobytes()).hexdigest()[:16],
    )


def wish_in_words(wish: Wish | None) -> str:
    """Return what the board was asked for."""
    match wish:
        case Call(pending):
            said = " ".join(f"{name}={' '.join(words)}" for name, words in pending.arguments.items())
            return f"call {pending.task.name} {said}".strip()
        case Stop(running):
            return f"stop {running.task.name}, process {running.pid}"
        case Hush(name):
            return f"hush {name}"
        case None:
            return ""


def encode(record: MomentRecord | FrameRecord | NoteRecord) -> bytes:
    """Return a record as JSON."""
    return msgspec.json.encode(record, enc_hook=_plain)


def decode(data: bytes, kind: type[T], place: str) -> T:
    """Return the record that `data` is. Raises TraceError naming `place`."""
    try:
        return msgspec.json.decode(data, type=kind, dec_hook=_rebuilt)
    except msgspec.MsgspecError as error:
        raise TraceError(f"a record can't be read: {error}", place=place, cure="record it anew") from None


def _plain(value: object) -> Any:
    if isinstance(value, np.ndarray):
        return {"shape": value.shape, "values": value.astype(np.float32).reshape(-1).tolist()}
    if isinstance(value, np.generic):
        return value.item()
    raise NotImplementedError(type(value).__name__)


def _rebuilt(kind: type, value: Any) -> Any:
    if "ndarray" in str(kind):
        return np.asarray(value["values"], np.float32).reshape(value["shape"])
    raise NotImplementedError(str(kind))
