# SPDX-License-Identifier: Apache-2.0
"""Sensors, servos, lamps, dispensers and clocks that a rig can't have, and what the firmware gets of those it can."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from phosphene_tools.boards import board_json, load_rig

Spoil = Callable[..., list[str]]

BENCH = {"file": "rig/sim-bench/rig.toml", "rig": "sim-bench"}
ROM_OF_PIPE, ROM_OF_TANK = '"2801000000000029"', '"2802000000000070"'


@pytest.mark.parametrize(
    ("old", "new", "key", "words"),
    [
        pytest.param("pin = 13", "pin = 9", "lights[0].pin", "GP9 is already used by sensor.2.pin", id="one wire"),
        pytest.param("clock = 8", "clock = 7", "load_cell[0].clock", "used by load_cell.0.data", id="cell"),
        pytest.param("data = 7\n", "data = 26\n", "load_cell[0].data", "used by analog.0.pin", id="cell and analog"),
        pytest.param('"knob"\npin = 27', '"knob"\npin = 26', "analog[1].pin", "used by analog.0.pin", id="twice"),
        pytest.param('"room"', '"scale"', "load_cell[0].name", "'scale' is used twice", id="name twice"),
        pytest.param('output = "arm"', 'output = "amr"', "servo[0].output", "the nearest is 'arm'", id="no output"),
        pytest.param(
            'output = "arm"', 'output = "fan"', "servo[0].output", "wants 50 Hz, and fan has pwm_hz = 25000", id="fan"
        ),
        pytest.param(
            'output = "arm"',
            'output = "arm"\nleast_us = 2000',
            "servo[0].least_us",
            "least_us is not below most_us",
            id="pulses",
        ),
        pytest.param(
            'output = "arm"',
            'output = "arm"\n\n[[servo]]\nname = "second"\noutput = "arm"',
            "servo[1].output",
            "two servos hang on arm",
            id="two servos, one output",
        ),
        pytest.param(
            'name = "bolt"',
            'pwm_hz = 1000\nname = "bolt"',
            "output[4].pwm_hz",
            "GP21 and GP20 are PWM slice 2, which has one frequency: bolt wants 1000 Hz, fan 25000 Hz",
            id="one slice, two frequencies",
        ),
        pytest.param(
            "address = 0x76", "address = 0x48", "sensor[1].address", "a BME280 can't have address 0x48", id="bme"
        ),
        pytest.param('"ds3231"\ni2c = 0', '"ds3231"\ni2c = 1', "rtc.i2c", "no I2C bus 1 in this rig", id="clock's bus"),
        pytest.param(
            'kind = "bme280"\ni2c = 0\naddress = 0x76',
            'kind = "tmp117"\ni2c = 0\naddress = 0x48',
            "sensor[1].address",
            "two devices have address 0x48 on I2C 0",
            id="address twice",
        ),
        pytest.param(
            ROM_OF_PIPE, '"2801000000000028"', "sensor[2].rom", "check digits of 2801000000000028 are wrong", id="typo"
        ),
        pytest.param(ROM_OF_PIPE, ROM_OF_TANK, "sensor[3].rom", "two sensors have the rom", id="rom twice"),
        pytest.param(
            f"rom = {ROM_OF_PIPE}\n", "", "sensor[2]", "several sensors share GP9, and pipe does not say", id="no rom"
        ),
        pytest.param(
            'sensor = "outdoors"', 'sensor = "pipe"', "thermostat[0].sensor", "pipe takes 750 ms", id="slow thermostat"
        ),
        pytest.param("settle_ms = 25\n", "", "load_cell[0]", "answers later than a real one", id="simulated cell"),
        pytest.param('pump = "pump"', 'pump = "pmp"', "dispenser.pump", "the nearest is 'pump'", id="no pump"),
        pytest.param('pump = "pump"', 'pump = "bolt"', "dispenser.pump", "bolt is a lock", id="pump is a lock"),
        pytest.param('flow = "flow"', 'flow = "flw"', "dispenser.flow", "the nearest is 'flow'", id="no meter"),
        pytest.param(
            "max_hz = 200", "max_hz = 301", "dispenser.max_hz", "less than or equal to 300, found 301", id="too fast"
        ),
        pytest.param('kind = "bme280"', 'kind = "bme680"', "sensor[1].kind", "found 'bme680'; the nearest", id="kind"),
        pytest.param("count = 8", 'count = "8"', "lights[0].count", "expected a valid integer, found '8'", id="type"),
        pytest.param("full_mv = 16_500", "fullmv = 3", "analog[0].fullmv", "the nearest is 'full_mv'", id="misspelt"),
    ],
)
def test_rule(spoil: Spoil, old: str, new: str, key: str, words: str) -> None:
    [line] = spoil(old, new, **BENCH)
    assert words in line
    place = line.split(" — ")[1]
    assert place.startswith("boards/rig/sim-bench/rig.toml:")
    assert place.endswith(f", {key}")


def test_a_servo_on_a_lock_beside_a_fast_fan_is_two_mistakes(spoil: Spoil) -> None:
    lines = spoil('output = "arm"', 'output = "bolt"', **BENCH)
    assert [line.split(" — ")[0] for line in lines] == [
        "bolt is a lock",
        "GP21 and GP20 are PWM slice 2, which has one frequency: bolt wants 50 Hz, fan 25000 Hz",
    ]


def edited(own: Path, *changes: tuple[str, str]) -> Path:
    """The bench's rig, changed."""
    path = own / BENCH["file"]
    text = path.read_text()
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    path.write_text(text)
    return path.parent


def test_only_the_converters_pins_measure_voltages(own: Path, spoil: Spoil) -> None:
    load_rig(edited(own, ("pin = 27", "pin = 28")))
    edited(own, ("pin = 6\npull", "pin = 27\npull"))
    [line] = spoil('"knob"\npin = 28', '"knob"\npin = 6', **BENCH)
    assert "GP6 of simulated board can't measure a voltage" in line
    assert line.endswith("expected one of GP26, GP27, GP28")


def test_pins_sixteen_apart_are_one_pwm_channel(own: Path, spoil: Spoil) -> None:
    """GP6 and GP22 are both channel A of slice 3: the same frequency is not enough."""
    edited(own, ("pin = 6\npull", "pin = 28\npull"), ('"buzzer"', '"buzzer"\npwm_hz = 1000'))
    blower = '[[output]]\nname = "blower"\npin = {}\nguarded = false\npwm_hz = {}\n\n[[input]]\nname = "button"'
    [line] = spoil('[[input]]\nname = "button"', blower.format(6, 1000), **BENCH)
    assert "GP6 and GP22 are one PWM channel: blower would always do as buzzer does" in line
    [line] = spoil("pin = 6\n", "pin = 23\n", **BENCH)
    assert "reserved" in line


def test_neighbours_may_share_a_slice_at_one_frequency(own: Path) -> None:
    """GP20 and GP21."""
    load_rig(edited(own, ('name = "bolt"', 'name = "bolt"\npwm_hz = 25_000')))


def test_the_same_rig_on_a_real_board_wants_flash_for_its_journal(own: Path, spoil: Spoil) -> None:
    edited(own, ('sbc = "laptop"', 'sbc = "pi5"'), ("rts = 3\n", 'rts = 3\nsbc_uart = "uart0"\n'))
    [line] = spoil('mcu = "sim"', 'mcu = "pico2"', **BENCH)
    assert "no flash is reserved for it" in line
    assert "add [flash.journal]" in line
    journal = "[flash.journal]\nstart = 1_441_792\nsize = 32_768\n\n[dispenser]"
    rig = load_rig(edited(own, ("[dispenser]", journal)))
    assert board_json(rig)["flash"] == {"journal": {"start": 1_441_792, "size": 32_768}}
    [line] = spoil("size = 32_768", "size = 32_000", **BENCH)
    assert "multiple of 4096, found 32000" in line


def test_a_dispenser_needs_an_rp2(own: Path, spoil: Spoil) -> None:
    lines = spoil('mcu = "sim"', 'mcu = "esp32-s3"', **BENCH)
    assert any("the journal of a dispenser needs an RP2's flash" in line for line in lines)


def test_flash_that_nobody_uses_is_told(spoil: Spoil) -> None:
    flash = "[flash.journal]\nstart = 0\nsize = 8192\n\n[enable]"
    [line] = spoil("[enable]", flash, file="rig/sim-house/rig.toml", rig="sim-house")
    assert "nothing in this rig keeps a journal" in line


def test_what_the_firmware_gets(own: Path) -> None:
    config = board_json(load_rig(edited(own, ("settle_ms = 25", "settle_ms = 25\ngain = 64"))))
    assert config["sensors"] == [
        {"name": "room", "kind": "tmp117", "i2c": 0, "address": 0x48},
        {"name": "outdoors", "kind": "bme280", "i2c": 0, "address": 0x76},
        {"name": "pipe", "kind": "ds18b20", "pin": 9, "rom": "2801000000000029"},
        {"name": "tank", "kind": "ds18b20", "pin": 9, "rom": "2802000000000070"},
    ]
    assert config["load_cells"] == [{"name": "scale", "data": 7, "clock": 8, "settle_ms": 25, "pulses": 27}]
    assert config["servos"] == [{"name": "pointer", "output": "arm", "least_us": 1000, "most_us": 2000, "degrees": 90}]
    assert config["lights"] == [{"name": "ring", "pin": 13, "count": 8, "channels": 3, "max_ma": 400}]
    assert config["analog"][0] == {"name": "battery", "pin": 26, "full_mv": 16_500}
    assert config["rtc"] == {"kind": "ds3231", "i2c": 0, "drift_ppm": 2}
    assert config["dispenser"] == {"pump": "pump", "flow": "flow", "pulses_per_litre": 5000, "max_hz": 200}
    assert [output.get("pwm_hz") for output in config["outputs"]] == [None, None, None, 25_000, None, None, None]
