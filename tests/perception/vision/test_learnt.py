# SPDX-License-Identifier: Apache-2.0
"""What was learnt from is not measured on: folds of rows, and rows and photographs known by their hash."""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).parent))
from tiny_hands import draw, recordings

from phosphene.accelerators import load_graph
from phosphene.errors import PhospheneError
from phosphene.models import model_file
from phosphene.perception.percepts import Gesture
from phosphene.perception.vision.gestures import GestureNetwork
from phosphene_tools.perception import learnt
from phosphene_tools.perception.landmark_rows import FOLDS, Row, rows
from phosphene_tools.perception.learnt import Learnt
from phosphene_tools.perception.people import Photograph, photographs


def _row(place: int, of: int, value: float = 0.0) -> Row:
    return Row(np.full((21, 2), value, np.float32), Gesture.FIST, place, of)


def test_a_fold_learns_from_nothing_beside_what_it_is_tested_on() -> None:
    table = [_row(place, 1394) for place in range(1394)]
    for fold in range(FOLDS):
        tested = np.array([row.place for row in table if row.fold == fold])
        taught = np.array([row.place for row in table if row.taught(fold)])
        assert np.abs(tested[:, None] - taught[None]).min() == 6
        # Two blocks, with five rows given up on each side of each.
        assert 1394 - len(tested) - len(taught) in {15, 20}
    assert {row.fold for row in table} == set(range(FOLDS))


def test_a_row_is_known_again_in_another_file(tmp_path: Path) -> None:
    table = [_row(place, 40, value=place) for place in range(40)]
    learnt.save(tmp_path / "learnt.npz", table, [])
    with np.load(tmp_path / "learnt.npz") as kept:
        known = Learnt(dict(zip(kept["rows"].tolist(), kept["folds"].tolist(), strict=True)), frozenset())
    moved = [_row(7, 9, value=place) for place in range(40)]
    assert [known.fold(row) for row in moved] == [row.fold for row in table]
    assert known.fold(_row(3, 40, value=3.5)) is None


def test_whose_photograph_was_learnt_from_is_no_stranger(tmp_path: Path) -> None:
    for number in range(3):
        draw(tmp_path / f"{number}.png", 300.0 + number)
    people = ("ann", "ann", "ben")
    pictures = [
        Photograph(tmp_path / f"{number}.png", name, "5", Gesture.OPEN_PALM) for number, name in enumerate(people)
    ]
    learnt.save(tmp_path / "learnt.npz", [], pictures[:1])
    with np.load(tmp_path / "learnt.npz") as kept:
        known = Learnt({}, frozenset(kept["photographs"].tolist()))
    assert known.strangers(pictures) == [pictures[2]]
    assert known.unseen(pictures) == pictures[1:]


def test_the_shipped_list_goes_with_the_shipped_graphs() -> None:
    shipped = Learnt.load()
    share = Counter(shipped.rows.values())
    assert sorted(share) == list(range(FOLDS))
    assert max(share.values()) < 1.1 * min(share.values())
    assert len(shipped.photographs) > 1000
    for fold in range(FOLDS):
        GestureNetwork(load_graph(model_file("gesture", f"folds/{fold}/gesture.tflite")))


def test_nothing_drawn_was_learnt_from(tmp_path: Path) -> None:
    data = recordings(tmp_path)
    known = Learnt.load()
    assert {known.fold(row) for row in rows(data)} == {None}
    assert len(known.strangers(photographs(data))) == 2


@pytest.mark.parametrize("text", ["", "3,0,0\n", "0,1,2\n", "open,1\n"])
def test_a_table_of_another_kind_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "hand-landmarks").mkdir()
    (tmp_path / "hand-landmarks" / "keypoint.csv").write_text(text, encoding="utf-8")
    with pytest.raises(PhospheneError, match=r"keypoint\.csv"):
        rows(tmp_path)
