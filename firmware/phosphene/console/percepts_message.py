# SPDX-License-Identifier: Apache-2.0
"""What the console tells a page on `/senses`: percepts as JSON, the spectrum and the device's own pictures as bytes.

docs/console.md has it in prose. All numbers are little-endian.
"""

from __future__ import annotations

from collections.abc import Mapping
from struct import Struct
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from phosphene.perception.percepts import Face, Hand, Heard, Seen, Word
from phosphene.senses.perceived import Listened, Sense
from phosphene.sensors.protocol import SensorEvent
from phosphene.sensors.status import SensorStatus

# Magic, the picture's number, and when it was taken in milliseconds of the host's clock; then the JPEG.
_PICTURE: Final = Struct("<4sId")
# Magic, columns, bands, a spare byte, when the first column begins and how long one lasts in seconds; then bytes.
_COLUMNS: Final = Struct("<4sHBxdd")
_PICTURE_MAGIC: Final = b"PHV1"
_COLUMNS_MAGIC: Final = b"PHS1"


def picture(number: int, time_s: float, jpeg: bytes) -> bytes:
    """Return a picture of the device's own camera as it goes over the wire."""
    return _PICTURE.pack(_PICTURE_MAGIC, number & 0xFFFF_FFFF, 1000 * time_s) + jpeg


def columns(values: NDArray[np.uint8], first_s: float, step_s: float) -> bytes:
    """Return columns of the spectrum, uint8 [n, bands], as they go over the wire."""
    count, bands = values.shape
    return _COLUMNS.pack(_COLUMNS_MAGIC, count, bands, first_s, step_s) + values.tobytes()


def seen(number: int, found: Seen | None, took_ms: float) -> dict[str, Any]:
    """Return what was made of picture `number`; without percepts where the device can't see."""
    told: dict[str, Any] = {"type": "seen", "number": number, "ms": round(took_ms, 1)}
    if found is None:
        return told
    return told | {
        "faces": [_face(face) for face in found.faces],
        "hands": [_hand(hand) for hand in found.hands],
        "light": round(found.light, 3),
        "motion": round(found.motion, 3),
    }


def heard(hop: Heard) -> dict[str, Any]:
    """Return what one hop said."""
    return {
        "type": "heard",
        "time_s": round(hop.time_s, 3),
        "level_db": round(hop.level_db, 1),
        "speech": round(hop.speech, 3),
        "words": [_word(word) for word in hop.words],
        "withdrawn": list(hop.withdrawn),
        "ended": hop.ended,
    }


def _word(word: Word) -> dict[str, Any]:
    return {
        "number": word.number,
        "text": word.text,
        "start_s": round(word.start_s, 3),
        "end_s": round(word.end_s, 3),
        "confidence": round(word.confidence, 3),
        "committed": word.committed,
    }


def _face(face: Face) -> dict[str, Any]:
    return {
        "track": face.track,
        "box": _rounded(face.box),
        "eyes": [_rounded(eye) for eye in face.eyes],
        "distance_cm": round(face.distance_cm, 1),
        "looking": round(face.looking, 2),
        "score": round(face.score, 2),
    }


def _hand(hand: Hand) -> dict[str, Any]:
    return {
        "track": hand.track,
        "landmarks": [_rounded(point) for point in hand.landmarks[:, :2].tolist()],
        "right": round(hand.right, 2),
        "score": round(hand.score, 2),
        "gesture": hand.gesture.value if hand.gesture else None,
        "confidence": round(hand.confidence, 2),
        "direction": _rounded(hand.direction) if hand.direction else None,
    }


def _rounded(numbers: tuple[float, ...] | list[float]) -> list[float]:
    return [round(float(number), 4) for number in numbers]


def event(happened: SensorEvent) -> dict[str, Any]:
    """Return what became of a sensor."""
    return {"type": "event", "sensor": happened.sensor, "trouble": happened.trouble, "text": happened.text}


def level(listened: Listened) -> dict[str, Any]:
    """Return the loudness of a block, where no word can be heard."""
    return {"type": "level", "level_db": round(listened.level_db, 1)}


def line(words: str, outcome: str) -> dict[str, Any]:
    """Return what was said, and what came of it."""
    return {"type": "line", "words": words, "outcome": outcome}


def rates(statuses: Mapping[Sense, SensorStatus], took_ms: Mapping[Sense, float]) -> dict[str, Any]:
    """Return how fast the sensors deliver, what was lost, and how long perceiving takes."""
    told = {
        sense: {
            "rate_hz": round(status.rate_hz, 1),
            "dropped": status.dropped,
            "troubles": list(status.troubles),
            "ms": round(took_ms[sense], 1) if sense in took_ms else None,
        }
        for sense, status in statuses.items()
    }
    return {"type": "rates"} | told
