# SPDX-License-Identifier: Apache-2.0
"""The reader: reads every character of fonts that it never saw, and says when a glyph is damaged."""

from __future__ import annotations

import numpy as np
import pytest

from phosphene.models import model_file
from phosphene.painter.atlas import Atlas
from phosphene.painter.charset import CHARACTERS, number
from phosphene.painter.patch import HEIGHT, WIDTH, to_blocks, to_patches
from phosphene.painter.read import BATCH, Reader, shipped

HELD_OUT = Atlas.load(model_file("painter", "heldout.npz"))
CASES = [(atlas, font, size) for atlas in (Atlas.load(), HELD_OUT) for font in atlas.fonts for size in atlas.sizes]


@pytest.fixture(scope="module")
def reader() -> Reader:
    return shipped()


@pytest.mark.parametrize(("atlas", "font", "size"), CASES, ids=lambda case: str(case)[:12])
def test_clean_and_noisy_glyphs_of_unseen_fonts_are_read(atlas: Atlas, font: str, size: int, reader: Reader) -> None:
    known = reader.known(atlas, font, size)
    rng = np.random.default_rng(0)
    for noise in (0.0, 0.02):
        boxes = known.pictures[: len(CHARACTERS)]
        seen = reader.read(boxes + rng.normal(0, noise, boxes.shape).astype(np.float32), size, known)
        wrong = np.flatnonzero((seen.number != known.alike[: len(CHARACTERS)]) | seen.damaged)
        assert [CHARACTERS[index] for index in wrong] == []


@pytest.mark.parametrize("size", HELD_OUT.sizes)
def test_half_a_digit_of_another_kind_is_not_read_as_it_was(size: int, reader: Reader) -> None:
    known = reader.known(HELD_OUT, "b612", size)
    digits = [number(digit) for digit in "0123456789"]
    for one in digits:
        for other in digits:
            mixed = known.pictures[[one]].copy()
            mixed[0, 8 * size :] = known.pictures[other, 8 * size :]
            differ = float(((mixed[0] - known.pictures[one]) ** 2).sum())
            if differ < 3 * size**2:
                continue
            seen = reader.read(mixed, size, known)
            assert seen.damaged[0] or seen.number[0] != known.alike[one], (CHARACTERS[one], CHARACTERS[other])


def test_more_patches_than_one_run_takes(reader: Reader) -> None:
    patches = np.random.default_rng(1).random((2 * BATCH + 3, HEIGHT, WIDTH), np.float32)
    whole = reader.embed(patches)
    assert whole.shape == (2 * BATCH + 3, 48)
    assert np.array_equal(whole[BATCH : BATCH + 5], reader.embed(patches[BATCH : BATCH + 5]))


@pytest.mark.parametrize("size", [1, 2, 3, 4, 6])
def test_patches_keep_the_mean_and_the_place(size: int) -> None:
    pictures = np.zeros((1, 16 * size, 8 * size), np.float32)
    pictures[0, : 8 * size, : 4 * size] = 1
    patches = to_patches(pictures, size)
    assert patches.shape == (1, HEIGHT, WIDTH)
    assert np.allclose(patches[0, :16, :8], 1, atol=1e-5)
    assert np.allclose(patches.sum(), 128, atol=1e-3)
    assert to_blocks(patches).shape == (1, 8, 64)
