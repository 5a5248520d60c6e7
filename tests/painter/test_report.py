# SPDX-License-Identifier: Apache-2.0
"""A sample of the painter's report: every key is there, and the promises hold on what no training saw."""

from __future__ import annotations

import importlib.util
import math
from typing import Any

import pytest

from phosphene.painter.charset import SceneError
from phosphene.painter.finding import Kind
from phosphene.painter.panel import Panel
from phosphene_tools.painter import frames, held_out
from phosphene_tools.painter import report as module
from phosphene_tools.painter.case import Case
from phosphene_tools.painter.report import Plan, report
from phosphene_tools.painter.tally import Tally, merged, upper_bound

JUDGED = 12 if importlib.util.find_spec("rapidocr_onnxruntime") else 0
FRAMES = 500


@pytest.fixture(scope="module")
def figures() -> dict[str, Any]:
    plan = Plan(frames=FRAMES, seed=3, judged=JUDGED, by_tesseract=0, damaged=60, faults=1, pages=60, fields=500)
    return report(plan, quiet=True)


@pytest.mark.slow
@pytest.mark.timeout(600)
class TestSample:
    def test_values_are_painted_right_before_the_gate(self, figures: dict[str, Any]) -> None:
        assert figures["frames"] == FRAMES
        assert figures["exact_raw"] >= 0.995
        assert figures["text_raw"] >= 0.99
        assert all(share is None or share >= 0.98 for share in figures["exact_raw_unseen"].values())

    def test_nothing_wrong_is_shown(self, figures: dict[str, Any]) -> None:
        assert figures["wrong_shown"] == 0
        assert figures["judge"]["frames"] >= min(JUDGED, 1)

    def test_the_gate_lets_no_fault_pass(self, figures: dict[str, Any]) -> None:
        faults = figures["faults"]
        assert set(faults) == {kind.value for kind in Kind}
        assert sum(entry["tried"] for entry in faults.values()) > 4 * 60
        assert {kind: entry["missed"] for kind, entry in faults.items()} == dict.fromkeys(faults, 0)

    def test_few_frames_need_help(self, figures: dict[str, Any]) -> None:
        assert figures["overlaid"] <= 0.01
        assert figures["plain"] <= 0.03
        assert figures["refused"] <= 0.03

    def test_layouts_hold_up_and_differ(self, figures: dict[str, Any]) -> None:
        assert figures["valid_layouts"] >= 0.97
        assert figures["distinct_of_64"] >= 15
        assert figures["beyond_teacher"]["reward_ratio"] >= 0.97

    def test_widgets_come_near_their_exact_picture(self, figures: dict[str, Any]) -> None:
        assert figures["psnr_widgets"] >= 29
        assert figures["int8_loss"]["psnr"] < 3

    def test_the_moment_shows(self, figures: dict[str, Any]) -> None:
        effect = figures["context_effect"]
        assert effect["far_near"] > 1.2
        assert effect["facts_far"] < effect["facts_near"]
        assert effect["dark"] > effect["bright"] + 0.5


@pytest.mark.timeout(300)
def test_the_same_seed_counts_the_same() -> None:
    plan = Plan(frames=4, seed=9, judged=0, by_tesseract=0, damaged=0, pages=4, workers=2)
    (one, layouts), (again, same) = (module._counted(plan, quiet=True) for _ in range(2))
    assert one == again
    # What it took in milliseconds is another thing each time.
    del layouts["composer"], same["composer"]
    assert layouts == same


def test_what_can_not_be_shown_is_counted_and_ends_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    paint = frames.paint

    def second_fails(sample: held_out.Sample) -> Case:
        if sample.number == 1:
            raise SceneError("too much", place="scene", cure="less")
        return paint(sample)

    monkeypatch.setattr(frames, "paint", second_fails)
    tally = frames.measure(frames.Orders(seed=5, first=0, count=3))
    assert (tally.counts["frames"], tally.looked["refused"], tally.held["refused"]) == (2, 3, 1)
    assert any("too much" in note for note in tally.notes)


def test_scenes_that_are_too_long_for_a_panel_are_counted_with_the_next() -> None:
    small = Panel(160, 120, 36.0)
    assert sum(held_out.sample(1, number, small).passed_over for number in range(120)) > 0


def test_what_two_processes_counted_adds_up() -> None:
    parts = [Tally(), Tally()]
    for part, held in zip(parts, (True, False), strict=True):
        part.look("x", held)
        part.sum("error", 1.5)
        part.counts["faults.glyph"] += 2
    whole = merged(parts)
    assert (whole.share("x"), whole.share("y")) == (0.5, None)
    assert (whole.sums["error"], whole.group("faults")) == (3.0, {"glyph": 4})


@pytest.mark.parametrize(
    ("seen", "tried", "bound"),
    # Clopper and Pearson's one-sided bounds, as in tables: 3/n for none, 4.74/n for one, 6.3/n for two.
    [(0, 1000, 0.002991), (1, 1000, 0.004734), (2, 1000, 0.006282), (0, 1, 0.95), (5, 5, 1.0)],
)
def test_the_upper_bound_is_that_of_the_tables(seen: int, tried: int, bound: float) -> None:
    found = upper_bound(seen, tried)
    assert found is not None
    assert math.isclose(found, bound, rel_tol=2e-3)


def test_nothing_tried_bounds_nothing() -> None:
    assert upper_bound(0, 0) is None
