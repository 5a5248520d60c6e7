# SPDX-License-Identifier: Apache-2.0
"""Seeing's part of `phosphene models report perception`: gestures, faces, what int8 loses, and what all of it costs."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from phosphene.errors import PhospheneError
from phosphene.perception.vision.seeing import Seeing
from phosphene_tools.perception import cost, faces_report, hands_report, int8_loss
from phosphene_tools.perception.people import Photograph

_FACES: Final = 1200
_FRAMES: Final = 450
# So much less a quick run measures.
_QUICK: Final = 8
_ALL: Final = 10_000


def figures(data: Path, hop: Callable[[], None] | None, say: Callable[[str], None], *, quick: bool) -> dict[str, Any]:
    """Return the figures of seeing, with n and 95 % intervals.

    `data` has the folders that the cards name. `hop` hears 80 ms, in turns with seeing, where its cost is measured.
    What needs hands or packages that can't be had is None, and `skipped` says why.
    """
    skipped: dict[str, str] = {}

    def measured(name: str, measure: Callable[[], Any]) -> Any:
        say(name)
        try:
            return measure()
        except PhospheneError as error:
            skipped[name] = str(error)
            return None

    part = _QUICK if quick else 1
    rows = measured("gestures from landmarks", lambda: hands_report.landmarks(data))
    pixels = measured("gestures from photographs", lambda: hands_report.pixels(Seeing.load(), data))
    faces = measured("faces", lambda: faces_report.figures(lambda focal: Seeing.load(focal_px=focal), _FACES // part))
    loss = {
        "gestures_landmarks": rows and measured("landmarks in float", lambda: int8_loss.of_landmarks(data, rows)),
        "gestures_pixels": pixels and measured("photographs in float", lambda: int8_loss.of_pixels(data, pixels)),
        "faces_recall": faces and measured("faces in float", lambda: int8_loss.of_faces(faces["recall"])),
    }
    found = {
        "gestures": {
            "landmarks": rows,
            "pixels": pixels,
            "rule_instead_of_network": measured("gestures by rule", lambda: hands_report.rule(data)),
            "landmark_error": measured(
                "landmarks against float", lambda: hands_report.landmark_error(data, 60 if quick else _ALL)
            ),
        },
        "faces": faces,
        "int8_loss": {"seeing": loss},
        "cost": (measured("cost", lambda: cost.interleaved(cost.film(_open_palms(data), _FRAMES // part), hop)) or {})
        | cost.sizes(),
    }
    return found | ({"skipped": skipped} if skipped else {})


def _open_palms(data: Path) -> list[Photograph]:
    found = [one for one in hands_report.strangers(data) if one.sign == "5"]
    if not found:
        raise PhospheneError("there is no photograph of sign 5", place=str(data), cure="docs/seeing.md names the set")
    return found
