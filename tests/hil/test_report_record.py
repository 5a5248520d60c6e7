# SPDX-License-Identifier: Apache-2.0
"""The record of a run: written as it goes, whole after a kill, with every attempt and the class of what went wrong."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree as Xml

import pytest

from phosphene_hil.report.record import Attempt, Case, load
from tests.hil.conftest import Bench

pytestmark = pytest.mark.timeout(300)  # against hanging: pytest runs inside pytest, with a board each time


def cases(folder: Path) -> dict[str, Case]:
    """The tests of a record, by name."""
    return {case.name: case for case in load(folder).tests}


def outcome(attempt: Attempt) -> tuple[str, str]:
    return attempt.outcome, attempt.cause


def test_every_outcome_is_recorded_with_its_cause_its_figures_and_its_log(
    bench: Bench, pytester: pytest.Pytester
) -> None:
    result = bench(
        """
        @pytest.mark.needs("input", "echo.echo")
        async def test_well(mcu, measure):
            answer = (await mcu.call("echo.echo", data=b"bench")).data
            assert answer == b"bench"
            measure("answer", answer.decode(), same=True)
            measure("round trip", [1.5, 2.5, 40.0], unit="ms", budget=20, work=True)

        async def test_wrong(mcu):
            assert (await mcu.call("echo.echo", data=b"a")).data == b"b"

        async def test_untidy(mcu):
            await mcu.call("gpio.write", output="led", level=True)

        async def test_refused(mcu):
            await mcu.call("gpio.write", output="nowhere", level=True)

        @pytest.mark.needs("coffee.brew")
        async def test_lacks(mcu):
            raise AssertionError

        async def test_blocked(rig):
            pytest.skip("blocked: the exporter is gone")

        @pytest.mark.phosphene_faults(0.3)
        async def test_damaged(mcu, faults):
            for n in range(20):
                await mcu.call("echo.echo", data=b"%d" % n, timeout=20)
            assert faults.counts

        def test_no_board_at_all(measure):
            measure("answer", 42)
        """,
        *("--phosphene-report", "record"),
    )
    result.assert_outcomes(passed=4, failed=2, errors=1, skipped=2)
    folder = pytester.path / "record"
    run, found = load(folder), cases(folder)
    assert {name: outcome(case.last) for name, case in found.items()} == {
        "test_well": ("passed", ""),
        "test_wrong": ("failed", "assertion"),
        "test_untidy": ("failed", "health"),
        "test_refused": ("failed", "line"),
        "test_lacks": ("skipped", "feature"),
        "test_blocked": ("blocked", "lost"),
        "test_damaged": ("passed", ""),
        "test_no_board_at_all": ("passed", ""),
    }
    assert run.rigs["sim"].rung == "simulator"
    assert run.versions.firmware.startswith(run.rigs["sim"].firmware)
    assert (run.exit_code, run.checksum) == (1, run.sum())
    well = found["test_well"]
    assert well.needs == ["echo.echo", "input"]
    answer, trip = well.last.measured
    assert (answer.value, answer.same) == ("bench", True)
    assert trip.spread is not None
    assert (trip.samples, trip.spread.p50, trip.most, trip.work) == ([1.5, 2.5, 40.0], 2.5, 20.0, True)
    log = (folder / well.last.log).read_text(encoding="utf-8")
    assert "CALL session" in log
    assert "measured bench: answer" in log
    assert len(log.splitlines()) == well.last.log_lines
    assert "the firmware drives led" in found["test_untidy"].last.reason
    assert found["test_damaged"].last.faults
    assert "the exporter is gone" in found["test_blocked"].last.reason
    assert "<title>Bench report" in (folder / "report.html").read_text(encoding="utf-8")
    suite = Xml.parse(folder / "junit.xml").getroot()[0]
    assert {key: suite.attrib[key] for key in ("tests", "failures", "skipped", "errors")} == {
        "tests": "8",
        "failures": "3",
        "skipped": "2",
        "errors": "0",
    }
    kinds = {case.attrib["name"]: case.find("skipped") for case in suite.iter("testcase")}
    blocked = kinds["test_blocked"]
    assert blocked is not None
    assert blocked.attrib["type"] == "blocked"


def test_a_run_that_is_killed_has_told_of_all_that_it_did(bench: Bench, pytester: pytest.Pytester) -> None:
    bench(
        """
        import os, signal

        async def test_first(mcu, measure):
            await mcu.call("echo.echo", data=b"")
            measure("answer", 42)

        async def test_killed(mcu, measure):
            await mcu.call("echo.echo", data=b"last words")
            measure("before the end", 7)
            os.kill(os.getpid(), signal.SIGKILL)

        async def test_never(mcu):
            raise AssertionError
        """,
        *("--phosphene-report", "record"),
    )
    folder = pytester.path / "record"
    run = load(folder)
    assert (run.ended, run.checksum) == ("", "")
    first, killed = run.tests
    assert outcome(first.last) == ("passed", "")
    assert [figure.value for figure in first.last.measured] == [42]
    assert (killed.name, killed.outcome) == ("test_killed", "unfinished")
    log = next((folder / "logs").glob("*killed.log")).read_text(encoding="utf-8")
    assert "measured 7: before the end" in log
    assert f"{b'last words'.hex(' ', 4)}"[:8] in log


def test_what_passes_at_a_later_try_is_flaky_and_both_tries_are_told(bench: Bench, pytester: pytest.Pytester) -> None:
    pytest.importorskip("pytest_rerunfailures", reason="pytest-rerunfailures, which tries again, is not installed")
    result = bench(
        """
        tries = []

        async def test_flaky(mcu, measure):
            tries.append(1)
            measure("try", len(tries))
            assert len(tries) > 1, "not at once"

        async def test_broken(mcu):
            raise AssertionError("never")
        """,
        *("--reruns", "1", "--phosphene-report", "record", "--junitxml", "own.xml"),
    )
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    found = cases(pytester.path / "record")
    flaky, broken = found["test_flaky"], found["test_broken"]
    assert [outcome(attempt) for attempt in flaky.attempts] == [("failed", "assertion"), ("passed", "")]
    assert (flaky.outcome, flaky.cause) == ("passed", "flaky")
    assert [attempt.measured[0].value for attempt in flaky.attempts] == [1, 2]
    assert flaky.attempts[0].log != flaky.attempts[1].log
    assert len(broken.attempts) == 2
    assert (broken.outcome, broken.cause) == ("failed", "assertion")
    for file in ("record/junit.xml", "own.xml"):
        root = Xml.parse(pytester.path / file).getroot()
        told = {
            case.attrib["name"]: {entry.attrib["name"]: entry.attrib["value"] for entry in case.iter("property")}
            for case in root.iter("testcase")
        }
        assert (told["test_flaky"]["attempts"], told["test_flaky"]["cause"]) == ("2", "flaky"), file
        assert told["test_broken"]["attempts"] == "2", file
    root = Xml.parse(pytester.path / "record/junit.xml").getroot()
    assert [element.tag for case in root.iter("testcase") for element in case if element.tag.endswith("Failure")] == [
        "flakyFailure",
        "rerunFailure",
    ]


def test_a_board_that_is_not_there_is_blocked_as_absent(bench: Bench, pytester: pytest.Pytester) -> None:
    options = "--phosphene-rig=laptop-pico", "--phosphene-report=record"
    bench("async def test_echo(mcu): raise AssertionError\n", *options)
    (case,) = load(pytester.path / "record").tests
    assert outcome(case.last) == ("blocked", "absent")
    assert load(pytester.path / "record").rigs["laptop-pico"].rung == "board"


def test_no_record_is_written_over_and_a_figure_that_is_none_is_refused_without_one(
    bench: Bench, pytester: pytest.Pytester
) -> None:
    (pytester.path / "record").mkdir()
    (pytester.path / "record" / "run.json").write_text("{}")
    result = bench("def test_nothing(): pass\n", "--phosphene-report=record")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["*the folder holds a record*name another folder*"])
    bench(
        """
        def test_figures(measure):
            measure("fine", 1)
            with pytest.raises(ValueError, match="no figure"):
                measure("endless", float("inf"))
            with pytest.raises(ValueError, match="no value at all"):
                measure("none", [])
        """
    ).assert_outcomes(passed=1)


def test_a_record_holds_no_path_of_this_computer(bench: Bench, pytester: pytest.Pytester) -> None:
    bench(
        """
        def test_paths(tmp_path):
            raise AssertionError(f"{tmp_path} {__file__}")
        """,
        *("--phosphene-report=record", "--phosphene-unlock-key=/nowhere/secret.key", "--basetemp=temporary"),
    )
    text = (pytester.path / "record" / "run.json").read_text(encoding="utf-8")
    assert str(pytester.path) not in text
    assert "secret" not in text
    assert "./temporary" in text


def test_of_several_rigs_one_record_is_made(bench: Bench, pytester: pytest.Pytester) -> None:
    pytest.importorskip("xdist", reason="pytest-xdist, which runs several rigs, is not installed")
    result = bench(
        """
        @pytest.mark.needs("rtc")
        async def test_parts(mcu, measure):
            await mcu.call("echo.echo", data=b"")
            measure("answer", 1)

        @pytest.mark.needs("privacy_lights")
        async def test_machine(mcu):
            await mcu.call("echo.echo", data=b"")
        """,
        *("--phosphene-rig=sim,sim-bench", "--phosphene-report=record"),
    )
    result.assert_outcomes(passed=2)
    folder = pytester.path / "record"
    run = load(folder)
    assert {case.name: case.rig for case in run.tests} == {"test_parts": "sim-bench", "test_machine": "sim"}
    assert all("CALL session" in (folder / case.last.log).read_text(encoding="utf-8") for case in run.tests)
    assert (run.exit_code, run.checksum) == (0, run.sum())
