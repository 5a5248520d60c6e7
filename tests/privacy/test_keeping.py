# SPDX-License-Identifier: Apache-2.0
"""No sensor is open unless its light is on, and none while somebody muted them: the keeper with the real firmware.

The camera here looks at the pin of its light, outside of the board, whenever it is opened or read.
"""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Coroutine
from typing import Any

import pytest

from phosphene.errors import Forbidden
from phosphene.exact import Coprocessor
from phosphene.line.link import Link
from phosphene.privacy.keeping import WAKING, Keeper
from phosphene.privacy.lights import Lights
from phosphene.senses.perceived import Sense
from phosphene.senses.senses import Senses, SensesShut, Sensors
from phosphene.sensors.blocks import Frame
from phosphene.sensors.pattern import TestPattern
from phosphene.sensors.protocol import CameraFormat
from phosphene.sensors.tone import TestTone
from phosphene_tools.bench.board import configuration
from phosphene_tools.sim.board import SimBoard
from phosphene_tools.sim.config import SimConfig
from tests.senses.test_senses import Listens, Looks, Somebody

PINS = configuration()["privacy"]
LIGHTS = (PINS["camera_light"], PINS["microphone_light"])


class WatchedCamera(TestPattern):
    """Writes down how its light stood at each open and read, and whether it is open."""

    def __init__(self, board: SimBoard) -> None:
        super().__init__()
        self._board = board
        self.is_open = False
        self.opened = 0
        self.in_the_dark = 0
        self.may_close = threading.Event()
        self.may_close.set()

    def _look(self) -> None:
        self.in_the_dark += not self._board.pins.level(LIGHTS[0])

    def open(self) -> CameraFormat:
        self._look()
        self.opened += 1
        self.is_open = True
        return super().open()

    def read(self, timeout_s: float) -> Frame | None:
        self._look()
        return super().read(timeout_s)

    def close(self) -> None:
        self.may_close.wait(20)
        self.is_open = False
        super().close()


class Kept:
    """The senses of one board with their keeper; the device has a camera of its own, and a microphone."""

    def __init__(self, board: SimBoard, mcu: Coprocessor) -> None:
        self.board, self.mcu = board, mcu
        self.camera = WatchedCamera(board)
        lights = Lights()
        self.senses = Senses(Looks, Listens, lambda: Sensors(self.camera, TestTone()), lights.show, WAKING)
        self.keeper = Keeper(lights, self.senses)

    def lit(self) -> list[int]:
        return [self.board.pins.level(pin) for pin in LIGHTS]

    def switch(self, *, muted: bool) -> None:
        self.board.set_input(PINS["mute_switch"], 0 if muted else None)

    async def until(self, there: Callable[[], bool], limit_s: float = 10.0) -> None:
        ends = time.monotonic() + limit_s
        while not there():
            assert time.monotonic() < ends, "it never came about"
            await asyncio.sleep(0.01)

    async def open(self) -> None:
        """Wait until the camera has delivered."""
        await self.until(lambda: self.camera.is_open and Sense.SEEING in self.senses.there())
        assert self.lit() == [1, 1]

    async def closed(self) -> None:
        await self.until(lambda: not self.camera.is_open and self.lit() == [0, 0])
        assert not self.senses.may_be_open()


def keeping(
    scenario: Callable[[Kept], Coroutine[Any, Any, None]], config: dict[str, Any] | None = None, *, keep: bool = True
) -> None:
    """Run `scenario` beside a keeper, unless the scenario brings the keeper up itself."""

    async def run() -> None:
        board = SimBoard(SimConfig(board_json=config or configuration(), seed=5))
        # By the link that stays: once the cable is pulled, the number of its port may be another program's.
        async with board, await Link.open(str(board.port_link), baud=921_600) as link, Coprocessor(link) as mcu:
            kept = Kept(board, mcu)
            works = [asyncio.create_task(kept.senses.run())]
            works += [asyncio.create_task(kept.keeper.run(mcu))] if keep else []
            try:
                await scenario(kept)
                assert not any(work.done() for work in works)
            finally:
                kept.camera.may_close.set()
                for work in works:
                    work.cancel()
                await asyncio.gather(*works, return_exceptions=True)
            assert kept.camera.in_the_dark == 0, "it looked while its light was off"
            assert not kept.camera.is_open

    asyncio.run(run())


def test_nothing_is_opened_before_the_board_has_acknowledged_the_light() -> None:
    async def scenario(kept: Kept) -> None:
        await asyncio.sleep(0.3)
        assert kept.camera.opened == 0, "nobody has spoken with the board yet"
        with pytest.raises(SensesShut, match="has not answered yet"):
            await kept.senses.take(Somebody("a visitor"), Sensors(WatchedCamera(kept.board), None))
        # A host before this one said that all was closed: the light is dark, and this one has to be heard first.
        await kept.mcu.call("privacy.show", camera=False, microphone=False)
        await kept.board.pull_cable()
        keeper = asyncio.create_task(kept.keeper.run(kept.mcu))
        await asyncio.sleep(1.0)
        assert kept.camera.opened == 0
        await kept.board.plug_cable()
        await kept.open()
        keeper.cancel()
        await asyncio.gather(keeper, return_exceptions=True)
        await kept.closed()

    keeping(scenario, keep=False)


def test_the_switch_closes_them_and_only_the_switch_opens_them_again() -> None:
    async def scenario(kept: Kept) -> None:
        await kept.open()
        kept.switch(muted=True)
        await kept.closed()
        assert (kept.keeper.who, kept.keeper.muted) == ("switch", True)
        assert kept.senses.using is None
        assert kept.senses.there() == frozenset()
        with pytest.raises(SensesShut, match="muted by the switch"):
            await kept.senses.take(Somebody("a visitor"), Sensors(WatchedCamera(kept.board), None))
        with pytest.raises(Forbidden, match="only the switch"):
            await kept.keeper.mute(on=False)
        await asyncio.sleep(1.0)
        assert not kept.camera.is_open
        kept.switch(muted=False)
        await kept.open()
        assert not kept.keeper.muted
        assert kept.camera.opened == 2

    keeping(scenario)


def test_a_host_mutes_and_the_board_remembers() -> None:
    async def scenario(kept: Kept) -> None:
        await kept.open()
        await kept.keeper.mute(on=True)
        assert not kept.camera.is_open, "closed when `mute` returns"
        await kept.closed()
        # Another host, or this one after it was killed, finds it muted.
        assert (await kept.mcu.call("privacy.state")).muted == "host"
        await kept.keeper.mute(on=False)
        await kept.open()

    keeping(scenario)


def test_muting_needs_no_board_and_is_told_when_it_is_back() -> None:
    async def scenario(kept: Kept) -> None:
        await kept.open()
        await kept.board.pull_cable()
        await kept.keeper.mute(on=True)
        assert not kept.camera.is_open, "it needs no board to close them"
        assert kept.lit() == [1, 1], "nobody could be told"
        await kept.board.plug_cable()
        await kept.closed()
        await kept.until(lambda: kept.keeper.lights.told is not None and kept.keeper.lights.told.muted == "host")

    keeping(scenario)


def test_a_board_that_falls_silent_may_be_dark_so_they_are_closed_until_it_is_back() -> None:
    async def scenario(kept: Kept) -> None:
        await kept.open()
        await kept.board.pull_cable()
        await kept.until(lambda: not kept.camera.is_open)
        assert "does not answer" in kept.senses.shut_because
        assert not kept.keeper.muted
        await kept.board.plug_cable()
        await kept.open()

    keeping(scenario)


def test_a_board_that_is_reset_is_told_again_and_nothing_is_closed() -> None:
    async def scenario(kept: Kept) -> None:
        await kept.keeper.mute(on=True)
        await kept.closed()
        await kept.keeper.mute(on=False)
        await kept.open()
        opened = kept.camera.opened
        # In a reset a real pin is dark, too, until the firmware begins: what is counted is the time after.
        kept.camera.in_the_dark = -1_000_000
        await kept.board.reset()
        assert kept.lit() == [1, 1], "on by itself, before any host has spoken"
        kept.camera.in_the_dark = 0
        await asyncio.sleep(1.0)
        assert kept.camera.opened == opened
        await kept.open()
        # What somebody else says is put right.
        await kept.mcu.call("privacy.show", camera=True, microphone=False)
        await kept.until(lambda: kept.lit() == [1, 1], 2)

    keeping(scenario)


def test_a_driver_that_hangs_keeps_its_light_on() -> None:
    async def scenario(kept: Kept) -> None:
        await kept.open()
        kept.camera.may_close.clear()
        kept.switch(muted=True)
        await kept.until(lambda: kept.lit() == [1, 0])
        assert kept.senses.using is None
        assert kept.camera.is_open
        assert kept.senses.may_be_open() == {Sense.SEEING}
        await asyncio.sleep(1.0)
        assert kept.lit() == [1, 0], "muted, and honest about the camera"
        kept.camera.may_close.set()
        await kept.closed()

    keeping(scenario)


def test_whoever_had_them_has_them_again() -> None:
    async def scenario(kept: Kept) -> None:
        await kept.open()
        visitor = Somebody("a visitor")
        theirs = WatchedCamera(kept.board)
        await kept.senses.take(visitor, Sensors(theirs, None))
        await kept.until(lambda: theirs.is_open and not kept.camera.is_open and kept.lit() == [1, 0])
        kept.switch(muted=True)
        await kept.until(lambda: not theirs.is_open and kept.lit() == [0, 0])
        kept.switch(muted=False)
        await kept.until(lambda: theirs.is_open and kept.lit() == [1, 0])
        kept.switch(muted=True)
        await kept.until(lambda: not theirs.is_open)
        # Who gives them back while they are shut leaves them to the device.
        await kept.senses.give_back(visitor)
        kept.switch(muted=False)
        await kept.open()
        assert not theirs.is_open
        assert theirs.in_the_dark == 0

    keeping(scenario)


def test_a_rig_without_lights_opens_them_and_says_that_it_has_none() -> None:
    async def scenario(kept: Kept) -> None:
        kept.camera._look = lambda: None  # pyright: ignore[reportPrivateUsage]
        await kept.until(lambda: kept.camera.is_open)
        told = kept.keeper.lights.told
        assert told is not None
        assert (told.camera, told.microphone, told.has_switch) == ("none", "none", False)
        await kept.keeper.mute(on=True)
        assert not kept.camera.is_open

    config = configuration()
    del config["privacy"]
    keeping(scenario, config)
