# SPDX-License-Identifier: Apache-2.0
"""`phosphene hil report` beyond the page: JUnit of a killed run, checks, signing, thin records, its mistakes."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree as Xml

import pytest
from typer.testing import CliRunner, Result

from phosphene.errors import ConfigError
from phosphene_hil.report.record import Attempt, load
from phosphene_tools.cli import build
from tests.hil.test_report_parts import many, run_of


def told(*arguments: object) -> Result:
    """Run the command; errors of ours are raised, as `phosphene` prints them."""
    words = ["hil", "report", *map(str, arguments)]
    result = CliRunner().invoke(build(words), words)
    if isinstance(result.exception, ConfigError):
        raise result.exception
    return result


@pytest.fixture
def record(tmp_path: Path) -> Path:
    """A whole record of a board's run, not signed off."""
    file = tmp_path / "run.json"
    file.write_text(run_of("board", many([1.0, 2.0])).dump(), encoding="utf-8")
    return file


def test_a_record_of_hardware_is_taken_once_it_is_signed_off(record: Path) -> None:
    refused = told("--check", record)
    assert refused.exit_code == 1
    assert "it is of hardware and does not say who and on what" in refused.output
    told(record, "--sign-off", "Ada", "--hardware", "Pico 2 on a Pi 5, 15 cm of wire")
    assert told("--check", record).exit_code == 0
    assert load(record).signed_off_by == "Ada"
    assert "1 of 1 tests passed, 1 figures" in told("--check", record).output


def test_what_was_changed_is_not_signed(record: Path) -> None:
    record.write_text(record.read_text(encoding="utf-8").replace("passed", "skipped"), encoding="utf-8")
    with pytest.raises(ConfigError, match="only a whole record is signed"):
        told(record, "--sign-off", "Ada")


def test_a_thin_record_is_a_record(record: Path, tmp_path: Path) -> None:
    told(record, "--thin", tmp_path / "small.json")
    small = load(tmp_path / "small.json")
    assert small.tests[0].last.measured[0].spread == load(record).tests[0].last.measured[0].spread
    assert small.checksum == small.sum()


def test_junit_of_a_run_that_was_killed_names_the_test_that_it_was_at(tmp_path: Path) -> None:
    run = run_of("simulator", many([1.0]))
    run.tests[0].attempts = [Attempt(outcome="failed", cause="line", reason="bad \x00 byte"), Attempt()]
    run.ended = run.checksum = ""
    (tmp_path / "run.json").write_text(run.dump(), encoding="utf-8")
    told(tmp_path, "--junit", tmp_path / "junit.xml")
    (case,) = Xml.parse(tmp_path / "junit.xml").getroot().iter("testcase")
    assert [element.tag for element in case] == ["properties", "error", "rerunFailure"]
    failure = case.find("rerunFailure")
    assert failure is not None
    assert failure.attrib["message"] == "bad \ufffd byte"


def test_mistakes_are_told(tmp_path: Path) -> None:
    assert told().exit_code == 2
    with pytest.raises(ConfigError, match="the record can't be read"):
        told(tmp_path / "nowhere")
