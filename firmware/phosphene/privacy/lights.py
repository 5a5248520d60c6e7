# SPDX-License-Identifier: Apache-2.0
"""The lights of camera and microphone and the mute switch, as the board's tasks give them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Literal

from phosphene.errors import LinkLost
from phosphene.exact import Coprocessor
from phosphene.exact.results import Results
from phosphene.senses.perceived import Sense

STATE: Final = "privacy.state"
"""The task whose event tells that somebody muted, or un-muted."""
_SHOW: Final = "privacy.show"
_MUTE: Final = "privacy.mute"
_ANSWER_S: Final = 1.0

Lamp = Literal["none", "dark", "lit"]
Muted = Literal["no", "switch", "host"]


@dataclass(frozen=True, slots=True)
class Told:
    """What the board says: each light (`none`: the rig declares none), whether there is a switch, and who muted."""

    camera: Lamp = "none"
    microphone: Lamp = "none"
    has_switch: bool = False
    muted: Muted = "no"

    @classmethod
    def of(cls, results: Results) -> Told:
        """Return what the results of a task say."""
        return cls(results.camera, results.microphone, results.has_switch, results.muted)


class Lights:
    """One board's. Belongs to one event loop."""

    def __init__(self) -> None:
        self.told: Told | None = None
        """The board's newest answer; None before the first."""
        self.may_be_open: Callable[[], frozenset[Sense]] = frozenset
        """Which sensors may be open now."""
        self._mcu: Coprocessor | None = None
        self._turn = asyncio.Lock()

    async def meet(self, mcu: Coprocessor) -> bool:
        """Use this board. Return whether its firmware knows of lights at all."""
        names = {task.name for task in (await mcu.dictionary()).tasks}
        self._mcu = mcu if {STATE, _SHOW, _MUTE} <= names else None
        if self._mcu is None:
            self.told = Told()
        return self._mcu is not None

    async def show(self) -> Told:
        """Say which sensors may be open; returns what the board has answered. Raises LineError if it doesn't."""
        async with self._turn:
            if self._mcu is None and self.told is None:
                raise LinkLost("the board has not answered yet", place="lights of camera and microphone")
            if self._mcu is not None:
                # Looked up in turn: whoever says it later says what is so then.
                open_now = self.may_be_open()
                said = await self._mcu.call(
                    _SHOW,
                    camera=Sense.SEEING in open_now,
                    microphone=Sense.HEARING in open_now,
                    timeout=_ANSWER_S,
                )
                self.told = Told.of(said)
            assert self.told is not None
            return self.told

    async def mute(self, *, on: bool) -> bool:
        """Have the board keep that the host muted, or undo it. Return whether there is a board that can.

        Raises LineError; Forbidden when it was the switch that muted.
        """
        if self._mcu is None:
            return False
        await self._mcu.call(_MUTE, on=on, timeout=_ANSWER_S)
        return True
