# SPDX-License-Identifier: Apache-2.0
"""The glyph atlas: complete, told apart, and put together from parts without loss."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path

import numpy as np
import pytest

from phosphene.painter.atlas import BLOCK_LEVELS, BLOCKS, GLYPHS, ICON_SIZES, SIZES, Atlas, AtlasError
from phosphene.painter.charset import CHARACTERS, number
from phosphene.painter.scene import ICONS

ATLAS = Atlas.load()


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("font", ATLAS.fonts)
def test_every_character_but_the_space_has_ink(font: str, size: int) -> None:
    glyphs = ATLAS.glyphs(font, size)
    assert glyphs.shape == (GLYPHS, 16 * size, 8 * size)
    # A full stop in the thinnest font still has one nearly full pixel.
    faint = [CHARACTERS[index] for index in range(1, len(CHARACTERS)) if glyphs[index].max() < 150]
    assert not faint
    assert not glyphs[number(" ")].any()


@pytest.mark.parametrize("font", ATLAS.fonts)
def test_characters_of_exact_values_are_told_apart_at_the_smallest_size(font: str) -> None:
    glyphs = ATLAS.glyphs(font, 1).astype(np.float64) / 255
    for one, other in [*combinations("0123456789OlISBZ.,:;%°/+", 2), ("-", "+"), ("-", "."), ("−", "+")]:
        apart = float(((glyphs[number(one)] - glyphs[number(other)]) ** 2).sum())
        assert apart > 0.9, f"{one!r} and {other!r} differ by {apart:.2f} pixels in {font}"


def test_parts_in_their_rows_make_the_glyph() -> None:
    rows, parts = ATLAS.rows("sans", 2), ATLAS.parts("sans")
    glyph = ATLAS.glyph("sans", 2, number("Å"))
    for i in range(4):
        for j in range(2):
            part = parts[rows[number("Å"), i, j]].reshape(8, 8)
            assert np.array_equal(part, glyph[8 * i : 8 * i + 8, 8 * j : 8 * j + 8])
            assert ATLAS.part("sans", 2, number("Å"), i, j) == rows[number("Å"), i, j]


def test_part_zero_is_empty_in_every_font() -> None:
    assert not any(ATLAS.parts(font)[0].any() for font in ATLAS.fonts)


def test_blocks_rise_in_equal_steps() -> None:
    for size in SIZES:
        heights = [int((ATLAS.glyph("sans", size, BLOCKS + level)[:, 0] > 0).sum()) for level in range(BLOCK_LEVELS)]
        assert heights == [2 * size * (level + 1) for level in range(BLOCK_LEVELS)]


@pytest.mark.parametrize("cells", ICON_SIZES)
def test_icons_are_drawn_and_differ(cells: int) -> None:
    pictures = [ATLAS.icon(name, cells) for name in ICONS]
    assert not pictures[0].any()
    assert all(picture.max() > 200 for picture in pictures[1:])
    assert len({picture.tobytes() for picture in pictures}) == len(ICONS)
    # Nothing is cut off at the box's edge: at most a stroke's soft side lies there.
    for name, picture in zip(ICONS, pictures, strict=True):
        edge = np.concatenate([picture[0], picture[-1], picture[:, 0], picture[:, -1]])
        assert edge.max() < 200, name


def test_a_file_that_is_no_atlas_says_so(tmp_path: Path) -> None:
    (tmp_path / "atlas.npz").write_bytes(b"PK\x03\x04 not really")
    with pytest.raises(AtlasError, match="atlas recipe"):
        Atlas.load(tmp_path / "atlas.npz")
