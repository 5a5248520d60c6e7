# SPDX-License-Identifier: Apache-2.0
"""Power and reset by each means: what is switched, what is told, and what is said when it can't be done."""

from __future__ import annotations

import asyncio
import json
import os
import pty
import shutil
import sys
import tty
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest

from phosphene.errors import ConfigError
from phosphene_hil.power import PowerError, Switch, cut, open_switch, pulse
from phosphene_hil.power.attended import Attended
from phosphene_hil.power.board_output import BoardOutput
from phosphene_hil.power.serial_relay import SerialRelay, lcus
from phosphene_hil.power.uhubctl import HubPort, read
from phosphene_hil.power.wish import SerialWish
from tests.elsewhere import board_elsewhere
from tests.hil.uhubctl_stand_in import HUB

Hub = Callable[[str], tuple[str, Path]]


def run(work: Coroutine[Any, Any, Any]) -> Any:
    return asyncio.run(work)


@pytest.fixture
def hub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Hub:
    """Lay out a `uhubctl` whose hub is in a mode; returns the program, and the file with the hub's state."""

    def laid_out(mode: str) -> tuple[str, Path]:
        state = tmp_path / "state.json"
        state.write_text(json.dumps({"mode": mode, "on": {"2": True}, "calls": []}), encoding="utf-8")
        monkeypatch.setenv("STAND_IN_STATE", str(state))
        program = tmp_path / "uhubctl"
        source = Path(__file__).with_name("uhubctl_stand_in.py")
        program.write_text(f"#!{sys.executable}\n" + source.read_text(encoding="utf-8"), encoding="utf-8")
        program.chmod(0o755)
        return str(program), state

    return laid_out


def test_a_hubs_port_goes_off_and_on(hub: Hub) -> None:
    program, file = hub("good")

    async def switched() -> list[bool | None]:
        port = HubPort(HUB, 2, program)
        told = [await port.state()]
        for on in (False, True):
            await port.set(on=on)
            told.append(await port.state())
        return told

    assert run(switched()) == [True, False, True]
    calls = json.loads(file.read_text(encoding="utf-8"))["calls"]
    assert all(call[:4] == ["-l", HUB, "-p", "2"] for call in calls), "no other port may ever be named"


@pytest.mark.parametrize(
    ("mode", "said", "cure"),
    [
        ("denied", "may not touch the hub", "udev"),
        ("ganged", "does not switch its ports one by one", "ppps"),
        ("pretends", "the port's status did not follow", "README"),
    ],
)
def test_a_hub_that_can_not_says_why(hub: Hub, mode: str, said: str, cure: str) -> None:
    program, _ = hub(mode)
    with pytest.raises(PowerError, match=said) as error:
        run(HubPort(HUB, 2, program).set(on=False))
    assert cure in error.value.cure
    assert HUB in error.value.place


def test_a_hub_that_is_not_there_and_a_program_that_is_not(hub: Hub, tmp_path: Path) -> None:
    program, _ = hub("good")
    with pytest.raises(PowerError, match="no hub that can be switched"):
        run(HubPort("7-7", 2, program).state())
    with pytest.raises(PowerError, match="there is no program") as error:
        run(HubPort(HUB, 2, str(tmp_path / "nowhere")).state())
    assert "apt install uhubctl" in error.value.cure


@pytest.mark.skipif(not shutil.which("uhubctl"), reason="uhubctl is not installed: apt install uhubctl")
def test_the_real_program_is_understood_where_it_finds_no_hub() -> None:
    with pytest.raises(PowerError, match=r"no hub that can be switched|may not touch the hub"):
        run(HubPort("99-9.9", 1).state())


def test_both_kinds_of_hub_tell_their_power_by_another_bit() -> None:
    told = (
        "Current status for hub 2-1 [2109:0817 VIA USB3.0 Hub, USB 3.20, 4 ports, ppps]\n"
        "  Port 1: 02a0 power 5gbps Rx.Detect\n  Port 2: 0080 off\n"
        "Current status for hub 1-1 [2109:2817 VIA USB2.0 Hub, USB 2.10, 4 ports, ppps]\n"
        "  Port 1: 0100 power\n  Port 2: 0000 off\n"
    )
    hubs = read(told)
    assert {name: [port.powered for port in found.ports.values()] for name, found in hubs.items()} == {
        "2-1": [True, False],
        "1-1": [True, False],
    }
    assert all(found.each_port for found in hubs.values())


def test_a_relay_gets_its_bytes_and_no_others() -> None:
    near, far = pty.openpty()
    tty.setraw(near)
    try:
        relay = open_switch(SerialWish(kind="serial-relay", port=os.ttyname(far), channel=2), "power")

        async def switched() -> list[bool | None]:
            states = [await relay.state()]
            for on in (True, False):
                await relay.set(on=on)
                states.append(await relay.state())
            await relay.close()
            return states

        assert run(switched()) == [None, True, False]
        assert os.read(near, 64) == bytes.fromhex("a00201a3 a00200a2")
    finally:
        os.close(near)
        os.close(far)


def test_a_contact_that_is_closed_at_rest_is_pulled_for_off() -> None:
    near, far = pty.openpty()
    tty.setraw(near)
    try:
        wish = SerialWish(kind="serial-relay", port=os.ttyname(far), on="0a", off="0b", normally_closed=True)
        relay = open_switch(wish, "power")
        run(relay.set(on=False))
        run(relay.close())
        assert os.read(near, 64) == b"\x0a"
    finally:
        os.close(near)
        os.close(far)


def test_a_relay_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(PowerError, match="can't be reached") as error:
        run(SerialRelay(str(tmp_path / "ttyUSB9"), lcus(1, closed=True), lcus(1, closed=False)).set(on=True))
    assert "ttyUSB9" in error.value.place


def test_an_output_of_a_board_of_ours_is_a_switch() -> None:
    """The real firmware, on a simulated board: what it refuses is told with its reason."""

    async def switched(port: str) -> list[bool | None]:
        relay = BoardOutput("sim", port, "led", on_level=0)
        told: list[bool | None] = []
        for on in (True, False):
            await relay.set(on=on)
            told.append(await relay.state())
        await relay.close()
        guarded = BoardOutput("sim", port, "pump")
        with pytest.raises(PowerError, match="ENABLE"):
            await guarded.set(on=True)
        await guarded.close()
        return told

    with board_elsewhere(seed=5) as port:
        assert run(switched(port)) == [True, False]


def test_nobody_is_asked_where_nobody_is() -> None:
    asked: list[str] = []
    switch = Attended("the power of rig bench", asked.append)
    run(cut(switch, 0))
    assert asked == ["Switch the power of rig bench off", "Switch the power of rig bench on"]

    def nobody(_: str) -> None:
        raise OSError(6, "No such device or address")

    with pytest.raises(PowerError, match="nobody is there") as error:
        run(Attended("the power of rig bench", nobody).set(on=False))
    assert "docs/instrument.md" in error.value.cure


class Recorded:
    """A switch that only remembers."""

    def __init__(self) -> None:
        self.was: list[bool] = []

    async def set(self, *, on: bool) -> None:
        self.was.append(on)

    async def state(self) -> bool | None:
        return self.was[-1] if self.was else None

    async def close(self) -> None:
        pass


@pytest.mark.parametrize(("how", "asked"), [(cut, [False, True]), (pulse, [True, False])])
def test_who_is_interrupted_gives_the_power_back(
    how: Callable[[Switch, float], Coroutine[Any, Any, None]], asked: list[bool]
) -> None:
    async def interrupted() -> list[bool]:
        switch = Recorded()
        work = asyncio.create_task(how(switch, 3600))
        while not switch.was:
            await asyncio.sleep(0)
        work.cancel()
        await asyncio.gather(work, return_exceptions=True)
        return switch.was

    assert run(interrupted()) == asked


def test_what_a_file_asks_for_wrongly_is_said() -> None:
    with pytest.raises(ConfigError, match="on and off come together"):
        open_switch(SerialWish(kind="serial-relay", port="/dev/ttyUSB0", on="00"), "power")
