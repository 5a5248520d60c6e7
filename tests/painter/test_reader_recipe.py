# SPDX-License-Identifier: Apache-2.0
"""What the reader's training is shown: wear that leaves a glyph readable, damage that shows, labels that are true."""

from __future__ import annotations

import numpy as np
import pytest

from phosphene.models import model_file
from phosphene.painter.atlas import Atlas, assemble
from recipes.atlas.fonts import Font, FontMissingError, find
from recipes.atlas.make import PartTable
from recipes.reader.damage import damaged, worn
from recipes.reader.data import NOTHING, SAME, apart, queries, sheets

# Recipes are tried on the held-out atlas; nothing is learnt here.
SHEET = sheets(Atlas.load(model_file("painter", "heldout.npz")))[1]


def test_a_missing_font_names_the_package_to_install() -> None:
    with pytest.raises(FontMissingError, match="apt-get install fonts"):
        find(Font("none", "No Family Of This Name", "none.ttf", "fonts-none", "none"))


def test_wear_changes_little_and_damage_much() -> None:
    rng = np.random.default_rng(0)
    clean = SHEET.patches[10:110]
    tired = worn(clean, rng)
    assert 0 < np.abs(tired - clean).mean() < 0.08
    broken, seen = damaged(clean, clean[::-1], rng)
    assert seen.mean() > 0.6
    assert np.abs(broken - clean)[seen].max(axis=(1, 2)).min() > 0.45


def test_labels_are_true() -> None:
    rng = np.random.default_rng(1)
    patches, labels = queries(SHEET, 400, rng)
    assert len(patches) == len(labels)
    assert 0.15 < (labels == NOTHING).mean() < 0.6
    known = SHEET.patches
    off = apart(patches, known)
    read = labels != NOTHING
    nearest = off[read].argmin(axis=1)
    # Even worn, nearly all lie nearest their own glyph in plain pixels.
    assert SHEET.same[labels[read], nearest].mean() > 0.98
    assert SAME > 0


def test_parts_are_shared_and_put_back_together() -> None:
    pictures = np.random.default_rng(2).integers(0, 2, (3, 16, 8)).astype(np.uint8) * 255
    pictures[1] = pictures[0]
    table = PartTable()
    rows = table.add(pictures)
    assert len(table.own()) == 1 + 4
    assert np.array_equal(assemble(table.own(), rows), pictures)
