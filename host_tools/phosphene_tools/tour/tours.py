# SPDX-License-Identifier: Apache-2.0
"""The scripted visitor comes when nobody has been here for a while, and leaves as soon as somebody is."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from phosphene.console.screen import Screen
from phosphene.console.sensing import Sensing
from phosphene.errors import PhospheneError
from phosphene.loop.outputs import Finger
from phosphene.loop.supervisor import Supervisor
from phosphene.senses.perceived import Sense
from phosphene_tools.ports import RigPort
from phosphene_tools.rig_up import RigUp
from phosphene_tools.tour.acts import ACTS
from phosphene_tools.tour.guests import Guests
from phosphene_tools.tour.room import Room
from phosphene_tools.tour.script import Act
from phosphene_tools.tour.visit import Caption, Visitor
from phosphene_tools.tour.voice import Voice
from phosphene_tools.tour.world import World

_LOOK_S: Final = 0.1


@dataclass(frozen=True, slots=True)
class Plan:
    """When tours begin: `after_s` without anybody, and again after so long; `again_s` 0 is never again. On a simulated
    board that was there before, and so may be somebody's, only with `others`. `acts` are the script, `looks` stretches
    its pauses, and without `talks` every sentence is typed.
    """

    after_s: float = 20.0
    again_s: float = 600.0
    others: bool = False
    acts: Sequence[Act] = ACTS
    looks: float = 1.0
    talks: bool = True


class Tours:
    """The tours of one device, none without a plan. `say` takes each thing that happens, for log and trace."""

    def __init__(
        self,
        plan: Plan | None,
        supervisor: Supervisor,
        screen: Screen,
        sensing: Sensing,
        say: Callable[[str], None],
    ) -> None:
        self.on = False
        """Whether the scripted visitor is here."""
        self.guests = Guests(supervisor)
        """Real people: takes in the supervisor's place what pages and panels bring."""
        self.outcomes: dict[str, str] = {}
        """What went wrong in each act of the last tour, empty where nothing did."""
        self._plan = plan
        self._supervisor = supervisor
        self._screen = screen
        self._sensing = sensing
        self._say = say

    async def run(self, up: RigUp) -> None:
        """Let the visitor come whenever nobody is here; until cancelled."""
        plan = self._plan if up.simulator is not None or (self._plan is not None and self._plan.others) else None
        after_s = plan.after_s if plan is not None else 0.0
        while plan is not None and after_s:
            await self._nobody_for(after_s)
            after_s = plan.again_s if await self._visited(plan, up.port) else 0.0
        await asyncio.get_running_loop().create_future()

    async def _nobody_for(self, seconds: float) -> None:
        since_s = time.monotonic()
        while time.monotonic() - max(since_s, self.guests.last_s) < seconds or self._somebody() or self._busy():
            if self._somebody():
                since_s = time.monotonic()
            await asyncio.sleep(_LOOK_S)

    def _somebody(self) -> bool:
        """Whether a real person's camera or microphone is in use."""
        using = self._sensing.senses.using
        return using is not None and using.owner is not None

    def _busy(self) -> bool:
        """Whether the device isn't there, or does something for somebody."""
        loop = self._supervisor.loop
        if loop is None or not loop.moment.sensed.board:
            return True
        return bool(loop.moment.dialogue.running or loop.moment.dialogue.ringing)

    async def _visited(self, plan: Plan, port: RigPort) -> bool:
        """Let the visitor come once. Return whether they could."""
        try:
            world = World(port)
            if timers := await world.timers():
                self._say(f"no tour: timers are set: {timers}")
                return True
        except PhospheneError as error:
            self._say(f"no tour: {error}")
            return False
        room, voice = Room(), Voice()
        self.guests.came.clear()
        self._say("the scripted visitor comes: touch or type anything to take over")
        await voice.open()
        if plan.talks and not voice.ready:
            self._say(f"the visitor types, for want of a voice: {voice.why_not}")
        visitor = self._visitor(plan, room, voice, world)
        self.on = True
        try:
            await self._sensing.senses.lend(room.sensors)
            playing = asyncio.create_task(visitor.play(plan.acts))
            watching = asyncio.create_task(self._real_person())
            await asyncio.wait({playing, watching}, return_when=asyncio.FIRST_COMPLETED)
            watching.cancel()
            if playing.done():
                self.outcomes = playing.result()
                failed = sum(map(bool, self.outcomes.values()))
                self._say(f"the tour is over{f': {failed} acts were left out' if failed else ''}")
            else:
                self._say("somebody is here: the device is theirs")
                playing.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await playing
        finally:
            self.on = False
            self.guests.caption = Caption()
            voice.close()
            await asyncio.shield(self._sensing.senses.lend(None))
        return True

    async def _real_person(self) -> None:
        while not self.guests.came.is_set() and not self._somebody():
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self.guests.came.wait(), _LOOK_S)

    def _visitor(self, plan: Plan, room: Room, voice: Voice, world: World) -> Visitor:
        return Visitor(
            screen=self._screen,
            room=room,
            voice=voice,
            world=world,
            finger=Finger(self._screen, self._supervisor),
            types=self._supervisor.typed,
            hears=lambda: self._sensing.ready.get(Sense.HEARING) == "",
            quiet_at_s=self._supervisor.speaking_until_s,
            tell=self._tell,
            note=self._say,
            looks=plan.looks,
            talks=plan.talks,
        )

    def _tell(self, caption: Caption) -> None:
        self.guests.caption = caption
