# SPDX-License-Identifier: Apache-2.0
"""The page of one or more runs: one HTML file that needs nothing else, not even JavaScript."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from phosphene_hil.report import fidelity, histogram, replay, words
from phosphene_hil.report.fidelity import Column, Row
from phosphene_hil.report.record import CAUSES, RUNGS, Attempt, Case, Outcome, Run

_HERE = Path(__file__).parent / "html"
_TAIL = {"passed": 40, "skipped": 0}
_TAIL_OF_TROUBLE = 400
MARKS: dict[Outcome, str] = {"passed": "✓", "failed": "✗", "blocked": "■", "skipped": "–", "unfinished": "…"}

Loaded = tuple[Run, Path]
"""A record, and the folder in which its logs and frames lie."""


@dataclass
class Log:
    """The end of a serial log."""

    text: str
    shown: int
    lines: int
    file: str


@dataclass
class Tried:
    """One attempt, as the page shows it."""

    attempt: Attempt
    log: Log | None
    pictures: list[tuple[str, str]]
    """Name, and the picture as a data URI."""


@dataclass
class Panel:
    """One test on one rung."""

    column: Column
    case: Case | None = None
    tries: list[Tried] = field(default_factory=list[Tried])
    command: str = ""

    @property
    def flaky(self) -> bool:
        """Whether it failed at first, and at a later try did not."""
        return self.case is not None and self.case.cause == "flaky"


@dataclass
class TestRow:
    """One test on every rung."""

    node: str
    title: str
    anchor: str
    panels: list[Panel]

    @property
    def trouble(self) -> bool:
        """Whether somebody should look at it."""
        return any(panel.case is not None and troubled(panel.case) for panel in self.panels)


def troubled(case: Case) -> bool:
    """Whether it failed, was blocked, is unfinished, or needed another try."""
    return case.outcome in ("failed", "blocked", "unfinished") or case.cause == "flaky"


def page(loaded: Sequence[Loaded]) -> str:
    """Return the HTML."""
    runs = [run for run, _ in loaded]
    across = fidelity.columns(runs)
    tests = _tests(loaded, across)
    suites: dict[str, list[TestRow]] = {}
    for test in tests:
        suites.setdefault(test.node.partition("::")[0], []).append(test)
    rows = fidelity.rows(runs, across)
    environment = Environment(
        loader=FileSystemLoader(_HERE), autoescape=True, trim_blocks=True, lstrip_blocks=True, undefined=StrictUndefined
    )
    environment.filters |= {"seconds": words.seconds, "figure": words.figure, "budget": words.budget}
    return environment.get_template("report.html.j2").render(
        css=(_HERE / "report.css").read_text(encoding="utf-8"),
        runs=runs,
        columns=across,
        tallies=[_tally(runs, column) for column in across],
        suites=sorted(suites.items(), key=lambda pair: pair[0]),
        trouble=[test for test in tests if test.trouble],
        fidelity=_by_suite(rows),
        figures=len(rows),
        histograms=_histograms(rows, across),
        replays=[(run, replay.whole(run)) for run in runs],
        causes=CAUSES,
        marks=MARKS,
        rungs=RUNGS,
    )


def _tests(loaded: Sequence[Loaded], across: Sequence[Column]) -> list[TestRow]:
    found: dict[str, TestRow] = {}
    for at, column in enumerate(across):
        if column.run is None:
            continue
        run, folder = loaded[column.run]
        for case in run.tests:
            if case.rig != column.rig:
                continue
            if case.node not in found:
                panels = [Panel(other) for other in across]
                found[case.node] = TestRow(case.node, words.title(case.node), f"t{len(found) + 1}", panels)
            panel = found[case.node].panels[at]
            panel.case, panel.command = case, replay.one(run, case)
            panel.tries = [_tried(attempt, folder) for attempt in case.attempts]
    return list(found.values())


def _tried(attempt: Attempt, folder: Path) -> Tried:
    pictures = [(picture.name, _data_uri(_beside(folder, picture.file))) for picture in attempt.pictures]
    return Tried(attempt, _log(attempt, folder), [(name, uri) for name, uri in pictures if uri])


def _log(attempt: Attempt, folder: Path) -> Log | None:
    tail = _TAIL.get(attempt.outcome, _TAIL_OF_TROUBLE)
    path = _beside(folder, attempt.log) if attempt.log and tail else None
    if path is None:
        return None
    lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    return Log("\n".join(lines[-tail:]), min(tail, len(lines)), len(lines), attempt.log)


def _beside(folder: Path, name: str) -> Path | None:
    """Return a file of the record, if it is there; a record from elsewhere names nothing outside its folder."""
    path = (folder / name).resolve()
    return path if path.is_relative_to(folder.resolve()) and path.is_file() else None


def _data_uri(path: Path | None) -> str:
    return "" if path is None else "data:image/png;base64," + base64.b64encode(path.read_bytes()).decode()


def _tally(runs: Sequence[Run], column: Column) -> dict[str, object]:
    """Return what a column's head says."""
    if column.run is None:
        return {"column": column, "run": None}
    run = runs[column.run]
    cases = [case for case in run.tests if case.rig == column.rig]
    counts = {outcome: sum(case.outcome == outcome for case in cases) for outcome in MARKS}
    return {
        "column": column,
        "run": run,
        "rig": run.rigs[column.rig],
        "counts": counts,
        "flaky": sum(case.cause == "flaky" for case in cases),
        "total": len(cases),
        "seconds": sum(attempt.seconds for case in cases for attempt in case.attempts),
    }


def _by_suite(rows: Sequence[Row]) -> list[tuple[str, list[Row]]]:
    found: dict[str, list[Row]] = {}
    for row in rows:
        found.setdefault(row.suite, []).append(row)
    return list(found.items())


def _histograms(rows: Sequence[Row], across: Sequence[Column]) -> list[tuple[Row, str]]:
    drawn: list[tuple[Row, str]] = []
    for row in rows:
        strips = [
            histogram.Strip(f"{column.title} · {column.rig}", column.rung, cell.measured)
            for column, cell in zip(across, row.cells, strict=True)
            if cell is not None and cell.measured.unit in words.TIMES and min(cell.measured.samples, default=0) > 0
        ]
        if strips:
            title = f"{row.name}, {row.test}"
            drawn.append((row, histogram.svg(title, strips)))
    return drawn
