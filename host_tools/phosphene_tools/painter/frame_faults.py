# SPDX-License-Identifier: Apache-2.0
"""Injects faults into right frames and counts those that the gate lets pass."""

from __future__ import annotations

from typing import Final

import numpy as np

from phosphene.painter import gate
from phosphene.painter.finding import Kind
from phosphene_tools.painter.case import Case
from phosphene_tools.painter.faults import Subject, wrong
from phosphene_tools.painter.tally import Tally

_MOST_NOTES: Final = 5


def subject_of(case: Case) -> Subject:
    """Return the page and its raw frame, for faults to be put into."""
    return Subject(case.arrangement, case.colours, case.painted.grid, case.painter.atlas, case.raw())


def inject(tally: Tally, case: Case, each: int) -> None:
    """Make `each` frames of every class that are wrong in one way, and count, as `faults.<class>`, those missed."""
    arrangement, grid, atlas, reader = case.arrangement, case.painted.grid, case.painter.atlas, case.painter.reader
    subject = subject_of(case)
    if gate.check(subject.frame, arrangement, case.colours, grid, atlas, reader=reader):
        # A frame that is wrong already would let any fault be found.
        return
    rng = np.random.default_rng((case.sample.number, 0xFA))
    for kind in Kind:
        for _ in range(each):
            damaged = wrong(kind, subject, rng, case.painter.renderer)
            if damaged is None:
                continue
            missed = not gate.check(damaged, arrangement, case.colours, grid, atlas, reader=reader)
            tally.look(f"faults.{kind}", missed)
            if missed and len(tally.notes) < _MOST_NOTES:
                tally.notes.append(f"frame {case.sample.number}: a fault of class {kind} passed")
