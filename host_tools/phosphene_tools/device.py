# SPDX-License-Identifier: Apache-2.0
"""`phosphene run` with its console: the board of a rig, a screen that is painted, and the page that shows it."""

from __future__ import annotations

import asyncio
import signal
import webbrowser
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any

from phosphene.console.painting import MakePainter, Paints
from phosphene.console.screen import Screen
from phosphene.console.sensing import Sensing
from phosphene.console.server import Where, serving
from phosphene.console.settings import Settings
from phosphene.desk.desk import Desk
from phosphene.painter.panel import Panel
from phosphene.senses.perceived import Hears, Sees
from phosphene.senses.senses import Senses
from phosphene_tools.attach import attached
from phosphene_tools.monitor.link_payloads import describe
from phosphene_tools.own_sensors import OwnSensors
from phosphene_tools.rig_up import RigUp, rig_up

Say = Callable[[str, str], None]
"""Tells a name, such as `console`, and what there is to say about it."""


def make_painter(panel: Panel) -> Paints[Any]:
    """Return the painter of a panel. Called where it paints: what it imports and loads keeps nobody waiting."""
    from phosphene.painter.painter import Painter

    return Painter.load(panel)


def make_seeing() -> Sees:
    """Return what sees; called in its thread."""
    from phosphene.perception.vision import Seeing

    return Seeing.load()


def make_hearing() -> Hears:
    """Return what hears; called in its thread."""
    from phosphene.perception.audio.hearing import Hearing

    return Hearing.load()


def say(name: str, text: str) -> None:
    """Say it on standard output."""
    print(f"{name:<8}{text}", flush=True)


@dataclass(frozen=True, slots=True)
class Device:
    """What to run. `seconds` None is until it is ended."""

    rig: str
    role: str
    where: Where
    settings: Settings
    seconds: float | None = None
    open_browser: bool = False
    sensors: OwnSensors | None = None
    make: MakePainter = make_painter
    see: Callable[[], Sees] = make_seeing
    hear: Callable[[], Hears] = make_hearing
    say: Say = say

    async def run_until_signalled(self) -> None:
        """`run` until SIGINT or SIGTERM."""
        loop, ended = asyncio.get_running_loop(), asyncio.Event()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, ended.set)
        await self.run(ended)

    async def run(self, ended: asyncio.Event) -> None:
        """Run until `ended` is set or `seconds` have passed.

        Raises ConfigError when the console's port is taken, SensorError for a sensor that can't be named so, LineError
        when the board can't be reached or ends.
        """
        own = self.sensors or OwnSensors()
        own.check()
        screen = Screen(self.make, self.settings)
        desk = Desk(screen)
        sensing = Sensing(Senses(self.see, self.hear, own.make if own else None), screen, desk)
        async with serving(self.where, screen, desk, sensing) as address:
            self.say("console", address)
            if own:
                self.say("senses", str(own))
            if self.open_browser:
                await asyncio.to_thread(webbrowser.open, address)
            await _until_one_ends(screen.run(), sensing.run(), self._board(desk), ended.wait(), seconds=self.seconds)

    async def _board(self, desk: Desk) -> None:
        """Bring the rig up and serve it to the desk; ends with the error of whatever ends first."""
        async with rig_up(self.rig) as up, attached(up.port, self.role, "console") as there:
            where = "started here" if up.simulator else "was there already" if up.simulated else "on its port"
            self.say("rig", f"{up.port.name}: {up.title}, {where}")
            self.say("board", describe(there.mcu.hello))
            self.say("line", up.port.line)
            self.say("watch", f"phosphene monitor -p {up.port.line}")
            await _until_one_ends(desk.serve(there.mcu), _raise_when_gone(up))


async def _raise_when_gone(up: RigUp) -> None:
    raise await up.gone()


async def _until_one_ends(*works: Coroutine[Any, Any, object], seconds: float | None = None) -> None:
    """Run them until one ends or the time is up, end the others, and raise the first error of any."""
    tasks = [asyncio.create_task(work) for work in works]
    try:
        await asyncio.wait(tasks, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        found = await asyncio.gather(*tasks, return_exceptions=True)
    for error in found:
        if isinstance(error, BaseException) and not isinstance(error, asyncio.CancelledError):
            raise error
