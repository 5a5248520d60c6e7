# SPDX-License-Identifier: Apache-2.0
"""The whole tour, on the device as it is: what came to stand on the screen, and what flowed, as the world saw it."""

from __future__ import annotations

from itertools import groupby

import pytest

from phosphene.trace.reader import Trace
from phosphene_tools.boards import load_rig
from phosphene_tools.tour.acts import ACTS
from phosphene_tools.tour.script import Deed, How
from phosphene_tools.tour.visit import LEAST_S
from tests.tour.conftest import PUMP, Tour
from tests.tour.visited import END

pytestmark = [pytest.mark.slow, pytest.mark.timeout(240)]

ML_PER_S = 20.0
"""What the rig's pump lets flow: half of what its meter can count."""
PULSE_ML = 1000 / 5000


def test_every_act_is_played_to_its_end(tour: Tour) -> None:
    assert tour.visited.tour()[-1] == END
    assert [note.text for note in Trace(tour.trace).notes() if note.text in {act.about for act in ACTS}] == [
        act.about for act in ACTS
    ]


def test_the_dose_flowed_once_and_as_much_as_the_screen_said(tour: Tour) -> None:
    assert {output.name: output.pin for output in load_rig("sim").wiring.outputs}["pump"] == PUMP
    assert [edge.level for edge in tour.pump][:2] == [1, 0], "it went on, and off"
    flowed_ml = sum(
        (off.time_us - on.time_us) / 1e6 * ML_PER_S for on, off in zip(tour.pump[::2], tour.pump[1::2], strict=True)
    )
    facts = [fact for frame in Trace(tour.trace).frames() for fact in frame.scene.facts]
    (poured,) = {fact.value for fact in facts if fact.key.endswith(".min_ml") and fact.value != "0"}
    assert abs(flowed_ml - float(poured)) <= 2 * PULSE_ML
    assert 0 < flowed_ml < 200


def test_the_pump_had_stopped_itself_and_did_not_go_on_again(tour: Tour) -> None:
    plugged_s = tour.visited.when(_caption(Deed.PLUGS_CABLE)) + LEAST_S  # it is announced so long before
    assert tour.pump[-1].level == 0
    assert tour.pump[-1].time_us / 1e6 < plugged_s


def test_no_value_stands_while_the_cable_is_out(tour: Tour) -> None:
    trace = Trace(tour.trace)
    notes = {note.text: note.time_s for note in trace.notes()}
    gone = [frame for frame in trace.frames() if frame.scene.title == "The board does not answer"]
    assert gone
    assert all(not fact.key.startswith(("dispense", "timer")) for frame in gone for fact in frame.scene.facts)
    first_s, plugged_s = gone[0].time_s, notes[_caption(Deed.PLUGS_CABLE)]
    between = [frame for frame in trace.frames() if first_s <= frame.time_s < plugged_s]
    assert {frame.scene.title for frame in between} == {"The board does not answer"}


def test_what_is_said_can_be_told_from_the_trace(tour: Tour) -> None:
    typed = [line for moment in Trace(tour.trace).moments() for line in moment.sensed.typed]
    touched = [key for moment in Trace(tour.trace).moments() for key in moment.sensed.touched]
    steps = [step for act in ACTS for step in act.steps]
    # Where the device was too slow to heed a line, the visitor typed it once more.
    assert [line for line, _ in groupby(typed)] == [
        step.typed or step.what for step in steps if step.how in (How.SAYS, How.TYPES)
    ]
    assert len(touched) >= sum(step.how is How.TOUCHES for step in steps) - 1, "a page is the screen's own"


def _caption(deed: Deed) -> str:
    return next(step.told for act in ACTS for step in act.steps if step.what == deed)
