# SPDX-License-Identifier: Apache-2.0
"""Devices on the buses, and what the firmware reads of them with MicroPython's own interfaces."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from phosphene_tools.sim import SimError
from phosphene_tools.sim.devices.i2c import I2CBus
from phosphene_tools.sim.devices.one_wire import Ds18b20, OneWireBus, crc8
from phosphene_tools.sim.devices.tmp117 import Tmp117
from tests.sim.desk import Desk, on_a_desk, until

READ_TMP117 = "int.from_bytes(i2c.readfrom_mem(0x48, 0, 2), 'big')"


def test_a_tmp117_is_found_and_read(tmp_path: Path) -> None:
    async def scenario(desk: Desk) -> None:
        sensor = Tmp117(21.5)
        desk.board.i2c(0).attach(0x48, sensor)
        await desk.ask("i2c = I2C(0, scl=Pin(5), sda=Pin(4), freq=400000)")
        assert await desk.ask("i2c.scan()") == "[72]"
        assert await desk.ask("i2c.readfrom_mem(0x48, 15, 2)") == "b'\\x01\\x17'"

        async def converted() -> bool:
            return await desk.ask(READ_TMP117) != str(0x8000)

        await until(converted)
        assert await desk.ask(READ_TMP117) == str(int(21.5 * 128))
        sensor.celsius = -40.0
        assert await desk.ask(READ_TMP117) == str(0x10000 - 40 * 128)
        # Registers that can be written keep their value, the identity does not.
        await desk.ask("i2c.writeto_mem(0x48, 2, b'\\x12\\x34')")
        await desk.ask("i2c.writeto(0x48, b'\\x0f\\x00\\x00')")
        assert await desk.ask("i2c.readfrom_mem(0x48, 2, 2), i2c.readfrom_mem(0x48, 15, 2)") == (
            "(b'\\x124', b'\\x01\\x17')"
        )

    on_a_desk(tmp_path, scenario)


def test_nobody_at_an_address_is_an_io_error(tmp_path: Path) -> None:
    async def scenario(desk: Desk) -> None:
        await desk.ask("i2c = SoftI2C(scl=Pin(7), sda=Pin(6))")
        assert await desk.ask("i2c.readfrom(0x50, 1)") == "OSError(5,)"
        desk.board.i2c(128 + 7).attach(0x50, Tmp117())
        assert await desk.ask("i2c.scan()") == "[80]"
        desk.board.i2c(128 + 7).detach(0x50)
        assert await desk.ask("i2c.scan()") == "[]"

    on_a_desk(tmp_path, scenario)


def test_requests_survive_being_interrupted(tmp_path: Path) -> None:
    async def scenario(desk: Desk) -> None:
        desk.board.i2c(0).attach(0x48, Tmp117(20.0))
        await asyncio.sleep(0.13)
        await desk.ask("i2c = I2C(0); readings = []")
        # The timer asks the same bus that the program asks.
        await desk.ask(
            "t = Timer(-1, period=1, callback=lambda t: readings.append(i2c.readfrom_mem(0x48, 0, 2))"
            " if len(readings) < 50 else t.deinit())"
        )
        assert await desk.ask("set(i2c.readfrom_mem(0x48, 0, 2) for _ in range(300))") == "{b'\\n\\x00'}"

        async def enough() -> bool:
            return await desk.ask("len(readings)") == "50"

        await until(enough)
        assert await desk.ask("set(readings)") == "{b'\\n\\x00'}"

    on_a_desk(tmp_path, scenario)


class Doubler:
    """The example of docs/simulator.md: answers what was written to it, twice as large."""

    def __init__(self) -> None:
        self.value = 0

    def write(self, data: bytes) -> None:
        self.value = data[-1] if data else 0

    def read(self, count: int) -> bytes:
        return bytes([2 * self.value & 0xFF]) * count


def test_a_device_of_ones_own_is_two_methods(tmp_path: Path) -> None:
    async def scenario(desk: Desk) -> None:
        desk.board.i2c(0).attach(0x20, Doubler())
        await desk.ask("i2c = I2C(0)")
        assert await desk.ask("i2c.readfrom_mem(0x20, 21, 2)") == "b'**'"
        assert await desk.ask("i2c.writeto(0x20, b'\\x01\\x04'), i2c.readfrom(0x20, 1)") == "(2, b'\\x08')"

    on_a_desk(tmp_path, scenario)


def test_an_impossible_address_is_refused() -> None:
    with pytest.raises(SimError, match=r"0x78.*7-bit"):
        I2CBus().attach(0x78, Tmp117())


def test_one_wire_thermometers_are_searched_and_read(tmp_path: Path) -> None:
    async def scenario(desk: Desk) -> None:
        bus = desk.board.one_wire(22)
        bus.devices += [Ds18b20(serial, celsius=serial / 2) for serial in (1, 3, 170)]
        await desk.ask("import onewire; wire = onewire.OneWire(Pin(22)); roms = wire.scan()")
        assert await desk.ask("sorted(roms)") == repr(sorted(device.rom for device in bus.devices))
        assert await desk.ask("[wire.crc8(rom) for rom in roms]") == "[0, 0, 0]"
        # All convert at once; then each is read by its code.
        await desk.ask("wire.reset(True); wire.writebyte(wire.SKIP_ROM); wire.writebyte(0x44)")

        async def converted() -> bool:
            return await desk.ask("wire.readbit()") == "1"

        await until(converted)
        await desk.ask("pad = bytearray(9)")
        for device in bus.devices:
            await desk.ask(f"wire.select_rom({device.rom!r}); wire.writebyte(0xBE); wire.readinto(pad)")
            assert await desk.ask("wire.crc8(pad), (pad[0] | pad[1] << 8) / 16") == f"(0, {device.celsius})"

    on_a_desk(tmp_path, scenario)


def test_a_one_wire_bus_without_devices_has_no_presence(tmp_path: Path) -> None:
    async def scenario(desk: Desk) -> None:
        await desk.ask("import onewire; wire = onewire.OneWire(Pin(22))")
        assert await desk.ask("wire.reset(), wire.scan(), wire.readbyte()") == "(False, [], 255)"
        assert "OneWireError" in await desk.ask("wire.reset(True)")

    on_a_desk(tmp_path, scenario)


def test_a_ds18b20_honours_its_resolution_and_alarm_registers() -> None:
    bus = OneWireBus()
    bus.devices.append(Ds18b20(5, celsius=-10.0625))

    def scratchpad() -> bytes:
        bus.reset()
        for byte in (0xCC, 0xBE):
            bus.write(byte)
        return bytes(bus.read() for _ in range(9))

    assert scratchpad()[:2] == (85 * 16).to_bytes(2, "little")  # its value at power-on
    bus.reset()
    for byte in (0xCC, 0x4E, 0x11, 0x22, 0x1F):  # nine bits
        bus.write(byte)
    bus.reset()
    for byte in (0xCC, 0x44):
        bus.write(byte)
    pad = scratchpad()
    assert crc8(pad) == 0
    assert pad[2:5] == bytes([0x11, 0x22, 0x1F])
    assert int.from_bytes(pad[:2], "little", signed=True) == -168  # -10.5 °C, to whole half degrees


def test_the_converter_reads_what_the_world_sets(tmp_path: Path) -> None:
    async def scenario(desk: Desk) -> None:
        desk.board.set_adc(1, 32768)
        await desk.ask("adc = ADC(Pin(27))")
        assert await desk.ask("adc.read_u16(), adc.read_uv()") == "(32768, 1650025)"
        await desk.board.reset()
        assert await desk.ask("ADC(1).read_u16()") == "32768"  # the world was not reset
        assert "ValueError" in await desk.ask("ADC(Pin(5))")
        for channel, value in ((8, 0), (0, 65536), (0, -1)):
            with pytest.raises(SimError, match="channel"):
                desk.board.set_adc(channel, value)

    on_a_desk(tmp_path, scenario)


def test_pwm_shows_frequency_and_duty(tmp_path: Path) -> None:
    async def scenario(desk: Desk) -> None:
        await desk.ask("pwm = PWM(Pin(5), freq=1000, duty_ns=250000)")

        def shown() -> tuple[int, int] | None:
            pwm = desk.board.pins.pwm(5)
            return (pwm.frequency, pwm.duty_u16) if pwm else None

        await until(lambda: shown() == (1000, 16383))
        await desk.ask("pwm.duty_u16(65535)")
        await until(lambda: shown() == (1000, 65535))
        assert "ValueError" in await desk.ask("pwm.freq(1)")
        await desk.board.reset()
        assert shown() is None

    on_a_desk(tmp_path, scenario)


def test_lamps_get_their_bytes_in_green_red_blue(tmp_path: Path) -> None:
    async def scenario(desk: Desk) -> None:
        await desk.ask("import neopixel; lamps = neopixel.NeoPixel(Pin(6), 30); lamps.fill((1, 2, 3)); lamps.write()")
        await until(lambda: desk.board.lamps(6) == bytes([2, 1, 3]) * 30)
        assert desk.board.lamps(7) == b""

    on_a_desk(tmp_path, scenario)


def test_what_the_interpreter_brings_works_on_virtual_pins(tmp_path: Path) -> None:
    async def scenario(desk: Desk) -> None:
        await desk.ask("lamp = Signal(Pin(5, Pin.OUT, value=1), invert=True); lamp.on()")
        await until(lambda: desk.board.pins.level(5) == 0)
        assert await desk.ask("time_pulse_us(Pin(8, Pin.IN, Pin.PULL_DOWN), 1, 2000)") == "-2"

    on_a_desk(tmp_path, scenario)


USB_LINE = """
import usb.device
from usb.device.cdc import CDCInterface
port = CDCInterface()
port.init(timeout=0, txbuf=512, rxbuf=4096)
usb.device.get().init(port, builtin_driver=True)
import select
poll = select.poll()
poll.register(port, select.POLLIN)
buffer = bytearray(64)
while True:
    for _ in poll.ipoll(1):
        n = port.readinto(buffer)
        if n:
            port.write(buffer[:n])
"""


def test_the_line_of_a_board_with_a_second_cdc_interface(tmp_path: Path) -> None:
    async def scenario(desk: Desk) -> None:
        desk.send(b"over usb\n")
        assert await desk.line() == "over usb"

    on_a_desk(tmp_path, scenario, USB_LINE)
