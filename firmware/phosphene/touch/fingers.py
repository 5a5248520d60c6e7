# SPDX-License-Identifier: Apache-2.0
"""From the kernel's input events to one finger; see Documentation/input/multi-touch-protocol.rst of the kernel."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

# linux/input-event-codes.h
EV_SYN, EV_KEY, EV_ABS = 0, 1, 3
SYN_REPORT, SYN_DROPPED = 0, 3
ABS_X, ABS_Y = 0x00, 0x01
MT_SLOT, MT_X, MT_Y, MT_ID = 0x2F, 0x35, 0x36, 0x39
BTN_LEFT, BTN_TOUCH = 0x110, 0x14A
_PRESSED: Final = (BTN_TOUCH, BTN_LEFT)
_NO_FINGER: Final = -1


@dataclass(slots=True)
class State:
    """What a panel says now, which the kernel doesn't repeat when it stays: for each slot, the number of its finger
    (-1 without one) and its place in the panel's numbers; and the slot of which it speaks. A panel of one finger has
    one slot.
    """

    ids: list[int] = field(default_factory=lambda: [_NO_FINGER])
    xs: list[int] = field(default_factory=lambda: [0])
    ys: list[int] = field(default_factory=lambda: [0])
    slot: int = 0


@dataclass(frozen=True, slots=True)
class Point:
    """A place in the panel's numbers, touched or, where not `down`, left."""

    x: int
    y: int
    down: bool


class Fingers:
    """Follows the first finger until it is lifted; others that come meanwhile are ignored until they come again.
    `state` is the panel's at the start: a finger that is on it then isn't known to mean anything, and is ignored.
    """

    def __init__(self, state: State, *, slots: bool) -> None:
        self._slots = slots
        self._state = state
        self._followed: tuple[int, int] | None = None  # slot and number
        self._last = Point(0, 0, down=False)
        self._known = list(state.ids)
        self._presses = 0
        self._dropped = False

    def take(self, kind: int, code: int, value: int) -> list[Point] | None:
        """Take an event, and return what the finger did once a report is whole. None says that events were lost: call
        `resume` with the panel's state.
        """
        if kind == EV_SYN:
            if code == SYN_DROPPED:
                self._dropped = True
            elif code == SYN_REPORT:
                return None if self._dropped else self._report()
        elif not self._dropped:
            self._change(kind, code, value)
        return []

    def resume(self, state: State) -> list[Point]:
        """Go on with the panel's state after events were lost. Fingers that came meanwhile are ignored."""
        self._dropped = False
        if not self._slots and state.ids[0] != _NO_FINGER and self._state.ids[0] != _NO_FINGER:
            state.ids[0] = self._state.ids[0]  # it has no number: still down is taken for the same
        self._state = state
        followed = self._followed
        still_there = followed is not None and state.ids[followed[0]] == followed[1]
        points = self._report() if still_there else self.lift()
        self._known = list(state.ids)
        return points

    def lift(self) -> list[Point]:
        """Return the lifting of the finger, if one is followed: the panel is gone."""
        if self._followed is None:
            return []
        self._followed = None
        return [Point(self._last.x, self._last.y, down=False)]

    def _change(self, kind: int, code: int, value: int) -> None:
        state = self._state
        if self._slots:
            if kind != EV_ABS:
                return
            if code == MT_SLOT:
                state.slot = min(max(value, 0), len(state.ids) - 1)
            elif code == MT_ID:
                state.ids[state.slot] = value
            elif code == MT_X:
                state.xs[state.slot] = value
            elif code == MT_Y:
                state.ys[state.slot] = value
        elif kind == EV_KEY and code in _PRESSED:
            self._presses += 1
            state.ids[0] = self._presses if value else _NO_FINGER
        elif kind == EV_ABS and code == ABS_X:
            state.xs[0] = value
        elif kind == EV_ABS and code == ABS_Y:
            state.ys[0] = value

    def _report(self) -> list[Point]:
        state, points = self._state, list[Point]()
        if self._followed is not None:
            slot, number = self._followed
            if state.ids[slot] != number:
                points += self.lift()
            elif (state.xs[slot], state.ys[slot]) != (self._last.x, self._last.y):
                points.append(self._at(slot))
        if self._followed is None:
            for slot, number in enumerate(state.ids):
                if number not in (_NO_FINGER, self._known[slot]):
                    self._followed = slot, number
                    points.append(self._at(slot))
                    break
        self._known = list(state.ids)
        return points

    def _at(self, slot: int) -> Point:
        self._last = Point(self._state.xs[slot], self._state.ys[slot], down=True)
        return self._last
