# SPDX-License-Identifier: Apache-2.0
"""Looks at pictures: which network runs on which one, so that every picture is done in time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import radians, tan
from pathlib import Path
from typing import Final

import numpy as np

from phosphene.accelerators import Accelerator, Cpu, Graph
from phosphene.models import model_file
from phosphene.perception.percepts import Seen
from phosphene.perception.vision import face_search, light
from phosphene.perception.vision.detection import Detection
from phosphene.perception.vision.errors import PerceptionError
from phosphene.perception.vision.face_detector import FaceDetector
from phosphene.perception.vision.faces import Faces
from phosphene.perception.vision.gestures import GestureNetwork
from phosphene.perception.vision.hand_landmarks import HandLandmarker
from phosphene.perception.vision.hands import MOST, Hands
from phosphene.perception.vision.palm_detector import PalmDetector
from phosphene.perception.vision.picture import Picture
from phosphene.perception.vision.view import Square
from phosphene.sensors.blocks import Frame

GRAPHS: Final = ("face", "palm", "hand", "gesture")
"""The models that seeing runs."""

_SMALLEST: Final = 16
# Faces that are looked for in a picture that stands alone.
_MANY: Final = 20
# What a web camera's lens takes in where nobody says: degrees across.
_USUAL_DEGREES: Final = 62.0
# After a pause as long as this nothing that was followed is where it was.
_PAUSE_S: Final = 1.0
# Pictures between two looks of a detector: while its target is followed, and while nothing is and nothing moves.
_FACE_EVERY, _PALM_EVERY, _IDLE_EVERY = 3, 4, 6
# Pictures between two looks for faces that aren't followed yet, while others are.
_WHOLE_EVERY: Final = 9
# Less motion than this is noise.
_STILL: Final = 0.004
# So many still pictures in a row, and the camera is taken to see nobody.
_IDLE_AFTER: Final = 15
WIDER: Final = (1.0, 1.5, 2.2)
"""How much wider than the picture the view is, when a face or hand that fills the picture is looked for."""


@dataclass(frozen=True, slots=True)
class Networks:
    """The networks of seeing."""

    faces: FaceDetector
    palms: PalmDetector
    landmarks: HandLandmarker
    gestures: GestureNetwork

    @staticmethod
    def load(graph: Callable[[str], Graph]) -> Networks:
        """Make them of the graphs that `graph` returns for each name of GRAPHS."""
        face, palm, hand, gesture = map(graph, GRAPHS)
        return Networks(FaceDetector(face), PalmDetector(palm), HandLandmarker(hand), GestureNetwork(gesture))


class Seeing:
    """Looks at one camera's pictures. For one thread; each camera needs its own."""

    def __init__(self, networks: Networks, focal_px: float | None = None) -> None:
        self._networks = networks
        self._focal_px = focal_px
        self._forget()

    @classmethod
    def load(
        cls, *, focal_px: float | None = None, accelerator: Accelerator | None = None, models: Path | None = None
    ) -> Seeing:
        """Load the networks, on the CPU by default.

        `focal_px` is the camera's focal length in pixels of its pictures: the board file's `[camera]` has it. Without
        it a lens of 62° across is assumed, and distances are as wrong as that is. `models` is a folder like
        `models_int8`; by default the shipped one. Raises ModelError, ConfigError, AcceleratorError.
        """
        if focal_px is not None and not 1 < focal_px < 1e6:
            raise PerceptionError(
                f"a focal length of {focal_px:g} px is none", place="focal_px", cure="measure it: docs/seeing.md"
            )
        runner = accelerator or Cpu()

        def graph(name: str) -> Graph:
            path = models / name / f"{name}.tflite" if models else model_file(name, f"{name}.tflite")
            return runner.load(path)

        return cls(Networks.load(graph), focal_px)

    def look(self, frame: Frame) -> Seen:
        """Return what the next picture shows; call it for each picture of the camera.

        Either faces or palms are looked for in a call, not both. Where only faces are followed, light and motion are
        those of the picture before. A black or torn picture shows nothing or little, and gives that. Raises
        PerceptionError for an array that is no picture.
        """
        picture = _picture(frame)
        shape, seen = frame.pixels.shape, frame.time_s - self._time_s
        if not 0 <= seen < _PAUSE_S or shape != self._shape:
            self._forget()
        self._shape, self._time_s = shape, frame.time_s
        if self._grid is None or not self._follows():
            before, self._grid = self._grid, light.grid(picture)
            self._moved = light.motion(before, self._grid)
            self._still = self._still + 1 if self._moved < _STILL else 0
        self._hands.follow(picture)
        self._detect(picture)
        self._turn += 1
        return self._seen(frame, self._grid, self._moved)

    def look_once(self, frame: Frame) -> Seen:
        """Return what a picture that stands alone shows: both detectors look, wider and wider until something is found,
        and gestures are those of this one picture. Forgets what was followed. Raises PerceptionError.
        """
        picture = _picture(frame)
        self._forget()
        for wider in WIDER:
            view = wider_view(picture, wider)
            found = face_search.find(self._networks.faces, picture, view, _MANY)
            if found:
                self._faces.update(found, self._focal(picture))
                break
        for wider in WIDER:
            view = wider_view(picture, wider)
            self._hands.meet(picture, self._palms(picture, view), view)
            if len(self._hands):
                break
        self._hands.settle()
        return self._seen(frame, light.grid(picture), 0.0)

    def _detect(self, picture: Picture) -> None:
        """Run one detector, or none."""
        idle = self._still > _IDLE_AFTER and not len(self._hands)
        if idle and self._turn % _IDLE_EVERY > 1:
            return
        # Idle, the rounds are used to look for what is too near to be seen whole.
        wider = WIDER[self._turn // _IDLE_EVERY % 2] if idle else 1.0
        view = wider_view(picture, wider)
        if self._follows():
            self._faces.follow(self._networks.faces, picture, self._focal(picture))
        elif self._due():
            found = face_search.find(self._networks.faces, picture, view)
            if found or wider == 1.0:
                self._faces.update(found, self._focal(picture))
        elif len(self._hands) < MOST and (not len(self._hands) or self._turn % _PALM_EVERY == 1):
            self._hands.meet(picture, self._palms(picture, view), view)

    def _due(self) -> bool:
        """Whether it's the face detector's turn: every other picture, more seldom while all that is there is known."""
        every = _FACE_EVERY if len(self._faces) else 2
        return self._turn % every == 0

    def _follows(self) -> bool:
        """Whether this picture is only looked at where faces were."""
        return len(self._faces) > 0 and self._due() and self._turn % _WHOLE_EVERY > 0

    def _palms(self, picture: Picture, view: Square) -> list[Detection]:
        return list(self._networks.palms.find(picture.cut(view, self._networks.palms.size)))

    def _focal(self, picture: Picture) -> float:
        return self._focal_px or picture.width / 2 / tan(radians(_USUAL_DEGREES / 2))

    def _seen(self, frame: Frame, grid: light.Grid, moved: float) -> Seen:
        height, width = frame.pixels.shape[:2]
        faces, hands = self._faces.percepts(width, height), self._hands.percepts(width, height)
        return Seen(frame.time_s, faces, hands, light.light(grid), moved)

    def _forget(self) -> None:
        self._faces = Faces()
        self._hands = Hands(self._networks.landmarks, self._networks.gestures)
        self._shape: tuple[int, ...] = ()
        self._time_s = float("-inf")
        self._grid: light.Grid | None = None
        self._moved = 0.0
        self._still = self._turn = 0


def _picture(frame: Frame) -> Picture:
    pixels = frame.pixels
    if pixels.dtype != np.uint8 or pixels.ndim != 3 or pixels.shape[2] != 3 or min(pixels.shape[:2]) < _SMALLEST:
        raise PerceptionError(
            f"a picture is uint8 [height, width, 3] and at least {_SMALLEST} pixels each way, not "
            f"{pixels.dtype} {list(pixels.shape)}",
            place=f"picture {frame.number}",
            cure="look at the camera's driver and its pixel format",
        )
    return Picture(pixels)


def wider_view(picture: Picture, wider: float) -> Square:
    """Return the square view of the whole picture, and of so much black around it that it's `wider` times as large."""
    whole = picture.whole
    return Square(whole.x, whole.y, whole.side * wider)
