# SPDX-License-Identifier: Apache-2.0
"""Figures about hands: gestures from recorded landmarks and from pictures, and landmarks against the float network."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np

from phosphene.accelerators import Graph, load_graph
from phosphene.errors import PhospheneError
from phosphene.models import model_file
from phosphene.perception.percepts import Gesture
from phosphene.perception.vision.gestures import KINDS, GestureNetwork
from phosphene.perception.vision.hand_landmarks import HandLandmarker, next_square
from phosphene.perception.vision.palm_detector import PalmDetector
from phosphene.perception.vision.picture import Picture
from phosphene.perception.vision.seeing import Seeing
from phosphene.sensors.blocks import Frame
from phosphene_tools.perception import teachers
from phosphene_tools.perception.counting import share, shares, worst
from phosphene_tools.perception.landmark_rows import FOLDS, rows
from phosphene_tools.perception.learnt import Learnt
from phosphene_tools.perception.people import SIGNS, Photograph, photographs
from phosphene_tools.perception.rule import by_rule
from phosphene_tools.perception.still import placed

_PICTURES: Final = frozenset({".jpg", ".jpeg", ".png", ".bmp", ".webp", ".ppm"})
_NONE: Final = "none"


def landmarks(data: Path, load: Callable[[Path], Graph] = load_graph) -> dict[str, Any]:
    """Return how many of the recorded rows are told right, each by a network that learnt neither it nor its neighbours.

    That is the network of the row's fold, or for a row that nothing learnt from the shipped one. `load` makes a graph
    of a file: the int8 one as it is, or its twin in float.
    """
    learnt = Learnt.load()
    networks = {
        fold: GestureNetwork(load(model_file("gesture", name)))
        for fold, name in ((None, "gesture.tflite"), *((fold, f"folds/{fold}/gesture.tflite") for fold in range(FOLDS)))
    }
    table = rows(data)
    by = [learnt.fold(row) for row in table]
    results = [
        (row, KINDS[int(networks[fold].likely(row.points).argmax())] is row.gesture)
        for row, fold in zip(table, by, strict=True)
    ]
    return {
        **share(sum(right for _, right in results), len(results)),
        "by_gesture": shares((str(row.gesture), right) for row, right in results),
        "worst_block": worst(
            shares((f"{row.gesture}, rows from {5 * row.block} % on", right) for row, right in results)
        ),
        "by_the_shipped_network": by.count(None),
        "note": f"{FOLDS} networks, each on the blocks of rows that it learnt nothing of; probably one person: says "
        "nothing of another hand",
    }


def pixels(seeing: Seeing, data: Path) -> dict[str, Any]:
    """Return how many of the photographs, of participants that nothing learnt from, are told right."""
    return told(seeing, strangers(data))


def strangers(data: Path) -> list[Photograph]:
    """Return the photographs of participants of whom nothing was learnt or calibrated; raises PhospheneError."""
    found = Learnt.load().strangers(photographs(data))
    if not found:
        raise PhospheneError(
            "every participant in it was learnt from", place=str(data / "sign-digits"), cure="measure on other people"
        )
    return found


def own(seeing: Seeing, pictures: Sequence[Photograph]) -> dict[str, Any]:
    """Return how many of a reader's own pictures are told right; those that were learnt from are left out."""
    unseen = Learnt.load().unseen(pictures)
    if not unseen:
        raise PhospheneError("every picture in it was learnt from", cure="--hands-dir with pictures of other people")
    return told(seeing, unseen) | {"left_out_as_learnt_from": len(pictures) - len(unseen)}


def told(seeing: Seeing, pictures: Sequence[Photograph]) -> dict[str, Any]:
    """Return how many of `pictures` are told right; a hand that wasn't found is told wrong, but for none of ours.

    "value" is of those that show one of our gestures; "none" of those that don't.
    """
    rows_: list[tuple[Photograph, Gesture | None, bool]] = []
    for number, one in enumerate(pictures):
        seen = seeing.look_once(Frame(one.pixels(), 10.0 * number, number))
        best = max(seen.hands, key=lambda hand: hand.score, default=None)
        rows_.append((one, best.gesture if best else None, best is not None))
    ours = [(one, said) for one, said, _ in rows_ if one.gesture is not None]
    none = [(one, said) for one, said, _ in rows_ if one.gesture is None]
    everyone = shares((one.participant, said is one.gesture) for one, said, _ in rows_)
    return {
        **share(sum(said is one.gesture for one, said in ours), len(ours)),
        "none": share(sum(said is None for _, said in none), len(none)),
        "all": share(sum(said is one.gesture for one, said, _ in rows_), len(rows_)),
        "hand_found": share(sum(found for *_, found in rows_), len(rows_)),
        "by_sign": shares((f"{one.sign} ({one.gesture or _NONE})", said is one.gesture) for one, said, _ in rows_),
        "mistaken_for": _mistakes([(one, said) for one, said, _ in rows_]),
        "participants": len(everyone),
        "worst_participant": worst(everyone) if everyone else None,
    }


def rule(data: Path) -> dict[str, Any]:
    """Return how many of the same rows and photographs the rule of `by_rule` tells right, without a gesture network."""
    tested, kept = rows(data), strangers(data)
    palms = PalmDetector(load_graph(model_file("palm", "palm.tflite")))
    landmarker = HandLandmarker(load_graph(model_file("hand", "hand.tflite")))
    right = {True: [0, 0], False: [0, 0]}
    for one in kept:
        found = placed(Picture(one.pixels()), palms, landmarker)
        said = by_rule(found.points) if found else None
        count = right[one.gesture is not None]
        count[0] += said is one.gesture
        count[1] += 1
    return {
        "landmarks": share(sum(by_rule(row.points) is row.gesture for row in tested), len(tested)),
        "pixels": share(*right[True]),
        "pixels_none": share(*right[False]),
    }


def landmark_error(data: Path, most: int) -> dict[str, Any]:
    """Return how far int8 landmarks are from the float network's on the same views, as a share of the hand's size.

    The hand's size is the longer side of the box around its landmarks.
    """
    palms = PalmDetector(teachers.palm())
    exact = HandLandmarker(teachers.hand())
    quantised = HandLandmarker(load_graph(model_file("hand", "hand.tflite")))
    errors: list[float] = []
    for one in strangers(data)[:most]:
        picture = Picture(one.pixels())
        found = placed(picture, palms, exact)
        if found is None:
            continue
        square = next_square(found.points)
        right, near = (each.place(picture, square).points[:, :2] for each in (exact, quantised))
        size = float(np.ptp(right, axis=0).max())
        errors.append(float(np.linalg.norm(right - near, axis=1).mean()) / size)
    if not errors:
        raise PhospheneError("no hand was found on any photograph", place=str(data), cure="photographs of hands")
    return {
        "value": round(float(np.mean(errors)), 5),
        "p95": round(float(np.quantile(errors, 0.95)), 5),
        "n": len(errors),
        "note": "mean distance of the 21 points to those of the published float network, same view",
    }


def folder(pictures: Path) -> list[Photograph]:
    """Return the pictures in a folder that has a folder for each gesture, or for each sign of a digit.

    Folders are named as our gestures are ("thumb up", "thumb_up", "none"), or 0 to 9. Raises PhospheneError.
    """
    kinds: dict[str, Gesture | None] = {str(gesture): gesture for gesture in Gesture} | {_NONE: None} | SIGNS
    found: list[Photograph] = []
    try:
        folders = sorted(path for path in pictures.iterdir() if path.is_dir())
    except OSError as error:
        raise PhospheneError(
            f"the folder of hands can't be read: {error.strerror}", place=str(pictures), cure="--hands-dir DIR"
        ) from error
    for one in folders:
        name = one.name.lower().replace("_", " ").replace("-", " ")
        if name not in kinds:
            raise PhospheneError(
                f"'{one.name}' is no gesture", place=str(one), cure=f"name it one of {', '.join(kinds)}"
            )
        files = sorted(path for path in one.rglob("*") if path.suffix.lower() in _PICTURES)
        found += [Photograph(file, file.parent.name if file.parent != one else "", name, kinds[name]) for file in files]
    if not found:
        raise PhospheneError("there is no picture", place=str(pictures), cure="DIR/open palm/1.jpg and so on")
    return found


def _mistakes(told_: Sequence[tuple[Photograph, Gesture | None]]) -> dict[str, int]:
    counted: dict[str, int] = {}
    for one, said in told_:
        if said is not one.gesture:
            name = f"{one.sign} ({one.gesture or _NONE}) as {said or _NONE}"
            counted[name] = counted.get(name, 0) + 1
    return dict(sorted(counted.items(), key=lambda row: -row[1]))
