# SPDX-License-Identifier: Apache-2.0
"""The line: unthrottled like USB, or a UART that has a rate and loses what nobody has room for."""

from __future__ import annotations

import asyncio
import os
import termios
import time
from pathlib import Path

import pytest

from phosphene_tools.sim import SimError
from tests.sim.desk import TIMEOUT, Desk, on_a_desk, until

SINK = """
import time
from machine import UART, Pin, SimFlash
port = UART(0, baudrate=115200, rxbuf=RXBUF, flow=FLOW)
go, erase, busy = Pin(2, Pin.IN), Pin(3, Pin.IN), Pin(4, Pin.OUT, value=0)
flash = SimFlash("store", 40960)
count = 0
while True:
    if erase():
        busy(1)
        flash.erase(0, 40960)
        busy(0)
        while erase():
            pass
    if go():
        count += len(port.read(4096) or b"")
        with open("count", "w") as file:
            file.write(str(count))
    time.sleep_ms(1)
"""


def sink(rxbuf: int, flow: int = 0) -> str:
    """A firmware that counts bytes while pin 2 is high and erases flash when pin 3 rises."""
    return SINK.replace("RXBUF", str(rxbuf)).replace("FLOW", str(flow))


async def send_all(desk: Desk, data: bytes) -> None:
    ends = time.monotonic() + TIMEOUT
    while data:
        data = data[desk.send(data) :]
        assert time.monotonic() < ends
        await asyncio.sleep(0.001)


async def line_statistics(desk: Desk) -> dict[str, int]:
    return (await desk.board.statistics())["line"]


async def arrived(desk: Desk, total: int) -> None:
    """Wait until `total` bytes went through the wire, received or lost."""

    async def through() -> bool:
        counted = await line_statistics(desk)
        return counted["rx_bytes"] + counted["rx_overruns"] == total

    await until(through)


async def counted_by_firmware(desk: Desk, expected: int) -> None:
    def count() -> bool:
        path = desk.board.flash_dir / "count"
        return path.exists() and path.read_text() == str(expected)

    desk.board.set_input(2, 1)
    await until(count)


@pytest.mark.parametrize("baud", [None, 115200, 921600])
def test_bytes_arrive_whole_both_ways(tmp_path: Path, baud: int | None) -> None:
    async def scenario(desk: Desk) -> None:
        for size in (1, 63, 64, 500):
            text = "x" * size
            assert await desk.ask(repr(text)) == repr(text)

    on_a_desk(tmp_path, scenario, baud=baud)


def test_every_byte_value_passes(tmp_path: Path) -> None:
    async def scenario(desk: Desk) -> None:
        everything = bytes(range(256))
        # The firmware is asked first to answer the next 256 bytes as it got them.
        body = "\\n".join(("got = b''", "while len(got) < 256: got += port.read(256) or b''", "port.write(got.hex())"))
        await desk.ask(f'raw = "{body}"')
        desk.send(b"exec(raw)\n")
        await asyncio.sleep(0.05)
        desk.send(everything)
        assert await desk.line() == everything.hex() + "None"

    for baud in (None, 921600):
        on_a_desk(tmp_path, scenario, baud=baud)


@pytest.mark.parametrize("baud", [9600, 115200])
def test_a_uart_is_never_faster_than_its_rate(tmp_path: Path, baud: int) -> None:
    async def scenario(desk: Desk) -> None:
        size = baud // 50
        began = time.monotonic()
        answer = await desk.ask(f"'x' * {size}")
        assert len(answer) == size + 2
        assert time.monotonic() - began >= size * 10 / baud

    on_a_desk(tmp_path, scenario, baud=baud)


def test_a_receiver_that_nobody_empties_overruns(tmp_path: Path) -> None:
    async def scenario(desk: Desk) -> None:
        await send_all(desk, bytes(1000))
        await arrived(desk, 1000)
        counted = await line_statistics(desk)
        assert (counted["rx_bytes"], counted["rx_overruns"]) == (300, 700)
        await counted_by_firmware(desk, 300)

    on_a_desk(tmp_path, scenario, sink(300), baud=115200)


def test_with_rts_at_both_ends_the_host_waits_instead(tmp_path: Path) -> None:
    async def scenario(desk: Desk) -> None:
        fd = os.open(desk.board.port, os.O_RDWR | os.O_NOCTTY)
        settings = termios.tcgetattr(fd)
        settings[2] |= termios.CRTSCTS
        termios.tcsetattr(fd, termios.TCSANOW, settings)
        os.close(fd)
        await asyncio.sleep(0.05)
        await send_all(desk, bytes(1000))
        await asyncio.sleep(0.2)
        assert (await line_statistics(desk))["rx_bytes"] <= 300
        await counted_by_firmware(desk, 1000)
        assert (await line_statistics(desk))["rx_overruns"] == 0

    on_a_desk(tmp_path, scenario, sink(300, flow=3), baud=115200)


def test_while_flash_is_erased_only_the_hardware_fifo_takes_bytes(tmp_path: Path) -> None:
    async def scenario(desk: Desk) -> None:
        desk.board.set_input(3, 1)
        await until(lambda: desk.board.pins.level(4) == 1)
        desk.board.set_input(3, 0)
        await send_all(desk, bytes(200))  # 17 ms of bytes into 400 ms of erasing
        await arrived(desk, 200)
        assert desk.board.pins.level(4) == 1, "the host was too slow to send while the flash was erased"
        counted = await line_statistics(desk)
        assert (counted["rx_bytes"], counted["rx_overruns"]) == (32, 168)
        await until(lambda: desk.board.pins.level(4) == 0)
        await counted_by_firmware(desk, 32)  # what the FIFO held was not lost

    on_a_desk(tmp_path, scenario, sink(4096), baud=115200)


def test_over_usb_erasing_flash_loses_nothing(tmp_path: Path) -> None:
    async def scenario(desk: Desk) -> None:
        desk.board.set_input(3, 1)
        await until(lambda: desk.board.pins.level(4) == 1)
        desk.board.set_input(3, 0)
        await send_all(desk, bytes(2000))
        await counted_by_firmware(desk, 2000)

    on_a_desk(tmp_path, scenario, sink(4096))


@pytest.mark.parametrize("baud", [None, 921600])
def test_a_pulled_cable_hangs_up_and_comes_back_elsewhere(tmp_path: Path, baud: int | None) -> None:
    async def scenario(desk: Desk) -> None:
        await desk.ask("x = 42")
        for _ in range(3):
            await desk.board.pull_cable()
            await desk.board.pull_cable()  # pulling twice is pulling once
            assert desk.board.port == ""
            assert not desk.board.port_link.is_symlink()
            await until(lambda: desk.receive() is None)
            desk.close()
            await desk.board.plug_cable()
            assert str(desk.board.port_link.readlink()) == desk.board.port
            desk.open()
            assert await desk.ask("x") == "42"  # the board went on all the time

    on_a_desk(tmp_path, scenario, baud=baud)


def test_a_board_may_reset_while_its_cable_is_out(tmp_path: Path) -> None:
    async def scenario(desk: Desk) -> None:
        await desk.board.pull_cable()
        desk.close()
        await desk.board.reset()
        await desk.board.plug_cable()
        desk.open()
        assert await desk.ask("reset_cause()") == "2"

    on_a_desk(tmp_path, scenario)


def test_a_firmware_that_writes_into_a_pulled_cable_goes_on(tmp_path: Path) -> None:
    async def scenario(desk: Desk) -> None:
        await desk.ask("beat = Timer(-1, period=5, callback=lambda t: port.write(bytes(64)))")
        await desk.board.pull_cable()
        desk.close()
        await asyncio.sleep(0.1)
        await desk.board.plug_cable()
        desk.open()
        await until(lambda: bool(desk.receive()))

    on_a_desk(tmp_path, scenario)


def test_a_frozen_firmware_does_not_let_go_of_the_cable(tmp_path: Path) -> None:
    async def scenario(desk: Desk) -> None:
        desk.board.freeze()
        with pytest.raises(SimError, match="thaw"):
            await desk.board.pull_cable()
        desk.board.thaw()
        assert await desk.ask("1 + 1") == "2"

    on_a_desk(tmp_path, scenario)


@pytest.mark.parametrize("baud", [None, 921_600])
def test_noise_arrives_at_both_ends_and_nowhere_without_a_cable(tmp_path: Path, baud: int | None) -> None:
    async def scenario(desk: Desk) -> None:
        assert await desk.ask("1 + 1") == "2"
        desk.board.disturb(b"", b"crackle\n")
        assert await desk.line() == "crackle"
        desk.board.disturb(b"6 * 7\n", b"")
        assert await desk.line() == "42", "the firmware took it for a line"
        await desk.board.pull_cable()
        desk.board.disturb(b"6 * 8\n", b"crackle\n")
        desk.close()
        await desk.board.plug_cable()
        desk.open()
        assert await desk.ask("6 * 9") == "54", "what struck where no cable was is not heard"

    on_a_desk(tmp_path, scenario, baud=baud)
