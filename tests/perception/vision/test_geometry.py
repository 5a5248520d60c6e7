# SPDX-License-Identifier: Apache-2.0
"""Squares cut out of pictures, boxes out of grids, heads out of points: what needs no network."""

from __future__ import annotations

import math

import numpy as np
import pytest

from phosphene.perception.vision import head
from phosphene.perception.vision.detection import anchors, decode
from phosphene.perception.vision.hand_landmarks import next_square
from phosphene.perception.vision.picture import Picture
from phosphene.perception.vision.view import Square

RNG = np.random.default_rng(5)


@pytest.mark.parametrize("angle", [0.0, 0.4, math.pi / 2, -2.5])
def test_points_come_back(angle: float) -> None:
    square = Square(320.5, 100.0, 75.0, angle)
    points = RNG.uniform(-0.5, 1.5, (21, 2)).astype(np.float32)
    assert square.to_square(square.to_picture(points)) == pytest.approx(points, abs=1e-4)


@pytest.mark.parametrize("times", [1, 3, 7])
@pytest.mark.parametrize("angle", [0.0, 1e-9, 0.7, math.pi / 2, -2.0])
def test_what_is_cut_out_lies_where_points_say(angle: float, times: int) -> None:
    """A bright spot stands, in the view, where `to_square` puts it, however much the view is reduced."""
    square = Square(201.0 * times, 149.0 * times, 160.0 * times, angle)
    spot = square.to_picture(np.array([[0.25, 0.7]], np.float32))[0]
    pixels = np.zeros((300 * times, 400 * times, 3), np.uint8)
    x, y = (round(float(value)) for value in spot)
    near = 4 * times
    pixels[y - near : y + near, x - near : x + near] = 255
    view = Picture(pixels).cut(square, 96)[:, :, 0].astype(float)
    down, across = (np.indices(view.shape) + 0.5) / 96
    assert (view * across).sum() / view.sum() == pytest.approx(0.25, abs=0.01)
    assert (view * down).sum() / view.sum() == pytest.approx(0.7, abs=0.01)


@pytest.mark.parametrize("size", [(480, 640), (720, 1280), (1081, 1919)])
def test_a_reduced_picture_is_the_mean_of_its_pixels(size: tuple[int, int]) -> None:
    """What is thrown away is averaged, not left out: noise goes, and the mean stays."""
    noise = RNG.normal(100, 40, (*size, 3)).clip(0, 255).astype(np.uint8)
    picture = Picture(noise)
    inside = picture.cut(Square(size[1] / 2, size[0] / 2, min(size)), 192)
    for view in (np.asarray(picture.small), inside):
        assert view.mean() == pytest.approx(noise.mean(), abs=1.0)
        assert view.std() < 0.6 * noise.std()


@pytest.mark.parametrize("size", [(480, 640), (64, 16), (1081, 1919), (17, 401)])
def test_outside_is_black_and_inside_is_whole(size: tuple[int, int]) -> None:
    pixels = np.full((*size, 3), 200, np.uint8)
    view = Picture(pixels).cut(Picture(pixels).whole, 192)
    bright = (view[:, :, 0] > 100).mean()
    assert bright == pytest.approx(min(size) / max(size), abs=0.02)
    assert view.dtype == np.uint8
    assert view.shape == (192, 192, 3)


@pytest.mark.parametrize("square", [Square(-900, 40, 50), Square(5000, 40, 50, 0.3), Square(60, 60, 0.01)])
def test_a_square_beside_the_picture_is_black(square: Square) -> None:
    pixels = np.full((120, 120, 3), 255, np.uint8)
    view = Picture(pixels).cut(square, 32)
    assert view.shape == (32, 32, 3)
    if square.side > 1:
        assert not view.any()


def test_overlapping_boxes_become_one_between_them() -> None:
    points = anchors([(4, 1)])
    scores = np.full(16, -20.0, np.float32)
    numbers = np.zeros((16, 6), np.float32)
    numbers[:, 2:4] = 40
    # Neighbouring anchors, one logit apart, with the same box: their centres are 25 of 100 pixels apart.
    scores[[5, 6]] = 3.0, 2.0
    numbers[6, 0] = -20
    found = decode(scores, numbers, points, 100, 0.5)
    assert len(found) == 1
    assert found[0].score == pytest.approx(1 / (1 + math.exp(-3)))
    assert points[5, 0] < found[0].centre[0] < points[6, 0] - 0.2 + 1e-6
    assert found[0].extent == pytest.approx([0.4, 0.4])


def test_boxes_apart_stay_apart_and_the_best_comes_first() -> None:
    scores = np.full(16, -20.0, np.float32)
    numbers = np.zeros((16, 4), np.float32)
    numbers[:, 2:4] = 10
    scores[[0, 15]] = 1.0, 4.0
    found = decode(scores, numbers, anchors([(4, 1)]), 100, 0.5)
    assert [round(float(one.centre[0]), 3) for one in found] == [0.875, 0.125]


def test_boxes_without_extent_are_dropped() -> None:
    scores = np.full(16, 5.0, np.float32)
    assert decode(scores, np.zeros((16, 4), np.float32), anchors([(4, 1)]), 100, 0.5) == []


def _head(yaw: float, pitch: float, apart: float) -> np.ndarray:
    """Return the average head's points as a camera far away sees them."""
    about_y = np.array([[math.cos(yaw), 0, math.sin(yaw)], [0, 1, 0], [-math.sin(yaw), 0, math.cos(yaw)]])
    about_x = np.array([[1, 0, 0], [0, math.cos(pitch), math.sin(pitch)], [0, -math.sin(pitch), math.cos(pitch)]])
    return (head._HEAD @ (about_y @ about_x).T)[:, :2] * apart / 63.0 + 300


@pytest.mark.parametrize(("yaw", "pitch"), [(0, 0), (0.5, 0), (-0.5, 0), (0, 0.4), (0, -0.4), (0.3, -0.2)])
def test_pose_comes_back(yaw: float, pitch: float) -> None:
    assert head.pose(_head(yaw, pitch, 60)) == pytest.approx((yaw, pitch), abs=0.03)


def test_looking_falls_with_the_angle() -> None:
    sure = [head.looking(math.radians(angle), 0) for angle in (0, 15, 24, 35, 60)]
    assert sure == sorted(sure, reverse=True)
    assert sure[0] > 0.95
    assert sure[2] == pytest.approx(0.5)
    assert sure[-1] < 0.01


@pytest.mark.parametrize("yaw", [0.0, 0.3, -0.6])
def test_distance_is_focal_length_times_eyes(yaw: float) -> None:
    """63 mm at 100 cm through a focal length of 600 px are 37.8 px, and fewer when the head is turned."""
    points = _head(yaw, 0.0, 37.8)
    assert head.distance_cm(points, head.pose(points)[0], 600) == pytest.approx(100, rel=0.02)


def test_points_that_fall_together_give_no_nonsense() -> None:
    points = np.zeros((6, 2), np.float32)
    yaw, pitch = head.pose(points)
    assert math.isfinite(yaw)
    assert math.isfinite(pitch)
    assert math.isfinite(head.distance_cm(points, yaw, 600))


@pytest.mark.parametrize("degrees", [0, 40, 90, 179, -120])
def test_the_next_square_turns_with_the_hand(degrees: float) -> None:
    upright = np.zeros((21, 3), np.float32)
    upright[:, :2] = [[50 + 4 * (place % 4), 100 - 3 * place] for place in range(21)]
    angle = math.radians(degrees)
    turn = np.array([[math.cos(angle), math.sin(angle)], [-math.sin(angle), math.cos(angle)]], np.float32)
    turned = upright.copy()
    turned[:, :2] = upright[:, :2] @ turn
    one, other = next_square(upright), next_square(turned)
    assert other.side == pytest.approx(one.side, rel=1e-3)
    assert math.remainder(other.angle - one.angle - angle, 2 * math.pi) == pytest.approx(0, abs=1e-3)
    assert np.array([other.x, other.y]) == pytest.approx(np.array([one.x, one.y]) @ turn, abs=0.05)
