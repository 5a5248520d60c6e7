# SPDX-License-Identifier: Apache-2.0
"""Finds the hands on photographs with the float networks, and cuts out what the landmark network would be shown."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

import numpy as np
from PIL import Image

from phosphene.accelerators import load_graph
from phosphene.perception.vision.palm_detector import PalmDetector, hand_square
from phosphene.perception.vision.picture import Picture
from phosphene.perception.vision.seeing import wider_view
from phosphene.perception.vision.view import Square
from phosphene_tools.perception.people import Photograph
from recipes.seeing.networks import PALM, float_graph
from recipes.seeing.pictures import Pixels, lit

_WIDER: Final = (1.0, 1.5, 2.2)


def hand_views(hands: Sequence[Photograph], count: int, size: int, seed: int) -> list[Pixels]:
    """Return views of hands as the landmark network sees them, a little off and in other lights; every 20th of none."""
    rng = np.random.default_rng(seed)
    found = list(_found(hands, rng, count))
    views: list[Pixels] = []
    for place in range(count):
        pixels, square = found[place % len(found)]
        image = lit(Image.fromarray(pixels), rng)
        if place % 2:
            image = image.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
            square = Square(image.width - square.x, square.y, square.side, -square.angle)
        if place % 20 == 19:
            square = Square(float(rng.uniform(0, image.width)), float(rng.uniform(0, image.height)), square.side / 3)
        views.append(Picture(np.asarray(image)).cut(_shaken(square, rng), size))
    return views


def _shaken(square: Square, rng: np.random.Generator) -> Square:
    x, y = rng.normal(0, 0.03, 2) * square.side
    return Square(
        square.x + x, square.y + y, square.side * float(np.exp(rng.normal(0, 0.08))), square.angle + rng.normal(0, 0.1)
    )


def _found(hands: Sequence[Photograph], rng: np.random.Generator, most: int) -> Iterator[tuple[Pixels, Square]]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "palm.tflite"
        path.write_bytes(float_graph(PALM))
        detector = PalmDetector(load_graph(path, allow_float=True))
    for place in rng.permutation(len(hands))[:most]:
        pixels = hands[int(place)].pixels()
        picture = Picture(pixels)
        for wider in _WIDER:
            view = wider_view(picture, wider)
            palms = detector.find(picture.cut(view, detector.size))
            if palms:
                yield pixels, hand_square(palms[0], view)
                break
