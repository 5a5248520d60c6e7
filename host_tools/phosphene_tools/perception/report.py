# SPDX-License-Identifier: Apache-2.0
"""`phosphene models report perception`: all about hearing and seeing, measured anew on what no training saw."""

from __future__ import annotations

import importlib
import os
import platform
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from phosphene.accelerators import load_graph
from phosphene.errors import PhospheneError
from phosphene.models import model_file
from phosphene.perception.vision.face_detector import FaceDetector
from phosphene.perception.vision.gestures import GestureNetwork
from phosphene.perception.vision.hand_landmarks import HandLandmarker
from phosphene.perception.vision.palm_detector import PalmDetector
from phosphene.perception.vision.seeing import Networks, Seeing
from phosphene_tools.perception import cost, faces_report, hands_report, teachers
from phosphene_tools.perception.people import kept_for_testing, photographs


@dataclass(frozen=True, slots=True)
class Plan:
    """What to measure. `data` is the folder of recordings, `words` and `hands` folders of a reader's own; a `quick`
    run measures less of everything.
    """

    data: Path | None = None
    words: Path | None = None
    hands: Path | None = None
    quick: bool = False


def report(plan: Plan, *, quiet: bool = False) -> dict[str, Any]:
    """Return all figures of perception; the keys are listed in docs/seeing.md and docs/hearing.md."""
    began = time.monotonic()
    say = _silent if quiet else _say
    figures: dict[str, Any] = {}
    notes: list[str] = []
    if plan.data is not None or plan.words is not None:
        figures |= _heard(plan, quiet, notes)
    if plan.hands is not None:
        say("hands of your own")
        figures["hands_dir"] = hands_report.told(Seeing.load(), hands_report.folder(plan.hands))
    if plan.data is not None:
        figures |= _seen(plan, plan.data, figures, say)
    return {
        **figures,
        "notes": notes,
        "quick": plan.quick,
        "machine": f"{platform.machine()}, {os.cpu_count()} cores",
        "seconds": round(time.monotonic() - began),
    }


def _seen(plan: Plan, data: Path, heard: dict[str, Any], say: Callable[[str], None]) -> dict[str, Any]:
    say("gestures")
    gestures = {
        "landmarks": hands_report.landmarks(data),
        "pixels": hands_report.pixels(data),
        "rule_instead_of_network": hands_report.rule(data),
        "landmark_error": hands_report.landmark_error(data, 60 if plan.quick else 10_000),
    }
    say("faces")
    faces = faces_report.figures(lambda focal: Seeing.load(focal_px=focal), 150 if plan.quick else 1200)
    say("int8 against float")
    loss = _loss(data, 100 if plan.quick else 400)
    say("cost")
    kept = [one for one in photographs(data) if kept_for_testing(one.participant) and one.sign == "5"]
    sizes = cost.sizes()
    return {
        "gestures": gestures,
        "faces": faces,
        "int8_loss": heard.get("int8_loss", {}) | loss,
        "cost": heard.get("cost", {})
        | {
            "seeing_ms_per_frame": cost.seeing_ms(kept, 75 if plan.quick else 450, _hop()),
            "total_mb": sizes["total"],
            "graphs": sizes["graphs"],
        },
    }


def _loss(data: Path, count: int) -> dict[str, Any]:
    """Return what int8 costs: the share that is right with the published float networks, less ours."""
    shipped = Seeing.load()
    gestures = GestureNetwork(load_graph(model_file("gesture", "gesture.tflite")))
    exact = Seeing(
        Networks(
            FaceDetector(teachers.face()), PalmDetector(teachers.palm()), HandLandmarker(teachers.hand()), gestures
        )
    )
    kept = [one for one in photographs(data) if kept_for_testing(one.participant)][:count]
    pixels = [hands_report.told(one, kept)["all"]["value"] for one in (exact, shipped)]
    faces = [faces_report.recall(one, count) for one in (exact, shipped)]
    return {
        "gestures_pixels": {"float": pixels[0], "int8": pixels[1], "loss": round(pixels[0] - pixels[1], 4)},
        "faces_recall": {"float": faces[0], "int8": faces[1], "loss": round(faces[0] - faces[1], 4)},
    }


def _heard(plan: Plan, quiet: bool, notes: list[str]) -> dict[str, Any]:
    try:
        words_report = importlib.import_module("phosphene_tools.perception.words_report")
    except ModuleNotFoundError as error:
        if error.name != "phosphene_tools.perception.words_report":
            raise
        notes.append("hearing was not measured: phosphene_tools.perception.words_report is not in this version")
        return {}
    return words_report.figures(plan.data, plan.words, quiet)


def _hop() -> Callable[[], None] | None:
    """Return what hears one hop, to run between two pictures, or None where this version can't hear."""
    try:
        words_report = importlib.import_module("phosphene_tools.perception.words_report")
        hop: Callable[[], None] = words_report.one_hop()
    except (ModuleNotFoundError, AttributeError, PhospheneError):
        return None
    return hop


def _say(what: str) -> None:
    print(f"report: {what}", file=sys.stderr, flush=True)


def _silent(what: str) -> None:
    pass
