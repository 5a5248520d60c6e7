# SPDX-License-Identifier: Apache-2.0
"""Figures about faces: packaged faces in packaged surroundings at known sizes, and every real picture by itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np

from phosphene.perception.percepts import Face, Seen
from phosphene.perception.vision.head import PUPILS_CM
from phosphene.perception.vision.seeing import Seeing
from phosphene.sensors.blocks import Frame
from phosphene_tools.perception.counting import share, shares, worst
from phosphene_tools.perception.packaged_faces import HEIGHT, WHOLE, WIDTH, Scene, picture, scene

FOCAL_PX: Final = 600.0
SMALLEST, LARGEST = 60.0, 260.0
# Of every five pictures one has no face.
_EMPTY: Final = 5
# Sizes in pixels that recall is listed for.
_BANDS: Final = (60, 80, 120, 180, 261)


@dataclass(slots=True)
class _Count:
    found: list[tuple[str, bool]] = field(default_factory=list[tuple[str, bool]])
    bands: list[tuple[str, bool]] = field(default_factory=list[tuple[str, bool]])
    errors: list[float] = field(default_factory=list[float])
    pictures: int = 0
    false: int = 0


def figures(seeing: Callable[[float], Seeing], count: int, seed: int = 1) -> dict[str, Any]:
    """Return the figures of `count` made faces and of the real pictures; `seeing` is made with a focal length."""
    counted = _made(seeing(FOCAL_PX), count, seed)
    by_head = shares(counted.found)
    errors = np.array(counted.errors)
    return {
        "n": len(counted.found),
        "size_px": [SMALLEST, LARGEST],
        "picture": f"{WIDTH}x{HEIGHT}",
        "recall": share(sum(right for _, right in counted.found), len(counted.found)),
        "recall_by_size": shares(counted.bands),
        "recall_by_head": by_head,
        "worst_head": worst(by_head),
        "false_per_image": round(counted.false / counted.pictures, 5),
        "images": counted.pictures,
        "false": counted.false,
        "distance_error": {
            "median": round(float(np.median(np.abs(errors))), 4),
            "p95": round(float(np.quantile(np.abs(errors), 0.95)), 4),
            "within_15_percent": share(int((np.abs(errors) <= 0.15).sum()), errors.size),
            "bias": round(float(np.median(errors)), 4),
            "note": "of heads that face the camera; geometry only: nobody was measured with a tape",
        },
        "real_pictures": _real(seeing(FOCAL_PX)),
    }


def recall(seeing: Seeing, count: int, seed: int = 1) -> float:
    """Return the recall alone, of `count` made faces."""
    counted = _made(seeing, count, seed)
    return float(np.mean([right for _, right in counted.found]))


def _made(seeing: Seeing, count: int, seed: int) -> _Count:
    counted = _Count()
    made = 0
    while len(counted.found) < count:
        # Each picture by its own number: a longer run begins with the pictures of a shorter one.
        one = scene(np.random.default_rng((seed, made)), SMALLEST, LARGEST, empty=made % _EMPTY == _EMPTY - 1)
        # So far apart in time that nothing is followed from one to the next.
        seen = seeing.look(Frame(one.pixels, 10.0 * made, made))
        made += 1
        _compare(one, seen, counted)
    return counted


def _compare(one: Scene, seen: Seen, counted: _Count) -> None:
    counted.pictures += 1
    right = next((face for face in seen.faces if one.head and _is_at(face, one)), None)
    counted.false += len(seen.faces) - (right is not None)
    if one.head is None:
        return
    counted.found.append((one.head.name, right is not None))
    band = next(high for high in _BANDS[1:] if one.width < high)
    counted.bands.append((f"below {band:>3} px", right is not None))
    if right is not None and one.head.frontal:
        truth = FOCAL_PX * PUPILS_CM / one.apart
        counted.errors.append(right.distance_cm / truth - 1)


def _is_at(face: Face, one: Scene) -> bool:
    left, top, width, height = face.box
    x, y = (left + width / 2) * WIDTH, (top + height / 2) * HEIGHT
    near = np.hypot(x - one.middle[0], y - one.middle[1]) < 0.5 * one.width
    return bool(near and 0.5 < width * WIDTH / one.width < 2.0)


def _real(seeing: Seeing) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    for package, member, there, calibrated in WHOLE:
        pixels = picture(package, member)
        seen = seeing.look_once(Frame(pixels, 0.0, 0))
        rows.append(
            {
                "picture": f"{package.requirement}: {member}",
                "size": f"{pixels.shape[1]}x{pixels.shape[0]}",
                "faces": there,
                "found": len(seen.faces),
                "looking": [round(face.looking, 2) for face in seen.faces],
                "calibrated_on": calibrated,
            }
        )
    return rows
