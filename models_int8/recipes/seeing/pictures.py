# SPDX-License-Identifier: Apache-2.0
"""Pictures to calibrate on: packaged faces and photographed hands in packaged surroundings, in all sizes and lights."""

from __future__ import annotations

import io
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageEnhance

from phosphene_tools.perception.packages import FACE_RECOGNITION, SKIMAGE, Package, read
from phosphene_tools.perception.people import Photograph, kept_for_testing, photographs

Pixels = NDArray[np.uint8]
Box = tuple[float, float, float, float]

# Each with the part that has the head and some of the shoulders: left, top, width, height in pixels. The report
# measures on other people.
FACES: Final[tuple[tuple[Package, str, Box], ...]] = (
    (FACE_RECOGNITION, "tests/test_images/obama2.jpg", (60, 180, 500, 500)),
    (FACE_RECOGNITION, "tests/test_images/obama.jpg", (300, 60, 420, 420)),
    (FACE_RECOGNITION, "tests/test_images/obama3.jpg", (560, 220, 460, 460)),
)
# Surroundings; the report's are others.
GROUNDS: Final = ("coffee", "chelsea", "brick", "gravel")


def face_views(count: int, size: int, seed: int) -> list[Pixels]:
    """Return views of one or two faces, and every tenth of none."""
    rng = np.random.default_rng(seed)
    return [_view(rng, [] if place % 10 == 9 else _some(rng, _heads(), 2), size, 0.12, 1.1) for place in range(count)]


def palm_views(data: Path, count: int, size: int, seed: int) -> list[Pixels]:
    """Return views of one or two photographed hands of participants that are not kept for testing."""
    rng = np.random.default_rng(seed)
    hands = learning(data)
    return [
        _view(rng, [] if place % 10 == 9 else [Image.open(one.path) for one in _some(rng, hands, 2)], size, 0.3, 1.0)
        for place in range(count)
    ]


def learning(data: Path) -> list[Photograph]:
    """Return the photographs in `data` that may be learnt from."""
    return [one for one in photographs(data) if not kept_for_testing(one.participant)]


def lit(image: Image.Image, rng: np.random.Generator) -> Image.Image:
    """Return the picture in another light."""
    for change in (ImageEnhance.Brightness, ImageEnhance.Contrast, ImageEnhance.Color):
        image = change(image).enhance(float(np.exp(rng.normal(0, 0.25))))
    return image


def _view(rng: np.random.Generator, parts: Sequence[Image.Image], size: int, low: float, high: float) -> Pixels:
    ground = _ground(rng).resize((size, size))
    for part in parts:
        side = round(size * float(np.exp(rng.uniform(np.log(low), np.log(high)))))
        pasted = part.convert("RGB").resize((side, side), Image.Resampling.BILINEAR)
        if rng.random() < 0.5:
            pasted = pasted.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
        mask = Image.new("L", pasted.size, 255)
        angle = float(rng.normal(0, 20))
        x, y = (int(rng.integers(min(0, size - side), max(1, size - side + 1))) for _ in range(2))
        ground.paste(lit(pasted, rng).rotate(angle), (x, y), mask.rotate(angle))
    # A 4:3 picture leaves bars above and below.
    if rng.random() < 0.5:
        bar = size // 8
        ground.paste(0, (0, 0, size, bar))
        ground.paste(0, (0, size - bar, size, size))
    return np.asarray(lit(ground, rng))


def _ground(rng: np.random.Generator) -> Image.Image:
    image = _packaged(SKIMAGE, f"skimage/data/{GROUNDS[rng.integers(len(GROUNDS))]}.png")
    side = int(rng.integers(120, min(image.size)))
    x, y = (int(rng.integers(0, length - side + 1)) for length in image.size)
    return image.crop((x, y, x + side, y + side))


def _some(rng: np.random.Generator, of: Sequence[Any], most: int) -> list[Any]:
    return [of[int(place)] for place in rng.integers(0, len(of), rng.integers(1, most + 1))]


@cache
def _heads() -> tuple[Image.Image, ...]:
    return tuple(
        _packaged(package, member).crop((int(x), int(y), int(x + width), int(y + height)))
        for package, member, (x, y, width, height) in FACES
    )


@cache
def _packaged(package: Package, member: str) -> Image.Image:
    return Image.open(io.BytesIO(read(package, member))).convert("RGB")
