# SPDX-License-Identifier: Apache-2.0
"""The fidelity table: each figure that a test told, on each rung, against its budget and against the other rungs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from phosphene_hil.report import words
from phosphene_hil.report.record import RUNGS, Measured, Run, Rung

Judged = Literal["none", "within", "over", "same", "differs", "desk"]
JUDGED: dict[Judged, str] = {
    "none": "",
    "within": "within its budget",
    "over": "outside its budget",
    "same": "the same as the others",
    "differs": "differs from the others",
    "desk": "desk speed",
}


@dataclass(frozen=True)
class Column:
    """One rig of one run; without a run, the empty column of a rung that nobody has reached."""

    rung: Rung
    rig: str = ""
    run: int | None = None
    mcu: str = ""

    @property
    def title(self) -> str:
        """How the rung is called."""
        return RUNGS[self.rung]


@dataclass(frozen=True)
class Cell:
    """A figure on one rung."""

    measured: Measured
    judged: Judged
    times: float | None = None
    """How many times that of the first column it is, where both are times."""
    first: str = ""
    """What the first column is."""

    @property
    def text(self) -> str:
        """The figure."""
        return words.figure(self.measured)

    @property
    def told(self) -> str:
        """What is said beside it."""
        times = "" if self.times is None else f"{self.times:.2g} × {self.first}"
        return ", ".join(part for part in (JUDGED[self.judged], times) if part)


@dataclass
class Row:
    """One figure of one test; a cell is None where nobody measured it."""

    node: str
    name: str
    budget: str
    work: bool
    many: bool
    """Whether the cells are p50 and p95 of many values."""
    cells: list[Cell | None] = field(default_factory=list[Cell | None])

    @property
    def suite(self) -> str:
        """The test's file."""
        return self.node.partition("::")[0].rpartition("/")[2].removesuffix(".py")

    @property
    def test(self) -> str:
        """The test's name, as a sentence."""
        return words.title(self.node)


def columns(runs: Sequence[Run]) -> list[Column]:
    """Return a column for each rig of each run, from the desk to the hardware; no rung is left out."""
    found: list[Column] = []
    for rung in RUNGS:
        here = [
            Column(rung, name, index, rig.mcu)
            for index, run in enumerate(runs)
            for name, rig in run.rigs.items()
            if rig.rung == rung and any(case.rig == name for case in run.tests)
        ]
        found += here or [Column(rung)]
    return found


def rows(runs: Sequence[Run], across: Sequence[Column]) -> list[Row]:
    """Return a row for each figure that any of the runs has, in the order of the suites' files and of the tests."""
    told: dict[tuple[str, str], dict[int, Measured]] = {}
    for at, column in enumerate(across):
        if column.run is None:
            continue
        for case in runs[column.run].tests:
            if case.rig == column.rig:
                for measured in case.last.measured:
                    told.setdefault((case.node, measured.name), {})[at] = measured
    found = [_row(node, name, cells, across) for (node, name), cells in told.items()]
    return sorted(found, key=lambda row: row.node.partition("::")[0])  # stable: tests keep their order


def _row(node: str, name: str, cells: dict[int, Measured], across: Sequence[Column]) -> Row:
    any_one = next(iter(cells.values()))
    equal = len({words.figure(measured) for measured in cells.values()}) == 1
    row = Row(node, name, words.budget(any_one), any_one.work, any_one.spread is not None)
    first = cells[min(cells)]
    for at, column in enumerate(across):
        measured = cells.get(at)
        if measured is None:
            row.cells.append(None)
        else:
            times = None if measured is first else _times(measured, first)
            judged = judge(measured, column.rung, equal, len(cells))
            row.cells.append(Cell(measured, judged, times, across[min(cells)].title))
    return row


def _times(measured: Measured, first: Measured) -> float | None:
    this, that = _middle(measured), _middle(first)
    if measured.unit not in words.TIMES or this is None or that is None or this <= 0 or that <= 0:
        return None
    return this / that


def _middle(measured: Measured) -> float | None:
    if measured.spread is not None:
        return measured.spread.p50
    return None if isinstance(measured.value, str | bool) else measured.value


def judge(measured: Measured, rung: Rung, equal: bool, count: int) -> Judged:
    """Judge one cell: of `count` that are there, which are `equal` or not."""
    if measured.same and count > 1:
        return "same" if equal else "differs"
    bounds = measured.least, measured.most
    if bounds != (None, None):
        return "within" if within(measured) else "over"
    return "desk" if measured.work and rung != "board" else "none"


def within(measured: Measured) -> bool:
    """Whether the value lies in its budget; of many, the p95 below its top and the least above its bottom."""
    if measured.spread is not None:
        low, high = measured.spread.least, measured.spread.p95
    elif isinstance(measured.value, int | float):
        low = high = float(measured.value)
    else:
        return True
    fits_below = measured.most is None or high <= measured.most
    return fits_below and (measured.least is None or low >= measured.least)
