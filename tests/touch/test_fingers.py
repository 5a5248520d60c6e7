# SPDX-License-Identifier: Apache-2.0
"""One finger out of the kernel's events, in the order in which real panels send them."""

from __future__ import annotations

from phosphene.touch.fingers import (
    ABS_X,
    ABS_Y,
    BTN_TOUCH,
    EV_ABS,
    EV_KEY,
    EV_SYN,
    MT_ID,
    MT_SLOT,
    MT_X,
    MT_Y,
    SYN_DROPPED,
    SYN_REPORT,
    Fingers,
    Point,
    State,
)

PRESSURE, TOOL_TYPE = 0x18, 0x37


class Panel:
    """Sends reports, each ended as the kernel does."""

    def __init__(self, *, slots: bool, state: State | None = None) -> None:
        self.fingers = Fingers(state or (State([-1] * 3, [0] * 3, [0] * 3) if slots else State()), slots=slots)

    def report(self, *changes: tuple[int, int]) -> list[Point] | None:
        points: list[Point] = []
        for code, value in changes:
            kind = EV_KEY if code == BTN_TOUCH else EV_ABS
            points += self.fingers.take(kind, code, value) or []
        last = self.fingers.take(EV_SYN, SYN_REPORT, 0)
        return None if last is None else points + last


def test_a_resistive_panel() -> None:
    panel = Panel(slots=False)
    assert panel.report((BTN_TOUCH, 1), (ABS_X, 300), (ABS_Y, 200), (PRESSURE, 80)) == [Point(300, 200, down=True)]
    assert panel.report((ABS_X, 310)) == [Point(310, 200, down=True)]
    assert panel.report((PRESSURE, 70)) == []
    assert panel.report((BTN_TOUCH, 0), (PRESSURE, 0)) == [Point(310, 200, down=False)]
    # At the same x: the kernel doesn't repeat it.
    assert panel.report((BTN_TOUCH, 1), (ABS_Y, 90)) == [Point(310, 90, down=True)]


def test_the_first_of_several_fingers_until_it_is_lifted() -> None:
    panel = Panel(slots=True)
    assert panel.report((MT_ID, 40), (MT_X, 10), (MT_Y, 20), (BTN_TOUCH, 1), (ABS_X, 10)) == [Point(10, 20, down=True)]
    assert panel.report((MT_SLOT, 1), (MT_ID, 41), (MT_X, 500), (MT_Y, 600)) == []
    assert panel.report((MT_X, 501), (MT_SLOT, 0), (MT_Y, 21)) == [Point(10, 21, down=True)]
    assert panel.report((MT_ID, -1)) == [Point(10, 21, down=False)]
    # The second is still there, but didn't come down on anything that it could mean now.
    assert panel.report((MT_SLOT, 1), (MT_X, 502)) == []
    assert panel.report((MT_SLOT, 2), (MT_ID, 42), (MT_X, 7), (MT_Y, 8)) == [Point(7, 8, down=True)]


def test_a_finger_that_is_replaced_within_a_report() -> None:
    panel = Panel(slots=True)
    panel.report((MT_ID, 40), (MT_X, 10), (MT_Y, 20))
    assert panel.report((MT_ID, 41), (MT_X, 90)) == [Point(10, 20, down=False), Point(90, 20, down=True)]


def test_a_finger_that_was_there_first_is_ignored() -> None:
    panel = Panel(slots=True, state=State([7, -1], [10, 0], [20, 0]))
    assert panel.report((MT_X, 11)) == []
    assert panel.report((MT_ID, -1)) == []
    # Its slot remembers x: only y is sent.
    assert panel.report((MT_ID, 8), (MT_Y, 30)) == [Point(11, 30, down=True)]
    single = Panel(slots=False, state=State([0], [10], [20]))
    assert single.report((ABS_X, 11)) == []
    assert single.report((BTN_TOUCH, 0)) == []
    assert single.report((BTN_TOUCH, 1)) == [Point(11, 20, down=True)]


def dropped(panel: Panel) -> None:
    assert panel.fingers.take(EV_SYN, SYN_DROPPED, 0) == []
    # What comes until the next report belongs to what was lost.
    assert panel.fingers.take(EV_ABS, MT_X, 9999) == []
    assert panel.fingers.take(EV_SYN, SYN_REPORT, 0) is None


def test_lost_events_while_the_finger_stays() -> None:
    panel = Panel(slots=True)
    panel.report((MT_ID, 40), (MT_X, 10), (MT_Y, 20))
    dropped(panel)
    assert panel.fingers.resume(State([40, 41, -1], [15, 1, 0], [20, 1, 0], 1)) == [Point(15, 20, down=True)]
    assert panel.report((MT_X, 2)) == []  # of slot 1
    assert panel.report((MT_SLOT, 0), (MT_ID, -1)) == [Point(15, 20, down=False)]


def test_lost_events_in_which_it_was_lifted() -> None:
    panel = Panel(slots=True)
    panel.report((MT_ID, 40), (MT_X, 10), (MT_Y, 20))
    dropped(panel)
    assert panel.fingers.resume(State([41, -1, -1], [70, 0, 0], [80, 0, 0])) == [Point(10, 20, down=False)]
    assert panel.report((MT_X, 71)) == []
    single = Panel(slots=False)
    single.report((BTN_TOUCH, 1), (ABS_X, 5), (ABS_Y, 6))
    dropped(single)
    assert single.fingers.resume(State([0], [8], [6])) == [Point(8, 6, down=True)]
    dropped(single)
    assert single.fingers.resume(State([-1], [8], [6])) == [Point(8, 6, down=False)]
    assert single.report((BTN_TOUCH, 1)) == [Point(8, 6, down=True)]


def test_an_unplugged_panel_lifts_the_finger_once() -> None:
    panel = Panel(slots=True)
    panel.report((MT_ID, 40), (MT_X, 10), (MT_Y, 20), (TOOL_TYPE, 0))
    assert panel.fingers.lift() == [Point(10, 20, down=False)]
    assert panel.fingers.lift() == []
