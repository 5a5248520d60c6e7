# SPDX-License-Identifier: Apache-2.0
"""What is made of a record: judgements, histograms, words, commands, checks, the table of docs/boards.md."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from phosphene.errors import ConfigError
from phosphene_hil.report import boards_table, checking, fidelity, histogram, replay, words
from phosphene_hil.report.record import Attempt, Case, Measured, RigSeen, Run, Rung, Spread, Versions, load
from phosphene_hil.report.thin import thin
from phosphene_tools import places

FIRMWARE = "0123456789abcdef"


def many(samples: list[float], **more: float | bool) -> Measured:
    return Measured(name="echo", unit="ms", spread=Spread.of(samples), samples=samples).model_copy(update=more)


def one(value: float | str, **more: float | bool) -> Measured:
    return Measured(name="answer", value=value).model_copy(update=more)


def run_of(rung: Rung, *measured: Measured, node: str = "hil/suites/test_2_line.py::test_echo", mcu: str = "") -> Run:
    """A whole record with one test that passed."""
    case = Case(node=node, rig="it", attempts=[Attempt(outcome="passed", measured=list(measured), seconds=0.5)])
    rig = RigSeen(rung=rung, mcu=mcu or rung, firmware=FIRMWARE)
    return Run(
        began="2026-11-23T09:00:00.000Z",
        ended="2026-11-23T09:01:00.000Z",
        exit_code=0,
        rigs={"it": rig},
        versions=Versions(firmware=FIRMWARE * 4),
        tests=[case],
    ).sealed()


def judged(*runs: Run) -> list[str]:
    across = fidelity.columns(runs)
    (row,) = fidelity.rows(runs, across)
    return [cell.judged if cell else "-" for cell in row.cells]


def test_no_rung_is_left_out_and_an_empty_cell_stays_empty() -> None:
    runs = [run_of("board", one(1)), run_of("simulator", one(1))]
    across = fidelity.columns(runs)
    assert [(column.rung, column.run) for column in across] == [("simulator", 1), ("emulator", None), ("board", 0)]
    assert judged(*runs) == ["none", "-", "none"]


def test_what_must_be_the_same_is_or_differs() -> None:
    one_way, other_way = one("6a", same=True), one("6b", same=True)
    assert judged(run_of("simulator", one_way), run_of("emulator", one_way)) == ["same", "same", "-"]
    assert judged(run_of("simulator", one_way), run_of("emulator", other_way)) == ["differs", "differs", "-"]
    assert judged(run_of("simulator", one_way)) == ["none", "-", "-"]


@pytest.mark.parametrize(
    ("measured", "verdict"),
    [
        (one(20.0, most=20.0), "within"),
        (one(20.1, most=20.0), "over"),
        (one(0.9, least=1.0, most=2.0), "over"),
        (many([1.0] * 95 + [99.0] * 5, most=20.0), "over"),
        (many([1.0] * 96 + [99.0] * 4, most=20.0), "within"),
        (many([1.0, 5.0], least=2.0), "over"),
        (many([1.0], work=True), "desk"),
    ],
)
def test_a_budget_holds_for_a_value_and_for_the_p95_of_many(measured: Measured, verdict: str) -> None:
    assert judged(run_of("simulator", measured))[0] == verdict


def test_a_boards_own_speed_is_no_desks() -> None:
    assert judged(run_of("board", many([1.0], work=True)))[2] == "none"


def test_a_time_is_told_as_a_multiple_of_the_first_rungs() -> None:
    runs = [run_of("simulator", many([2.0])), run_of("emulator", many([16.0]))]
    (row,) = fidelity.rows(runs, fidelity.columns(runs))
    assert [cell.times if cell else None for cell in row.cells] == [None, 8.0, None]


@given(st.lists(st.floats(min_value=1e-6, max_value=1e6), min_size=1, max_size=300))
def test_a_histogram_loses_no_value_and_draws_within_its_axis(samples: list[float]) -> None:
    axis = histogram.Axis.over(samples)
    assert sum(histogram.counts(samples, axis.edges())) == len(samples)
    assert all(histogram.LEFT <= axis.x(sample) <= histogram.WIDTH - histogram.RIGHT for sample in samples)
    assert all(axis.least <= tick <= axis.most for tick in axis.ticks())
    assert "NaN" not in histogram.svg("<hostile>", [histogram.Strip("a & b", "board", many(samples))])


def test_words() -> None:
    assert words.title("f.py::test_the_clock_only_rises[pin-2]") == "The clock only rises – pin-2"
    assert [words.number(value) for value in (0.0312, 1.5, 44_414, 2.0)] == ["0.0312", "1.5", "44\u202f414", "2"]
    assert words.budget(one(1, most=20.0)) == "≤\u202f20"
    assert words.budget(one(1, least=1.0, most=2.0)) == "1 … 2"
    assert [words.seconds(value) for value in (0.0314, 2.5, 300.0)] == ["31\u202fms", "2.5\u202fs", "5.0\u202fmin"]


def test_the_command_that_replays_a_boards_run_needs_no_board() -> None:
    run = run_of("board", one(1))
    run.seed = 7
    run.tests[0].node = "hil/suites/test_6_sensors.py::test_it[a b]"
    assert replay.one(run, run.tests[0]) == (
        "pytest 'hil/suites/test_6_sensors.py::test_it[a b]' --phosphene-rig=sim --phosphene-seed=7"
    )
    run.tests[0].needs = ["load_cell"]
    assert replay.whole(run) == ["pytest hil/suites/test_6_sensors.py --phosphene-rig=sim-bench --phosphene-seed=7"]
    assert replay.whole(run_of("emulator", one(1))) == ["pytest hil/suites/test_2_line.py --phosphene-rig=it"]


def test_a_record_comes_back_as_it_was_written_and_a_slip_of_the_hand_is_found(tmp_path: Path) -> None:
    run = run_of("board", many([1.0, 2.0]), one("text"))
    run.signed_off_by, run.hardware = "Ada", "Pico 2, 15 cm of USB cable"
    file = tmp_path / "run.json"
    file.write_text(run.sealed().dump(), encoding="utf-8")
    assert load(tmp_path) == run.sealed()
    assert checking.problems(load(file)) == []
    content = json.loads(file.read_text(encoding="utf-8"))
    content["tests"][0]["attempts"][0]["measured"][0]["spread"]["p50"] = 0.5
    file.write_text(json.dumps(content), encoding="utf-8")
    assert checking.problems(load(file)) == ["it was changed after it was written: its checksum is of something else"]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("{", "no record of a run"),
        ("{}", "Field required"),
        ('{"format": "phosphene-run/2", "began": ""}', "format"),
        ('{"format": "phosphene-run/1", "began": "", "tests": [{"node": "a", "rig": "b", "attempts": [{}]}]}', "rig"),
        ('{"format": "phosphene-run/1", "began": "", "seed": "1"}', "seed"),
        ('{"format": "phosphene-run/1", "began": "", "colour": 1}', "colour"),
    ],
)
def test_what_is_no_record_is_refused_with_the_key(tmp_path: Path, text: str, told: str) -> None:
    (tmp_path / "run.json").write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError, match=told) as refused:
        load(tmp_path)
    assert "run.json" in refused.value.place


def test_what_keeps_a_record_from_being_taken() -> None:
    run = run_of("board", one(1))
    assert "does not say who and on what" in "".join(checking.problems(run))
    run.signed_off_by, run.hardware = "Ada", "in /home/ada/lab"
    assert "path of somebody's computer: /home/ada/lab" in "".join(checking.problems(run.sealed()))
    other = run_of("simulator", one(1))
    other.rigs["it"].firmware = "f" * 16
    assert "ran firmware ffff" in "".join(checking.problems(other.sealed()))
    killed = run_of("simulator", one(1))
    killed.ended = ""
    assert "did not come to its end" in "".join(checking.problems(killed))


def test_a_thin_record_keeps_every_figure_and_outcome() -> None:
    run = run_of("emulator", many([1.0, 2.0, 3.0]), one("text"))
    run.tests[0].attempts[0].log = "logs/it.log"
    small = thin(run)
    assert checking.problems(small) == []
    (case,) = small.tests
    assert [words.figure(figure) for figure in case.last.measured] == ["2 / 3\u202fms", "text"]
    assert (case.outcome, case.last.log, case.last.measured[0].samples) == ("passed", "", [])


def test_the_boards_table_shows_the_newest_of_each_and_its_empty_cells() -> None:
    old, new = run_of("board", many([9.0]), mcu="Pico"), run_of("board", many([4.0]), mcu="Pico")
    new.began, new.signed_off_by = "2027-01-01T00:00:00Z", "Ada"
    lines = boards_table.table([new, old, run_of("simulator", many([2.0], work=True))], ["Pico", "Pico 2"]).splitlines()
    assert lines[0] == "| figure | simulated | emulated Cortex-M3 | Pico | Pico 2 |"
    assert lines[2] == "| measured on | 2026-11-23 | · | 2027-01-01, Ada | · |"
    assert lines[3] == "| **test_2_line**: passed | 1 of 1 | · | 1 of 1 | · |"
    assert lines[4] == "| echo (echo) | (2 / 2\u202fms) | · | 4 / 4\u202fms | · |"


def test_the_table_of_the_documentation_is_up_to_date() -> None:
    root = places.checkout()
    assert root is not None
    page = (root / "docs" / "boards.md").read_text(encoding="utf-8")
    runs = boards_table.reports(root / "boards" / "reports")
    text = boards_table.table(runs, boards_table.boards())
    assert boards_table.written(page, text, "docs/boards.md") == page, "cure: phosphene hil report --boards"
    assert {rig.rung for run in runs for rig in run.rigs.values()} >= {"simulator", "emulator"}
    for run in runs:
        assert checking.problems(run) == []


def test_a_page_without_a_place_for_the_table_is_refused() -> None:
    with pytest.raises(ConfigError, match="no place for the figures"):
        boards_table.written("# Boards", "| figure |", "docs/boards.md")
