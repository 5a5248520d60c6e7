# SPDX-License-Identifier: Apache-2.0
"""The whole of seeing, on drawn faces and hands: found, followed, lost; and pictures that are none."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

sys.path.insert(0, str(Path(__file__).parent))
from drawn import ground, open_hand, with_face, with_hand

from phosphene.accelerators import ModelError
from phosphene.models import folder
from phosphene.perception.percepts import Gesture, Seen
from phosphene.perception.vision import Seeing
from phosphene.perception.vision.errors import PerceptionError
from phosphene.sensors.blocks import Frame

Pixels = NDArray[np.uint8]
EMPTY = np.asarray(ground())


@pytest.fixture
def seeing() -> Seeing:
    return Seeing.load(focal_px=600)


def _film(seeing: Seeing, pictures: list[Pixels], first: int = 0) -> list[Seen]:
    return [seeing.look(Frame(one, (first + n) / 15, first + n)) for n, one in enumerate(pictures)]


def _face(x: float, y: float = 230, width: float = 130) -> Pixels:
    return np.asarray(with_face(ground(), x, y, width))


def _hand(x: float, y: float = 400) -> Pixels:
    return np.asarray(with_hand(ground(), open_hand(), 170, x, y))


@pytest.mark.parametrize("width", [60, 110, 200])
def test_a_face_is_found_where_it_is_and_as_far_away_as_it_is(seeing: Seeing, width: float) -> None:
    (face,) = seeing.look(Frame(_face(300, 220, width), 0, 0)).faces
    left, top, across, down = face.box
    assert (left + across / 2) * 640 == pytest.approx(300, abs=0.1 * width)
    assert (top + down / 2) * 480 == pytest.approx(220, abs=0.3 * width)
    # 63 mm between eyes that are 0.44 of the width apart.
    assert face.distance_cm == pytest.approx(600 * 6.3 / (0.44 * width), rel=0.15)
    assert face.looking > 0.8
    assert face.eyes[0][0] < face.eyes[1][0]


def test_distance_follows_the_focal_length() -> None:
    near, far = (Seeing.load(focal_px=focal).look(Frame(_face(320), 0, 0)).faces[0] for focal in (300, 600))
    assert far.distance_cm == pytest.approx(2 * near.distance_cm)


def test_a_face_keeps_its_number_while_it_moves_and_then_is_gone(seeing: Seeing) -> None:
    seen = _film(seeing, [_face(200 + 6 * step) for step in range(24)])
    assert {face.track for one in seen for face in one.faces} == {1}
    assert all(len(one.faces) == 1 for one in seen)
    x = seen[-1].faces[0].box[0] + seen[-1].faces[0].box[2] / 2
    assert x * 640 == pytest.approx(200 + 6 * 23, abs=25)
    assert _film(seeing, [EMPTY] * 24, 24)[-1].faces == ()


def test_two_faces_are_told_apart_and_the_nearer_is_named(seeing: Seeing) -> None:
    both = np.asarray(with_face(with_face(ground(), 170, 230, 150), 470, 230, 90))
    seen = _film(seeing, [both] * 12)[-1]
    assert len({face.track for face in seen.faces}) == 2
    assert seen.nearest is not None
    assert seen.nearest.box[0] < 0.5


def test_a_hand_is_followed_and_its_gesture_begins_with_the_third_picture(seeing: Seeing) -> None:
    seen = _film(seeing, [_hand(300 + 3 * step) for step in range(20)])
    first = next(place for place, one in enumerate(seen) if one.hands)
    assert first <= 2
    assert seen[first].hands[0].gesture is None
    assert seen[-1].hands[0].gesture is Gesture.OPEN_PALM
    assert {hand.track for one in seen for hand in one.hands} == {1}
    points = seen[-1].hands[0].landmarks
    assert points.shape == (21, 3)
    assert points.dtype == np.float32
    # Wrist and middle fingertip, as drawn.
    assert points[0, :2] * [640, 480] == pytest.approx([357, 400], abs=25)
    assert points[12, :2] * [640, 480] == pytest.approx([357, 400 - 170], abs=25)
    assert _film(seeing, [EMPTY] * 10, 20)[-1].hands == ()


def test_detectors_rest_while_nothing_moves(seeing: Seeing, monkeypatch: pytest.MonkeyPatch) -> None:
    runs: list[int] = []
    for detector in (seeing._networks.faces, seeing._networks.palms):
        find = detector.find

        def counted(*arguments: Any, find: Callable[..., Any] = find) -> Any:
            runs.append(1)
            return find(*arguments)

        monkeypatch.setattr(detector, "find", counted)
    _film(seeing, [EMPTY] * 18)
    busy = len(runs)
    runs.clear()
    _film(seeing, [EMPTY] * 18, 18)
    assert busy >= 15
    assert len(runs) == 6


def test_a_picture_that_stands_alone_says_its_gesture_at_once(seeing: Seeing) -> None:
    (hand,) = seeing.look_once(Frame(_hand(320), 0, 0)).hands
    assert hand.gesture is Gesture.OPEN_PALM
    assert hand.confidence > 0.8


def test_a_hand_that_fills_the_picture_is_found_in_a_wider_view(seeing: Seeing) -> None:
    close = _hand(320, 430)[215:480, 215:430]
    assert [hand.gesture for hand in seeing.look_once(Frame(close, 0, 0)).hands] == [Gesture.OPEN_PALM]


def test_the_same_pictures_give_the_same_percepts() -> None:
    pictures = [np.asarray(with_hand(with_face(ground(), 180, 220, 120), open_hand(), 150, 460, 400))] * 6
    one, other = (_film(Seeing.load(focal_px=600), pictures) for _ in range(2))
    for left, right in zip(one, other, strict=True):
        assert left.faces == right.faces
        assert left.light == right.light
        for hand, again in zip(left.hands, right.hands, strict=True):
            assert np.array_equal(hand.landmarks, again.landmarks)
            assert replace(hand, landmarks=again.landmarks) == again


@pytest.mark.parametrize("size", [(16, 16), (17, 900), (1080, 1920), (481, 639), (100, 100)])
def test_pictures_of_any_size_are_looked_at(seeing: Seeing, size: tuple[int, int]) -> None:
    noise = np.random.default_rng(1).integers(0, 256, (*size, 3), np.uint8)
    for step in range(4):
        seeing.look(Frame(noise, step / 15, step))
    seeing.look_once(Frame(noise, 0, 0))


def test_black_pictures_show_nothing_and_are_dark(seeing: Seeing) -> None:
    for seen in _film(seeing, [np.zeros((480, 640, 3), np.uint8)] * 6):
        assert (seen.faces, seen.hands, seen.light, seen.motion) == ((), (), 0.0, 0.0)


def test_a_torn_picture_is_no_crash_and_the_face_comes_back(seeing: Seeing) -> None:
    whole = _face(320)
    torn = whole.copy()
    torn[200:] = np.roll(torn[200:], 250, axis=1)
    torn[300:] = 0
    seen = _film(seeing, [whole] * 6 + [torn] * 3 + [whole] * 12)
    assert len(seen[-1].faces) == 1


def test_a_change_of_size_or_a_long_pause_forgets_what_was_followed(seeing: Seeing) -> None:
    _film(seeing, [_hand(320)] * 8)
    assert not seeing.look(Frame(np.zeros((240, 320, 3), np.uint8), 8 / 15, 8)).hands
    _film(seeing, [_hand(320)] * 8, 9)
    assert not seeing.look(Frame(EMPTY, 60.0, 900)).hands


@pytest.mark.parametrize(
    "pixels",
    [
        np.zeros((480, 640), np.uint8),
        np.zeros((480, 640, 4), np.uint8),
        np.zeros((480, 640, 3), np.float32),
        np.zeros((0, 640, 3), np.uint8),
        np.zeros((15, 640, 3), np.uint8),
    ],
)
def test_what_is_no_picture_is_refused_by_name(seeing: Seeing, pixels: Pixels) -> None:
    with pytest.raises(PerceptionError, match=r"uint8 \[height, width, 3\].*picture 7"):
        seeing.look(Frame(pixels, 0, 7))


@pytest.mark.parametrize("focal", [0.0, -5.0, float("nan"), float("inf")])
def test_a_focal_length_that_is_none_is_refused(focal: float) -> None:
    with pytest.raises(PerceptionError, match="focal length"):
        Seeing.load(focal_px=focal)


@pytest.mark.parametrize("graph", ["face", "palm", "hand", "gesture"])
@pytest.mark.parametrize("damage", ["truncated", "flipped", "missing", "another's"])
def test_a_damaged_graph_is_refused(tmp_path: Path, graph: str, damage: str) -> None:
    for name in ("face", "palm", "hand", "gesture"):
        shutil.copytree(folder() / name, tmp_path / name)
    path = tmp_path / graph / f"{graph}.tflite"
    content = bytearray(path.read_bytes())
    if damage == "truncated":
        path.write_bytes(content[: len(content) // 2])
    elif damage == "flipped":
        content[len(content) // 2] ^= 0x55
        path.write_bytes(content)
    elif damage == "missing":
        path.unlink()
    else:
        (path.parent / "card.toml").unlink()
        other = {"face": "palm", "palm": "hand", "hand": "face", "gesture": "face"}[graph]
        shutil.copy(folder() / other / f"{other}.tflite", path)
    with pytest.raises(ModelError, match=graph):
        Seeing.load(models=tmp_path)
