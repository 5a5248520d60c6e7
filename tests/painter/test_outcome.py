# SPDX-License-Identifier: Apache-2.0
"""What is told of a frame that only the plain layout could show: every try, and everything that stood in the way."""

from __future__ import annotations

import pytest

from phosphene.painter import gate
from phosphene.painter.finding import Cure, Finding, Kind
from phosphene.painter.painted import PaintError
from phosphene.painter.painter import Painter
from phosphene.painter.panel import Panel
from phosphene.painter.placement import Arrangement, Box
from phosphene.painter.scene import Fact, Scene

SCENE = Scene((Fact("tea", "12.5", "Kettle", "°C"),), title="Tea", seed=4)
PAINTER = Painter.load(Panel())
FOUND = [Finding(Kind.STRAY, "tea", Box(0, 0, 1, 1), Cure.REPAINT, f"look {number}") for number in range(9)]


class Fussy:
    """A gate that also finds something wrong in every layout of the composer's, or in whatever it sees."""

    def __init__(self, *, plain_too: bool = False) -> None:
        self.plain_too = plain_too
        self.looks = 0

    def check(self, frame: object, arrangement: Arrangement, *rest: object, **others: object) -> list[Finding]:
        self.looks += 1
        really = _check(frame, arrangement, *rest, **others)  # type: ignore[arg-type]
        return [*really, FOUND[self.looks]] if self.plain_too or not arrangement.plain else really


_check = gate.check


def test_the_plain_layout_carries_on_what_was_tried_and_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gate, "check", Fussy().check)
    outcome = PAINTER.paint(SCENE).outcome
    assert outcome.plain
    assert outcome.tries == 3
    assert outcome.overlaid == ()
    # Of the second layout, what was still there when it had been written from the table.
    assert [finding.said for finding in outcome.found] == ["look 1", "look 3"]


def test_an_update_that_nothing_else_could_show_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    before = PAINTER.paint(SCENE)
    assert (before.outcome.tries, before.outcome.found) == (1, ())
    monkeypatch.setattr(gate, "check", Fussy().check)
    outcome = PAINTER.update(before, Scene((Fact("tea", "12.6", "Kettle", "°C"),), title="Tea", seed=4)).outcome
    assert (outcome.plain, outcome.tries, len(outcome.found)) == (True, 3, 2)


def test_what_no_layout_can_show_is_an_error_that_names_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gate, "check", Fussy(plain_too=True).check)
    with pytest.raises(PaintError, match="look 5"):
        PAINTER.paint(SCENE)


def test_a_frame_that_passed_can_not_be_written_to() -> None:
    painted = PAINTER.paint(SCENE)
    with pytest.raises(ValueError, match="read-only"):
        painted.frame[0, 0] = 0
