# SPDX-License-Identifier: Apache-2.0
"""Keeps camera and microphone closed unless the board's lights say that they are open and nobody has muted them."""

from __future__ import annotations

import asyncio
import contextlib
import time
from typing import Final

from phosphene.errors import LineError
from phosphene.exact import Coprocessor
from phosphene.privacy.lights import STATE, Lights, Muted
from phosphene.senses.senses import Senses
from phosphene.together import together

WAKING: Final = "the board has not answered yet, so its lights can't tell that they are on"
_SILENT: Final = "the board does not answer, so its lights can't tell that they are on"
_ENDS: Final = "the device ends"
_AGAIN_S: Final = 0.5
"""How often the lights are told anew."""
_UNTOLD_S: Final = 2.0
"""A board that was silent for so long may be without power, and its lights dark: the sensors are closed."""
_MUTED: Final[dict[Muted, str]] = {
    "switch": "muted by the switch on the device",
    "host": "muted on the console's page",
}


class Keeper:
    """Opens and shuts the senses as the board's answers allow. `senses` begin shut, and have the lights tell."""

    def __init__(self, lights: Lights, senses: Senses) -> None:
        self.lights = lights
        lights.may_be_open = senses.may_be_open
        self._senses = senses
        self._wish = False
        """Somebody muted here, and the board does not keep it yet."""
        self._look = asyncio.Event()

    @property
    def muted(self) -> bool:
        """Whether somebody muted them."""
        return self.who != "no"

    @property
    def who(self) -> Muted:
        """Who muted them: the switch, which goes before, or somebody on a page."""
        told = self.lights.told.muted if self.lights.told is not None else "no"
        return "host" if told == "no" and self._wish else told

    async def run(self, mcu: Coprocessor) -> None:
        """Keep them with this board until cancelled; then they are closed, and the lights dark."""
        try:
            if await self.lights.meet(mcu):
                await together(self._hear(mcu), self._keep())
            else:
                await self._keep()
        finally:
            await self._senses.shut(_ENDS)

    async def mute(self, *, on: bool) -> None:
        """Mute, at once and whether or not there is a board; or undo what was muted in this way.

        Undoing raises LineError when the board doesn't answer, and Forbidden when the switch muted.
        """
        self._wish = on
        if on:
            await self._senses.shut(_MUTED["host"])
            with contextlib.suppress(LineError):  # it will be told when it answers
                await self._tell_wish()
        else:
            await self.lights.mute(on=False)
        self._look.set()

    async def _hear(self, mcu: Coprocessor) -> None:
        async with mcu.events(STATE) as events:
            async for _ in events:
                # Whatever it was, also that some were lost: the board is asked.
                self._look.set()

    async def _keep(self) -> None:
        told_s = time.monotonic()
        while True:
            self._look.clear()
            try:
                await self._tell_wish()
                told_s = time.monotonic()
                await self._heed()
            except LineError:
                if time.monotonic() - told_s > _UNTOLD_S:
                    await self._senses.shut(_SILENT)
            try:
                async with asyncio.timeout(_AGAIN_S):
                    await self._look.wait()
            except TimeoutError:
                pass

    async def _tell_wish(self) -> None:
        """Tell the board what may be open, and have it keep what was wished here."""
        kept = self._wish and await self.lights.mute(on=True)
        await self.lights.show()
        if kept:
            self._wish = False

    async def _heed(self) -> None:
        if self.muted:
            await self._senses.shut(_MUTED[self.who])
        else:
            await self._senses.open()
