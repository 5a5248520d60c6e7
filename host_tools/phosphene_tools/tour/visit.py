# SPDX-License-Identifier: Apache-2.0
"""One visit: a script played, step by step, each held against what came to stand on the screen."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from phosphene.console.screen import Screen
from phosphene.errors import PhospheneError
from phosphene.painter.text_tree import Node
from phosphene.touch.protocol import Phase, Touch
from phosphene_tools.tour.room import Room
from phosphene_tools.tour.script import HOME, Act, Deed, How, Stands, Step
from phosphene_tools.tour.standing import button_of, choices_of, in_words, missing, title_of
from phosphene_tools.tour.voice import Voice
from phosphene_tools.tour.world import World

_LEADS_HOME: Final = ("Tasks", "No", "Cancel", "Stop")
"""Buttons that lead away from what a failed act left on the screen."""
_MOST_TOUCHES: Final = 6
_SETTLE_S: Final = 1.5
_AGAIN_S: Final = 4.0
_READY_S: Final = 10.0
_READ_S: Final = 6.0
"""For reading what an act is about."""
LEAST_S: Final = 0.3
"""Nobody is quicker than this: what is answered sooner was not read, and a yes to it doesn't count."""
_REACH_S: Final = 0.8
"""From what is told of a step to the step itself: whoever watches looks where it happens."""


class Missed(PhospheneError):
    """What had to come to stand on the screen didn't."""


@dataclass(frozen=True, slots=True)
class Caption:
    """What those who watch are told: about which act, and what is done now. `touched` is the key of what is touched."""

    act: str = ""
    about: str = ""
    now: str = ""
    touched: str = ""


@dataclass(slots=True)
class Visitor:
    """Who visits: what they can do, through the protocols that sensors, fingers and keyboards have.

    `finger` takes touches and `types` lines, both as from anybody. `hears` says whether spoken words are heard now;
    `quiet_at_s` is until when the device itself speaks, on the monotonic clock. `looks` stretches all pauses.
    """

    screen: Screen
    room: Room
    voice: Voice
    world: World
    finger: Callable[[Touch], None]
    types: Callable[[str], None]
    hears: Callable[[], bool]
    quiet_at_s: Callable[[], float]
    tell: Callable[[Caption], None]
    note: Callable[[str], None]
    looks: float = 1.0
    talks: bool = True

    @property
    def nodes(self) -> Sequence[Node]:
        """What stands on the screen; nothing while it can't be painted."""
        shown = self.screen.newest
        return shown.painted.tree if shown is not None and shown.painted is not None else ()

    @property
    def _at_home(self) -> bool:
        return not missing(self.nodes, HOME)

    async def play(self, acts: Sequence[Act]) -> dict[str, str]:
        """Play the acts, and return for each what went wrong, empty where nothing did. Whatever happens, things are put
        back as they were.
        """
        outcomes: dict[str, str] = {}
        try:
            await self._go_home()
            for act in acts:
                outcomes[act.name] = await self._act(act)
            return outcomes
        finally:
            self.room.hush()
            self.room.somebody = False
            self.tell(Caption())
            await asyncio.shield(self.world.restore())

    async def _act(self, act: Act) -> str:
        """Play one act; one that fails is left, with a line that says why, and the way home is looked for."""
        try:
            self.tell(Caption(act.name, act.about))
            self.note(act.about)
            await asyncio.sleep(_READ_S * self.looks)
            for step in act.steps:
                await self._step(act, step)
        except PhospheneError as error:
            self.note(f"left out the rest of “{act.name}”: {error}")
            await self.world.restore()
            await self._go_home()
            return str(error)
        return ""

    async def _step(self, act: Act, step: Step) -> None:
        spoken = step.how is How.SAYS and self.talks and self.voice.ready and self.hears()
        if step.how is How.SAYS and not spoken:
            step = replace(step, how=How.TYPES, what=step.typed)
        before, at_home = title_of(self.nodes), self._at_home
        await self._announce(act, step)
        await self._do(step)
        if spoken and not await self._comes(step.stands, step.within_s):
            # Not heard, or not understood: whoever isn't, types.
            self.note(f"“{step.what}” was not understood: {in_words(self.nodes)}")
            if at_home:
                await self._go_home()
            step, before = replace(step, how=How.TYPES, what=step.typed), title_of(self.nodes)
            await self._announce(act, step)
            await self._do(step)
        tries = step.how in (How.TYPES, How.TOUCHES) and not await self._comes(step.stands, _AGAIN_S)
        if tries and title_of(self.nodes) == before:
            # The screen changed under the finger, or the device was too slow to heed it.
            await self._do(step)
        if not await self._comes(step.stands, step.within_s):
            lacks = missing(self.nodes, step.stands)
            raise Missed(f"{lacks} did not come; there stood {in_words(self.nodes)}", place=f"{act.name}, {step.told}")
        await asyncio.sleep(step.look_s * self.looks)

    async def _announce(self, act: Act, step: Step) -> None:
        touched = button_of(self.nodes, step.what) if step.how is How.TOUCHES else None
        self.tell(Caption(act.name, act.about, step.told, touched.key if touched is not None else ""))
        self.note(step.told)
        await asyncio.sleep(max(_REACH_S * self.looks, LEAST_S))

    async def _do(self, step: Step) -> None:
        match step.how:
            case How.SAYS:
                await self._say(step.what)
            case How.TYPES:
                self.types(step.what)
            case How.TOUCHES:
                self._touch(step.what)
            case How.DOES:
                await self._deeds()[Deed(step.what)]()
            case How.WATCHES:
                pass

    async def _say(self, text: str) -> None:
        sound = await self.voice.sound(text)
        if sound is None:
            return  # then nothing comes, and it is typed
        while (left := self.quiet_at_s() - time.monotonic()) > 0:
            await asyncio.sleep(left)
        await asyncio.sleep(self.room.say(sound))

    def _touch(self, text: str) -> None:
        """Put a finger on the middle of a button, and lift it."""
        button = button_of(self.nodes, text)
        if button is None:
            raise Missed(f"there is no {text!r} to touch", place=in_words(self.nodes))
        left, top, width, height = button.box
        now = time.monotonic()
        for phase in (Phase.DOWN, Phase.UP):
            self.finger(Touch(left + width // 2, top + height // 2, phase, now))

    def _deeds(self) -> dict[Deed, Callable[[], Awaitable[None]]]:
        return {
            Deed.COMES: self._come,
            Deed.LEAVES: self._leave,
            Deed.TURNS_KEY: self.world.arm,
            Deed.TAKES_KEY: self.world.disarm,
            Deed.OPENS_DOOR: lambda: self.world.open("door"),
            Deed.PULLS_CABLE: self.world.pull_cable,
            Deed.PLUGS_CABLE: self.world.plug_cable,
        }

    async def _come(self) -> None:
        """Be seen, and wait a while for the ears to be ready."""
        self.room.somebody = True
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_READY_S):
                while self.talks and self.voice.ready and not self.hears():
                    await asyncio.sleep(0.1)

    async def _leave(self) -> None:
        self.room.somebody = False

    async def _comes(self, wanted: Stands, within_s: float) -> bool:
        """Wait until it stands there. Return whether it came in time."""
        with self.screen.looking() as fresh:
            try:
                async with asyncio.timeout(within_s):
                    while missing(self.nodes, wanted):
                        await fresh.wait()
                        fresh.clear()
            except TimeoutError:
                return False
        return True

    async def _go_home(self) -> None:
        for _ in range(_MOST_TOUCHES):
            if self._at_home:
                return
            button = next((text for text in _LEADS_HOME if text in choices_of(self.nodes)), None)
            if button is not None:
                self._touch(button)
            await self._comes(HOME, _SETTLE_S)
