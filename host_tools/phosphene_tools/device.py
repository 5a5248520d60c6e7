# SPDX-License-Identifier: Apache-2.0
"""`phosphene run` with its console: the board of a rig, a screen that is painted, and the page that shows it."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import webbrowser
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from phosphene.accelerators import Accelerator, Event, Inference
from phosphene.accelerators.kept import Kept
from phosphene.condition import Condition
from phosphene.console.painting import Paints
from phosphene.console.screen import Screen
from phosphene.console.sensing import Sensing
from phosphene.console.server import Where, serving
from phosphene.console.settings import PANELS, Settings
from phosphene.loop.decide import Decides
from phosphene.loop.ends import Outcomes
from phosphene.loop.expect import Expecting
from phosphene.loop.supervisor import Supervisor
from phosphene.memory import begin_threads, share_arenas, stay_small
from phosphene.painter.panel import Panel
from phosphene.privacy.keeping import WAKING, Keeper
from phosphene.privacy.lights import Lights
from phosphene.senses.perceived import Hears, Sees, Sense
from phosphene.senses.senses import Senses
from phosphene.together import together
from phosphene_tools.attach import attached
from phosphene_tools.monitor.link_payloads import describe
from phosphene_tools.outputs import Outputs
from phosphene_tools.own_sensors import OwnSensors
from phosphene_tools.recording import Recording
from phosphene_tools.rig_up import RigUp, rig_up
from phosphene_tools.tour.tours import Plan, Tours

_SENSES = {Sense.SEEING: Condition.BLIND, Sense.HEARING: Condition.DEAF}
Say = Callable[[str, str], None]
"""Tells a name, such as `console`, and what there is to say about it."""


def make_painter(accelerator: Accelerator, panel: Panel) -> Paints[Any]:
    """Return the painter of a panel. Called where it paints: what it imports and loads keeps nobody waiting."""
    from phosphene.painter.painter import Painter

    return Painter.load(panel, accelerator=accelerator)


def make_seeing(accelerator: Accelerator) -> Sees:
    """Return what sees; called in its thread."""
    from phosphene.perception.vision import Seeing

    return Seeing.load(accelerator=accelerator)


def make_hearing(accelerator: Accelerator, names: Sequence[str] = ()) -> Hears:
    """Return what hears; called in its thread. Those of `names` that its network doesn't know are enrolled."""
    from phosphene.perception.audio.hearing import Hearing

    hearing = Hearing.load(accelerator=accelerator)
    if names:
        from phosphene_tools.own_words import enrol_names

        enrol_names(hearing, names, partial(say, "hearing"))
    return hearing


def make_policy(accelerator: Accelerator) -> Decides:
    """Return what decides; called in a thread."""
    from phosphene.policy.policy import Policy

    return Policy.load(accelerator)


def say(name: str, text: str) -> None:
    """Say it on standard output, in one piece: threads say things, too."""
    print(f"{name:<8}{text}\n", end="", flush=True)


@dataclass(frozen=True, slots=True)
class Device:
    """What to run. `seconds` None is until it is ended. `accelerator` runs all networks, see `open_accelerator`. `tour`
    says when a scripted visitor shows it, None for never.
    """

    rig: str
    role: str
    where: Where
    settings: Settings
    seconds: float | None = None
    open_browser: bool = False
    sensors: OwnSensors | None = None
    accelerator: str = "cpu"
    record: Recording | None = None
    outputs: Outputs = field(default_factory=Outputs)
    make: Callable[[Accelerator, Panel], Paints[Any]] = make_painter
    see: Callable[[Accelerator], Sees] = make_seeing
    hear: Callable[[Accelerator], Hears] = make_hearing
    decide: Callable[[Accelerator], Decides] = make_policy
    say: Say = say
    tour: Plan | None = None
    tasks: Path | None = None

    async def run_until_signalled(self) -> None:
        """`run` until SIGINT or SIGTERM."""
        loop, ended = asyncio.get_running_loop(), asyncio.Event()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, ended.set)
        await self.run(ended)

    async def run(self, ended: asyncio.Event) -> None:
        """Run until `ended` is set or `seconds` have passed.

        Raises ConfigError when the console's port is taken, SensorError for a sensor that can't be named so,
        AcceleratorError for such an accelerator, LineError when the board can't be reached or ends.
        """
        share_arenas()
        begin_threads()
        with Inference(self.accelerator, self._tell) as inference:
            await self._run(ended, inference)

    async def _run(self, ended: asyncio.Event, inference: Inference) -> None:
        own, chip = self.sensors or OwnSensors(), Kept(inference.accelerator)
        own.check()
        self.outputs.check()
        if self.record is not None:
            self.record.check()
        screen = Screen(partial(self.make, chip), self.settings)
        lights = Lights()
        make_own = partial(own.make, chip) if own else None
        senses = Senses(partial(self.see, chip), partial(self.hear, chip), make_own, lights.show, WAKING)
        keeper = Keeper(lights, senses)

        def wrong() -> frozenset[Condition]:
            found = {_SENSES[sense] for sense in sensing.useless()}
            found |= {Condition.MUTED} if keeper.muted else set()
            found |= {Condition.ACCELERATOR} if inference.troubled else set()
            found |= {Condition.DEMONSTRATION} if tours.on else set()
            found |= {Condition.RECORDING} if self.record is not None and self.record.goes_on else set()
            return frozenset(found)

        supervisor = Supervisor(screen, partial(self.decide, chip), wrong, senses.there)
        sensing = Sensing(senses, screen, supervisor, keeper)
        supervisor.ends += [Outcomes(sensing), Expecting(senses.expect, supervisor.names)]
        tours = Tours(self.tour, supervisor, screen, sensing, self._tell_tour)
        panel = PANELS[self.settings.panel]
        async with serving(self.where, screen, tours.guests, sensing, inference) as address:
            self.say("console", address)
            self.say("chip", inference.state.line)
            if own:
                self.say("senses", str(own))
            if self.open_browser:
                await asyncio.to_thread(webbrowser.open, address)
            works = [screen.run(), sensing.run(), self._board(supervisor, keeper, tours), stay_small(), ended.wait()]
            with contextlib.ExitStack() as stack:
                stack.enter_context(self.outputs.joined(supervisor, tours.guests, screen, panel, self.say))
                if self.record is not None:
                    stack.enter_context(self.record.of(supervisor, self.accelerator))
                    works += [self.record.follow(screen), self.record.tend(self.say)]
                await together(*works, seconds=self.seconds)

    def _tell(self, event: Event) -> None:
        self.say("chip", str(event))

    def _tell_tour(self, text: str) -> None:
        self.say("tour", text)
        if self.record is not None:
            self.record.note(text)

    async def _board(self, supervisor: Supervisor, keeper: Keeper, tours: Tours) -> None:
        """Bring the rig up and serve it to the loop; ends with the error of whatever ends first."""
        async with rig_up(self.rig, self.tasks) as up, attached(up.port, self.role, "console") as there:
            where = "started here" if up.simulator else "was there already" if up.simulated else "on its port"
            self.say("rig", f"{up.port.name}: {up.title}, {where}")
            self.say("board", describe(there.mcu.hello))
            self.say("line", up.port.line)
            self.say("watch", f"phosphene monitor -p {up.port.line}")
            await together(supervisor.serve(there.mcu), keeper.run(there.mcu), tours.run(up), _raise_when_gone(up))


async def _raise_when_gone(up: RigUp) -> None:
    raise await up.gone()
