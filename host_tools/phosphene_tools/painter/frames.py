# SPDX-License-Identifier: Apache-2.0
"""Paints held-out scenes and counts what came of each frame: before the gate, after it, and in the eyes of judges."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Final

import numpy as np

from phosphene.painter import gate
from phosphene.painter.charset import SceneError
from phosphene.painter.composite import frame as exact_frame
from phosphene.painter.finding import Finding, Kind
from phosphene.painter.painted import PaintError
from phosphene.painter.placement import Arrangement, Role
from phosphene_tools.painter import held_out, widget_mask
from phosphene_tools.painter.case import Case, paint
from phosphene_tools.painter.faults import wrong
from phosphene_tools.painter.frame_faults import inject, subject_of
from phosphene_tools.painter.judge import ONE_LINE, RapidOcr, Tesseract
from phosphene_tools.painter.numbers_read import numbers
from phosphene_tools.painter.tally import Tally
from phosphene_tools.painter.verdict import judged

# What says that a string was not painted as it is written.
_TEXT: Final = frozenset({Kind.GLYPH, Kind.STROKE, Kind.SIGN, Kind.CONTRAST, Kind.STALE})
_TESSERACT_SCALE: Final = 4.0
_MOST_NOTES: Final = 20
# Into every so manieth judged frame wrong digits are put, to see whether the judge sees any.
_JUDGE_TESTED: Final = 4


@dataclass(frozen=True, slots=True)
class Orders:
    """What to do with the frames `first` to `first + count`: every `judge_every`-th is judged, every
    `tesseract_every`-th is read by Tesseract too, and into every `damage_every`-th `faults` of each class are injected;
    0 for none.
    """

    seed: int
    first: int
    count: int
    judge_every: int = 0
    tesseract_every: int = 0
    damage_every: int = 0
    faults: int = 1


def measure(orders: Orders) -> Tally:
    """Paint and count; runs in a process of its own."""
    tally = Tally()
    for number in range(orders.first, orders.first + orders.count):
        sample = held_out.sample(orders.seed, number)
        for _ in range(sample.passed_over):
            tally.look("refused", True)
        try:
            case = paint(sample)
        except (SceneError, PaintError) as error:
            # Nothing is shown, and nothing of it counts as right.
            tally.look("refused", True)
            tally.notes.append(f"frame {number}: {error}")
            continue
        tally.look("refused", False)
        _count(tally, case)
        if _due(number, orders.judge_every):
            _judge(tally, case)
        if _due(number, _JUDGE_TESTED * orders.judge_every):
            _test_the_judge(tally, case)
        if _due(number, orders.tesseract_every):
            _read_by_tesseract(tally, case)
        if _due(number, orders.damage_every):
            inject(tally, case, orders.faults)
    return tally


def _due(number: int, every: int) -> bool:
    return every > 0 and number % every == 0


def _count(tally: Tally, case: Case) -> None:
    outcome, arrangement = case.painted.outcome, case.arrangement
    tally.counts["frames"] += 1
    tally.look("plain", outcome.plain)
    tally.look("overlaid", bool(outcome.overlaid))
    tally.look("repainted", outcome.tries > 1)
    raw, atlas = case.raw(), case.painter.atlas
    # What the first look found, where it found something; else the frame without its overlays is read, so that
    # critical values count as they were painted.
    found = outcome.found or tuple(
        gate.check(raw, arrangement, case.colours, case.painted.grid, atlas, reader=case.painter.reader)
    )
    for kind in {finding.kind for finding in found}:
        tally.counts[f"found.{kind}"] += 1
    if outcome.plain:
        return
    text, values = _wrong(found, arrangement)
    tally.look("right", not found)
    tally.look("exact", not values)
    tally.look("text", not text)
    for mark in case.unseen:
        tally.look(f"exact {mark}", not values)
    if found and len(tally.notes) < _MOST_NOTES:
        tally.notes.append(f"frame {case.sample.number}: {'; '.join(finding.said for finding in found[:3])}")
    if outcome.overlaid:
        return
    exact = exact_frame(case.painted.grid, atlas)
    error, size = widget_mask.squared_error(raw, exact, widget_mask.mask(arrangement, case.painted.grid))
    tally.sum("widgets", error)
    tally.counts["widgets"] += size


def _wrong(found: tuple[Finding, ...], arrangement: Arrangement) -> tuple[bool, bool]:
    """Return whether any text, and whether any value, was not painted as it is written."""
    runs = [finding.run for finding in found if finding.kind in _TEXT]
    values = [run is None or arrangement.runs[run].role is Role.VALUE for run in runs]
    return bool(runs), any(values)


@cache
def _judges() -> tuple[RapidOcr, Tesseract]:
    return RapidOcr(), Tesseract(ONE_LINE)


def _judge(tally: Tally, case: Case) -> None:
    verdict = judged(case.painted.frame, case.exact(), case.arrangement, *_judges())
    tally.look("wrong shown", bool(verdict.wrong))
    tally.counts["misread.other_scale"] += verdict.other_scale
    tally.counts["misread.other_judge"] += verdict.other_judge
    tally.counts["misread.same_pixels"] += verdict.same_pixels
    if verdict.wrong:
        read = ", ".join(repr(line.text) for line in verdict.wrong)
        tally.notes.append(f"frame {case.sample.number}: the judge reads {read}")


def _test_the_judge(tally: Tally, case: Case) -> None:
    """Show the judge the frame with one to three digits of a value wrong, and count whether it says so."""
    subject = subject_of(case)
    damaged = wrong(Kind.STALE, subject, np.random.default_rng(case.sample.number), case.painter.renderer)
    if damaged is not None:
        tally.look("judge sees", bool(judged(damaged, case.exact(), case.arrangement, *_judges()).wrong))


@cache
def _tesseract() -> Tesseract:
    return Tesseract()


def _read_by_tesseract(tally: Tally, case: Case) -> None:
    """Count the values with digits that Tesseract finds on our frame, and on the teacher's of the same grid."""
    if case.painted.outcome.plain or case.painted.outcome.overlaid:
        return
    values = [run.text for run in case.arrangement.runs if run.role is Role.VALUE and numbers(run.text)]
    tally.counts["tesseract frames"] += 1
    for name, picture in (("painted", case.painted.frame), ("teacher", case.exact())):
        read = numbers(" ".join(line.text for line in _tesseract().read(picture, _TESSERACT_SCALE)))
        for value in values:
            tally.look(f"tesseract {name}", bool(numbers(value) & read))
