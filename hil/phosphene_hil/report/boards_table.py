# SPDX-License-Identifier: Apache-2.0
"""The table in docs/boards.md: each figure simulated, emulated, or reported from hardware, with its empty cells.

It is written from the records in boards/reports, by `phosphene hil report --boards`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from phosphene.errors import ConfigError
from phosphene_hil.report import words
from phosphene_hil.report.record import Case, Measured, RigSeen, Run, load
from phosphene_tools import places
from phosphene_tools.boards.catalog import Catalog

BEGIN = "<!-- figures: written by `phosphene hil report --boards` -->"
END = "<!-- end of the figures -->"
EMPTY = "·"

Column = tuple[str, str]
"""Rung and micro-controller."""
Seen = tuple[Run, list[Case]]


def table(runs: Sequence[Run], boards: Sequence[str]) -> str:
    """Return it in Markdown: a column for the simulator, one for the emulator, one for each of `boards`."""
    columns: list[Column] = [("simulator", ""), ("emulator", ""), *(("board", board) for board in boards)]
    newest = {column: _newest(runs, column) for column in columns}
    heads = ["simulated", "emulated Cortex-M3", *boards]
    lines = [
        "| figure | " + " | ".join(heads) + " |",
        "|---" * (len(columns) + 1) + "|",
        _line("measured on", [_when(newest[column]) for column in columns]),
    ]
    for suite in _suites(newest.values()):
        lines.append(_line(f"**{suite}**: passed", [_passed(newest[column], suite) for column in columns]))
        for node, name in _figures(newest.values(), suite):
            cells = [_cell(newest[column], column, node, name) for column in columns]
            lines.append(_line(f"{name} ({words.title(node).lower()})", cells))
    return "\n".join(lines)


def reports(folder: Path) -> list[Run]:
    """Return the records of a folder, in order. Raises ConfigError."""
    return [load(path) for path in sorted(folder.glob("*.json"))]


def boards() -> list[str]:
    """Return the titles of the micro-controllers that are none of the simulator's."""
    catalog = Catalog([places.boards()])
    return [mcu.title for name in catalog.names("mcu") if not (mcu := catalog.mcu(name)).simulated]


def written(page: str, text: str, place: str) -> str:
    """Return `page` with the table between its two marks. Raises ConfigError: it has no such marks."""
    before, begin, rest = page.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ConfigError("the page has no place for the figures", place=place, cure=f"put in {BEGIN} and {END}")
    return f"{before}{BEGIN}\n{text}\n{END}{after}"


def _newest(runs: Sequence[Run], column: Column) -> Seen | None:
    rung, mcu = column
    fits: list[tuple[str, Run, list[Case]]] = []
    for run in runs:
        for name, rig in run.rigs.items():
            if rig.rung == rung and _is(rig, mcu):
                fits.append((run.began, run, [case for case in run.tests if case.rig == name]))
    if not fits:
        return None
    _, run, cases = max(fits, key=lambda fit: fit[0])
    return run, cases


def _is(rig: RigSeen, mcu: str) -> bool:
    return not mcu or rig.mcu == mcu


def _suites(seen: Iterable[Seen | None]) -> list[str]:
    return sorted({case.suite for each in seen if each for case in each[1]})


def _figures(seen: Iterable[Seen | None], suite: str) -> list[tuple[str, str]]:
    found: dict[tuple[str, str], None] = {}
    for each in seen:
        for case in each[1] if each else ():
            if case.suite == suite:
                found |= {(case.node, figure.name): None for figure in case.last.measured}
    return list(found)


def _when(seen: Seen | None) -> str:
    if seen is None:
        return EMPTY
    run = seen[0]
    load = f"load {words.number(run.versions.load)}" if run.versions.load else ""
    return ", ".join(part for part in (run.began[:10], run.versions.host, load, run.signed_off_by) if part)


def _passed(seen: Seen | None, suite: str) -> str:
    cases = [case for case in seen[1] if case.suite == suite] if seen else []
    ran = [case for case in cases if case.outcome not in ("skipped", "blocked")]
    passed = sum(case.outcome == "passed" for case in ran)
    notes = {
        "at a later try": sum(case.cause == "flaky" for case in cases),
        "more in part": sum(case.outcome == "skipped" and bool(case.last.measured) for case in cases),
    }
    if not ran:
        return EMPTY
    return ", ".join([f"{passed} of {len(ran)}", *(f"{count} {what}" for what, count in notes.items() if count)])


def _cell(seen: Seen | None, column: Column, node: str, name: str) -> str:
    for case in seen[1] if seen else ():
        for figure in case.last.measured:
            if (case.node, figure.name) == (node, name):
                return _told(figure, column)
    return EMPTY


def _told(figure: Measured, column: Column) -> str:
    text = words.figure(figure).replace("|", "\\|")
    return f"({text})" if figure.work and column[0] != "board" else text


def _line(head: str, cells: Sequence[str]) -> str:
    return "| " + " | ".join([head, *cells]) + " |"
