# SPDX-License-Identifier: Apache-2.0
"""The ends of the loop that a device has of its own: its display, the finger on it, and its voice."""

from __future__ import annotations

import asyncio
import time
from typing import Final

from phosphene.condition import Condition
from phosphene.console.pressing import press
from phosphene.console.screen import Screen
from phosphene.console.viewer import Person
from phosphene.moment import Moment
from phosphene.painter.scene import Scene
from phosphene.painter.text_tree import touched
from phosphene.policy.decision import Action
from phosphene.screens.screen import Screen as Display
from phosphene.sound.chimes import Chime
from phosphene.sound.spoken import Why
from phosphene.sound.voice import Voice
from phosphene.touch.protocol import Phase, Touch

OLD_S: Final = 2.0
"""A picture of something else than what is wished, for so long, is taken off: it must not look alive."""
_CHIMES: Final = {
    Condition.BOARD_SILENT: Chime.LOST_BOARD,
    Condition.BOARD_RESET: Chime.RESET_BOARD,
    Condition.MUTED: Chime.MUTED,
    Condition.ACCELERATOR: Chime.STALLED,
    Condition.OVERLOADED: Chime.OVERLOADED,
    Condition.BLIND: Chime.BLIND,
    Condition.DEAF: Chime.DEAF,
}


class Displaying:
    """Hands the newest picture to the display at every tick, which shows the display that the loop lives, and each new
    one at once: nobody waits for a tick to see it.
    """

    def __init__(self, screen: Screen, display: Display) -> None:
        self._screen = screen
        self._display = display
        self._lived_s = 0.0

    def take(self, moment: Moment) -> None:
        """Show the newest picture, or nothing where it is too old to be believed."""
        self._lived_s = time.monotonic()
        self._show()

    def fresh(self) -> None:
        """A new picture is there; it is shown if the loop still goes round."""
        if time.monotonic() - self._lived_s < OLD_S:
            self._show()

    def _show(self) -> None:
        shown = self._screen.newest
        if shown is None or shown.painted is None or self._screen.late_s > OLD_S:
            self._display.blank()
        else:
            self._display.show(shown.painted.frame)


class Finger:
    """Turns touches on the display into choices of the picture that is under them. Called from any thread."""

    def __init__(self, screen: Screen, person: Person) -> None:
        self._screen = screen
        self._person = person
        self._loop = asyncio.get_running_loop()

    def __call__(self, touch: Touch) -> None:
        """Take a touch; a choice is made when the finger comes down."""
        if touch.phase is Phase.DOWN:
            self._loop.call_soon_threadsafe(self._press, touch.x, touch.y)

    def _press(self, x: int, y: int) -> None:
        shown = self._screen.newest
        node = touched(shown.painted.tree, x, y) if shown is not None and shown.painted is not None else None
        if shown is not None and node is not None:
            press(self._screen, self._person, node.key, shown.number)


class Speaking:
    """Says what is shown, and sounds what is wrong."""

    def __init__(self, voice: Voice) -> None:
        self._voice = voice
        self._before: Scene | None = None
        self._wrong: frozenset[Condition] = frozenset()
        self._asked = False

    def take(self, moment: Moment) -> None:
        """Say what is new in a finished moment."""
        wrong = moment.sensed.conditions | (frozenset() if moment.sensed.board else {Condition.BOARD_SILENT})
        for condition in wrong ^ self._wrong:
            if condition in _CHIMES:
                (self._voice.chime if condition in wrong else self._voice.over)(_CHIMES[condition])
        self._wrong = frozenset(wrong)
        if any(hop.words for hop in moment.sensed.heard) or moment.sensed.touched:
            self._voice.hush()
        # What was asked for is answered when its proof comes, a few ticks after the decision.
        self._asked = self._asked or moment.decision.action is not Action.WAIT
        scene = moment.screenful.scene if moment.screenful is not None else None
        if scene is None or scene == self._before:
            return
        answered = self._asked and (bool(moment.proof.facts) or moment.wish is None)
        self._voice.tell(self._before, scene, Why.ASKED if answered else Why.CAME)
        self._asked = self._asked and not answered
        self._before = scene
