# SPDX-License-Identifier: Apache-2.0
"""The lights of camera and microphone and the mute switch, by the real firmware, seen from outside the board."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Coroutine
from typing import Any

import pytest

from phosphene.errors import Forbidden, LineError
from phosphene.exact.events import EventStream, TaskEvent
from phosphene_tools.bench.board import configuration, linked
from phosphene_tools.sim.board import SimBoard
from phosphene_tools.sim.config import SimConfig
from tests.firmware.rig import Rig

DECLARED = configuration()["privacy"]
PINS = {name: DECLARED[name] for name in ("camera_light", "microphone_light", "mute_switch")}
BOTH = ("camera_light", "microphone_light")


def at_a_rig(test: Callable[[Rig], Coroutine[Any, Any, None]], **privacy: Any) -> None:
    """Run `test` with the board `sim`, whose table `[privacy]` is `privacy` where that is given."""

    async def run() -> None:
        config = configuration() | {"privacy": privacy} if privacy else configuration()
        async with SimBoard(SimConfig(board_json=config, seed=4)) as board, linked(board) as (link, mcu):
            await test(Rig(board, link, mcu, PINS))

    asyncio.run(run())


def lit(rig: Rig) -> tuple[bool, bool]:
    return rig.on("camera_light"), rig.on("microphone_light")


async def show(rig: Rig, *, camera: bool, microphone: bool) -> Any:
    return await rig.mcu.call("privacy.show", camera=camera, microphone=microphone)


def switch(rig: Rig, level: int | None) -> None:
    rig.board.set_input(PINS["mute_switch"], level)


async def next_event(events: EventStream) -> str:
    async with asyncio.timeout(5):
        item = await anext(events)
    assert isinstance(item, TaskEvent)
    return item.values.muted


def test_they_are_on_until_a_host_has_said_that_its_sensors_are_closed() -> None:
    async def test(rig: Rig) -> None:
        assert lit(rig) == (True, True), "nobody knows yet"
        told = await show(rig, camera=False, microphone=True)
        assert lit(rig) == (False, True)
        assert (told.camera, told.microphone, told.has_switch, told.muted) == ("dark", "lit", True, "no")
        await show(rig, camera=False, microphone=False)
        assert lit(rig) == (False, False)
        # A reset forgets what was said, so they are on again.
        boot = rig.link.hello.boot_id
        await rig.board.reset()
        await rig.until(lambda: rig.link.hello.boot_id != boot)
        assert lit(rig) == (True, True)
        assert (await rig.mcu.call("privacy.state")).camera == "lit"

    at_a_rig(test)


def test_neither_lease_nor_safe_state_nor_another_task_reaches_them() -> None:
    async def test(rig: Rig) -> None:
        async with rig.progress():
            await rig.arm()
            await show(rig, camera=True, microphone=False)
        # The host is silent from here on: it may hang, and hold the camera open.
        await rig.until(lambda: not rig.board.pins.enable)
        assert lit(rig) == (True, False)
        await rig.mcu.call("board.disarm", maintenance=False)
        assert lit(rig) == (True, False)
        for name in BOTH:
            with pytest.raises(LineError, match="no output"):
                await rig.write(name, False)
        assert lit(rig) == (True, False)

    at_a_rig(test)


def test_a_light_tells_what_is_and_not_what_should_be() -> None:
    """Muted while a host goes on: it stays on until the host has closed its sensor."""

    async def test(rig: Rig) -> None:
        await show(rig, camera=True, microphone=True)
        switch(rig, 0)
        await asyncio.sleep(0.1)
        assert (await rig.mcu.call("privacy.state")).muted == "switch"
        assert lit(rig) == (True, True)
        assert (await show(rig, camera=True, microphone=False)).muted == "switch"
        assert lit(rig) == (True, False)

    at_a_rig(test)


def test_what_the_switch_muted_no_software_undoes() -> None:
    async def test(rig: Rig) -> None:
        async with rig.mcu.events("privacy.state") as events:
            switch(rig, 0)
            assert await next_event(events) == "switch"
            with pytest.raises(Forbidden, match="only the switch"):
                await rig.mcu.call("privacy.mute", on=False)
            assert (await rig.mcu.call("privacy.mute", on=True)).muted == "switch"
            # Both muted: the switch lets go, the host does not.
            switch(rig, None)
            assert await next_event(events) == "host"
            assert (await rig.mcu.call("privacy.mute", on=False)).muted == "no"
            assert await next_event(events) == "no"
            switch(rig, 0)
            assert await next_event(events) == "switch"
        # One that is closed when the board begins counts, too.
        boot = rig.link.hello.boot_id
        await rig.board.reset()
        await rig.until(lambda: rig.link.hello.boot_id != boot)
        assert (await rig.mcu.call("privacy.state")).muted == "switch"

    at_a_rig(test)


def test_a_switch_that_bounces_mutes_at_once_and_lets_go_when_it_rests() -> None:
    async def test(rig: Rig) -> None:
        async with rig.mcu.events("privacy.state") as events:
            for level in (0, None, 0, None, 0):
                switch(rig, level)
                await asyncio.sleep(0.03)
            assert await next_event(events) == "switch"
            for level in (None, 0, None, 0):
                switch(rig, level)
                await asyncio.sleep(0.03)
            let_go = time.monotonic()
            switch(rig, None)
            assert await next_event(events) == "no"
            assert time.monotonic() - let_go > 0.1, "it did not wait until the switch had come to rest"

    at_a_rig(test)


def test_a_switch_may_be_wired_so_that_a_broken_wire_mutes() -> None:
    async def test(rig: Rig) -> None:
        assert (await rig.mcu.call("privacy.state")).muted == "switch"
        switch(rig, 0)
        async with rig.mcu.events("privacy.state") as events:
            while (await rig.mcu.call("privacy.state")).muted != "no":
                await next_event(events)
        told = await rig.mcu.call("privacy.state")
        assert (told.camera, told.microphone) == ("none", "none"), "this rig declares no light"

    at_a_rig(test, mute_switch=PINS["mute_switch"], mute_level=1)


def test_a_rig_without_any_of_it_can_still_be_muted_by_its_host() -> None:
    async def run() -> None:
        config = configuration()
        del config["privacy"]
        async with SimBoard(SimConfig(board_json=config, seed=4)) as board, linked(board) as (_, mcu):
            told = await mcu.call("privacy.show", camera=True, microphone=True)
            assert (told.camera, told.microphone, told.has_switch, told.muted) == ("none", "none", False, "no")
            assert (await mcu.call("privacy.mute", on=True)).muted == "host"
            assert board.pins.level(PINS["camera_light"]) == 0, "a pin that nobody declared is left alone"

    asyncio.run(run())
