# SPDX-License-Identifier: Apache-2.0
"""The control socket: the same verbs from another program, and one clear error for whatever is wrong."""

from __future__ import annotations

import asyncio
import json
import os
import re
import stat
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from phosphene_tools.sim import SimBoard, SimError
from phosphene_tools.sim.blocking_client import BlockingSimClient
from phosphene_tools.sim.client import SimClient
from phosphene_tools.sim.verbs import Verbs
from tests.sim.desk import BUTTON, GUARDED, LATCH, LED, Desk, configuration, on_a_desk, until


def with_client(folder: Path, scenario: Callable[[Desk, SimClient], object]) -> None:
    async def run(desk: Desk) -> None:
        async with SimClient(desk.board.control_path) as client:
            await scenario(desk, client)  # pyright: ignore[reportGeneralTypeIssues]

    on_a_desk(folder, run)


def test_a_client_sees_and_does_what_the_board_object_can(tmp_path: Path) -> None:
    async def scenario(desk: Desk, client: SimClient) -> None:
        info = await client.info()
        assert info["port"] == desk.board.port
        assert bytes.fromhex(info["arm_key"]) == desk.board.arm_key
        await desk.ask(f"led = Pin({LED}, Pin.OUT, value=1); button = Pin({BUTTON}, Pin.IN, Pin.PULL_UP)")
        view = await client.pin(LED)
        assert (view.level, view.driven, view.pwm) == (1, 1, None)
        assert [(edge.pin, edge.level) for edge in await client.edges() if edge.pin == LED] == [(LED, 1)]
        assert not await client.enable()
        assert (await client.pin(GUARDED)).driven is None
        await client.set_input(BUTTON, 0)
        assert await desk.ask("button()") == "0"
        await client.set_input(BUTTON, None)
        assert await desk.ask("button()") == "1"
        await client.set_adc(0, 1000)
        assert await desk.ask("ADC(0).read_u16()") == "1000"
        await desk.ask("pwm = PWM(Pin(5), freq=50, duty_u16=3)")
        pwm = (await client.pin(5)).pwm
        assert pwm is not None
        assert (pwm.frequency, pwm.duty_u16) == (50, 3)
        await desk.ask("shift(77)")
        assert [word.value for word in await client.words()] == [77]
        assert await client.words(since=1) == []
        assert (await client.statistics())["boots"] == 1
        await desk.ask("print('hello there')")

        async def printed() -> bool:
            return "hello there" in await client.repl_tail()

        await until(printed)

    with_client(tmp_path, scenario)


def test_a_client_wires_devices_up(tmp_path: Path) -> None:
    async def scenario(desk: Desk, client: SimClient) -> None:
        await desk.ask("i2c = I2C(0)")
        await client.attach_tmp117(celsius=30.0)
        assert await desk.ask("i2c.scan()") == "[72]"
        await client.attach_tmp117(celsius=31.0)  # the same one, warmer
        await asyncio.sleep(0.13)
        assert await desk.ask("int.from_bytes(i2c.readfrom_mem(0x48, 0, 2), 'big') / 128") == "31.0"
        await client.detach_i2c(0, 0x48)
        assert await desk.ask("i2c.scan()") == "[]"
        rom = await client.attach_ds18b20(22, serial=9)
        assert await client.attach_ds18b20(22, serial=9, celsius=1.0) == rom
        assert await desk.ask("__import__('onewire').OneWire(Pin(22)).scan()") == repr([rom])
        await client.attach_bme280(celsius=30.0)
        await client.attach_ds3231(utc=1_800_000_000)
        assert await desk.ask("i2c.scan()") == repr([0x68, 0x76])
        assert await client.pass_time(3600) == pytest.approx(1_800_003_600, abs=5)
        # 2027-01-15 at nine; the days of the week begin with that of the chip's first power
        assert await desk.ask("list(i2c.readfrom_mem(0x68, 2, 5))") == repr([0x09, 0x07, 0x15, 0x01, 0x27])
        await desk.ask("import neopixel; lamps = neopixel.NeoPixel(Pin(6), 1); lamps.fill((9, 8, 7)); lamps.write()")
        assert await client.lamps(6) == bytes([8, 9, 7])

    with_client(tmp_path, scenario)


def test_a_client_loads_a_scale(tmp_path: Path) -> None:
    async def scenario(desk: Desk, client: SimClient) -> None:
        await desk.ask("dout = Pin(8, Pin.IN); sck = Pin(9, Pin.OUT, value=0)")
        assert await client.attach_hx711(8, 9, counts=0x555555) == 0

        async def ready() -> bool:
            return await desk.ask("dout()") == "0"

        await until(ready)
        await desk.ask("from time import sleep_ms")
        await desk.ask("bit = lambda: (sck(1), sck(0), sleep_ms(20), dout())[3]")
        assert await desk.ask("[bit() for _ in range(6)]") == "[0, 1, 0, 1, 0, 1]"
        assert await client.attach_hx711(8, 9, counts=5) == 0  # the same one, with another load

    with_client(tmp_path, scenario)


def test_a_client_resets_cuts_power_pulls_the_cable_and_freezes(tmp_path: Path) -> None:
    async def scenario(desk: Desk, client: SimClient) -> None:
        await client.reset("watchdog")
        assert await desk.ask("reset_cause()") == "3"
        await client.power_cut(0.01)
        assert await desk.ask("reset_cause()") == "1"
        await client.freeze()
        desk.send(b"'thawed'\n")
        await asyncio.sleep(0.02)
        assert desk.receive() == b""
        await client.thaw()
        assert await desk.line() == "'thawed'"
        await client.arm_reset(pin=LATCH, when="before")
        await client.disarm_reset()
        assert await desk.ask("shift(1)") == "None"
        await client.arm_reset(pin=LATCH, when="after")
        desk.send(b"shift(2)\n")

        async def reset() -> bool:
            return (await client.statistics())["breakpoints"] == 1

        await until(reset)
        await until(lambda: desk.board.shift_register.latched == 2)
        await client.pull_cable()
        desk.close()
        assert await client.plug_cable() == desk.board.port

    with_client(tmp_path, scenario)


def test_a_client_plays_a_script_of_edges(tmp_path: Path) -> None:
    async def scenario(desk: Desk, client: SimClient) -> None:
        await desk.ask(f"seen = []; pin = Pin({BUTTON}, Pin.IN, Pin.PULL_UP); pin.irq(lambda p: seen.append(p()))")
        await client.script_input(BUTTON, [(0.001, 0), (0.001, 1), (0.001, 0)])

        async def played() -> bool:
            return await desk.ask("seen") == "[0, 1, 0]"

        await until(played)

    with_client(tmp_path, scenario)


@pytest.mark.parametrize(
    ("verb", "arguments", "said"),
    [
        ("rest", {}, "no verb 'rest'.*did you mean reset"),
        ("close", {}, "no verb"),
        ("__init__", {}, "no verb"),
        ("reset", {"cause": "magic"}, "no reset cause"),
        ("reset", {"because": "pin"}, "unexpected keyword.*reset"),
        ("pin", {}, "missing.*'pin'"),
        ("pin", {"pin": 64}, "no pin 64"),
        ("pin", {"pin": "LED"}, "pin"),
        ("set_adc", {"channel": 9, "value": 0}, "no channel 9"),
        ("arm_reset", {"pin": 1, "when": "later"}, "before"),
        ("attach_tmp117", {"address": 3}, "no I2C address 0x03"),
        ("attach_hx711", {"data": 64, "clock": 1}, "no pin 64"),
        ("pass_time", {"seconds": 1}, "no DS3231 on I2C 0"),
        ("script_input", {"pin": 99, "steps": [[0, 1]]}, "no pin 99"),
    ],
)
def test_a_wrong_request_gets_one_clear_error_and_loses_nothing(
    tmp_path: Path, verb: str, arguments: dict[str, object], said: str
) -> None:
    async def scenario(_desk: Desk, client: SimClient) -> None:
        with pytest.raises(SimError, match=said):
            await client.call(verb, **arguments)
        assert (await client.statistics())["boots"] == 1

    with_client(tmp_path, scenario)


def test_the_documentation_lists_every_verb_and_both_clients_have_it() -> None:
    page = (Path(__file__).parents[2] / "docs" / "simulator.md").read_text(encoding="utf-8")
    rows = [row.split("|")[1] for row in page.splitlines() if row.startswith("| `")]
    listed = {name for row in rows for name in re.findall(r"`(\w+)`", row)}
    verbs = {name for name in vars(Verbs) if not name.startswith("_") and name != "close"}
    assert verbs <= listed
    assert verbs <= vars(SimClient).keys()
    assert verbs <= vars(BlockingSimClient).keys()


@pytest.mark.parametrize("line", [b"\n", b"nonsense\n", b"[1, 2]\n", b'{"verb": "info", "arguments": 3}\n', b"\xff\n"])
def test_what_is_no_request_is_answered_with_an_error(tmp_path: Path, line: bytes) -> None:
    async def scenario(desk: Desk) -> None:
        reader, writer = await asyncio.open_unix_connection(desk.board.control_path)
        writer.write(line + b'{"id": 7, "verb": "enable"}\n')
        refusal, answer = json.loads(await reader.readline()), json.loads(await reader.readline())
        assert refusal["error"]["message"]
        assert refusal["error"]["cure"]
        assert answer == {"id": 7, "value": False}
        writer.close()
        await writer.wait_closed()

    on_a_desk(tmp_path, scenario)


def test_a_client_that_vanishes_amid_a_request_harms_nobody(tmp_path: Path) -> None:
    async def scenario(desk: Desk, client: SimClient) -> None:
        _, writer = await asyncio.open_unix_connection(desk.board.control_path)
        writer.write(b'{"id": 1, "verb": "power_cut", "arguments": {"seconds": 0.05}}\n{"id": 2, "ve')
        await writer.drain()
        writer.close()
        await writer.wait_closed()

        async def cut() -> bool:
            return (await client.statistics())["boots"] == 2

        await until(cut)
        assert await desk.ask("1 + 1") == "2"

    with_client(tmp_path, scenario)


def test_the_socket_is_for_this_user_only_whatever_the_umask_which_is_left_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is the whole process's: boards that begin side by side would leave each other's behind."""
    path = tmp_path / "control"

    async def scenario(desk: Desk) -> None:
        assert stat.S_IMODE(path.stat().st_mode) == 0o600

    before = os.umask(0)
    try:
        with monkeypatch.context() as patched:
            patched.setattr(os, "umask", None)  # nobody calls it
            on_a_desk(tmp_path, scenario, control_path=path)
    finally:
        os.umask(before)


def test_the_socket_is_for_this_user_only_and_goes_with_the_board(tmp_path: Path) -> None:
    path = tmp_path / "control"

    async def scenario(desk: Desk) -> None:
        assert desk.board.control_path == path
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        second = SimBoard(configuration(tmp_path, control_path=path))
        with pytest.raises(SimError, match="another simulated board listens"):
            await second.start()

    on_a_desk(tmp_path, scenario, control_path=path)
    assert not path.exists()


def test_a_socket_left_by_the_dead_is_taken_over_and_a_file_is_not(tmp_path: Path) -> None:
    path = tmp_path / "control"

    async def scenario(desk: Desk) -> None:
        async with SimClient(path) as client:
            assert (await client.info())["port"] == desk.board.port

    import socket

    with socket.socket(socket.AF_UNIX) as dead:
        dead.bind(str(path))
    on_a_desk(tmp_path, scenario, control_path=path)
    path.write_text("mine")
    with pytest.raises(SimError, match="something else"):
        on_a_desk(tmp_path, scenario, control_path=path)
    assert path.read_text() == "mine"


def test_nobody_there_is_told_with_the_cure(tmp_path: Path) -> None:
    async def connect() -> None:
        async with SimClient(tmp_path / "nothing"):
            pass

    with pytest.raises(SimError, match=r"No such file.*phosphene sim"):
        asyncio.run(connect())
    with pytest.raises(SimError, match="No such file"), BlockingSimClient(tmp_path / "nothing"):
        pass


def test_a_board_that_ends_is_told_to_its_clients(tmp_path: Path) -> None:
    async def run() -> None:
        board = SimBoard(configuration(tmp_path))
        await board.start()
        async with SimClient(board.control_path) as client:
            await client.info()
            await board.close()
            with pytest.raises(SimError, match="gone"):
                await client.info()

    asyncio.run(run())


def test_the_blocking_client_does_the_same_without_a_loop(tmp_path: Path) -> None:
    async def scenario(desk: Desk) -> None:
        done: list[object] = []
        control = desk.board.control_path

        def work() -> None:
            with BlockingSimClient(control) as client:
                client.set_input(BUTTON, 0)
                client.script_input(BUTTON, [(0.0, 1)])
                client.reset("soft")
                client.arm_reset(pin=LATCH, when="before")
                client.disarm_reset()
                client.freeze()
                client.thaw()
                client.attach_tmp117()
                client.detach_i2c(0, 0x48)
                client.attach_bme280()
                client.attach_ds3231(utc=0x60000000)
                done.append(client.pass_time(10) > 0x60000000)
                done.append(client.attach_hx711(26, 27))
                client.set_adc(0, 1)
                client.power_cut()
                client.pull_cable()
                done.append(client.plug_cable())
                done.append((client.info()["port"], client.enable(), client.edges()[:0], client.words()))
                done.append((client.pin(LED).driven, client.lamps(1), len(client.attach_ds18b20(22))))
                done.append((client.statistics()["boots"], client.repl_tail(), client.call("enable")))

        thread = threading.Thread(target=work)
        thread.start()
        await until(lambda: not thread.is_alive())
        port = desk.board.port
        assert done == [True, 0, port, (port, False, [], []), (None, b"", 8), (3, "", False)]

    on_a_desk(tmp_path, scenario)
