# SPDX-License-Identifier: Apache-2.0
"""Wirings that fit their schema and are wrong all the same."""

from __future__ import annotations

from collections.abc import Callable

import pytest

Spoil = Callable[..., list[str]]


@pytest.mark.parametrize(
    ("old", "new", "key", "words"),
    [
        pytest.param("pin = 18", "pin = 33", "output[1].pin", "Raspberry Pi Pico 2 has no GP33", id="no such pin"),
        pytest.param("pin = 18", "pin = 23", "output[1].pin", "reserved: it sets the mode", id="reserved pin"),
        pytest.param("pin = 18", "pin = 16", "input[0].pin", "GP16 is already used by output.1.pin", id="used twice"),
        pytest.param("pin = 18", "pin = 0", "output[1].pin", "GP0 is already used by line.tx", id="used by the line"),
        pytest.param("tx = 0", "tx = 4", "line.tx", "GP4 can't be TX of UART 0", id="wrong pin for the UART"),
        pytest.param("cts = 2", "cts = 5", "line.cts", "GP5 can't be CTS of UART 0", id="wrong pin for CTS"),
        pytest.param("id = 0", "id = 2", "line.id", "has no UART 2", id="no such UART"),
        pytest.param("cts = 2\n", "", "line", "cts is missing: flow control needs both", id="half of flow control"),
        pytest.param("921_600", "5_000_000", "line.baud", "reaches 3000000 baud", id="too fast"),
        pytest.param(
            '"uart0"', '"uart00"', "line.sbc_uart", "the nearest is 'uart0'", id="unknown UART of the computer"
        ),
        pytest.param(
            '"monostable"', '"none"', "enable.dead_man", "pump, heater is guarded, and no hardware", id="no dead-man"
        ),
        pytest.param(
            "dead_man_ms = 100\npull_ohm = 4700",
            "dead_man_ms = 100",
            "enable",
            "nothing holds ENABLE low",
            id="floating ENABLE",
        ),
        pytest.param(
            "guarded = true\npull_ohm = 4700",
            "guarded = true",
            "output[1]",
            "nothing pulls pump to safe",
            id="floating output",
        ),
        pytest.param(
            "guarded = true\npull_ohm = 4700",
            "guarded = true\npull_ohm = 10000",
            "output[1].pull_ohm",
            "10000 Ω does not pull a pin of Raspberry Pi Pico 2 low (RP2350-E9) — ",
            id="weak pull-down",
        ),
        pytest.param(
            'pull = "up"',
            'pull = "down"',
            "input[0].pull_ohm",
            "add pull_ohm, expected at most 8200",
            id="inner pull-down",
        ),
        pytest.param(
            "guarded = true\n",
            'guarded = true\non_lease_loss = "hold"\nmax_s = 2\n',
            "output[1].on_lease_loss",
            "pump is behind ENABLE, which falls with the lease, so it can't hold",
            id="guarded and holding",
        ),
        pytest.param("max_s = 2", "max_s = 0", "output[4].max_s", "valve would hold without end", id="endless hold"),
        pytest.param('"hold"', '"safe"', "output[4].max_s", "max_s = 2 means nothing", id="useless time"),
        pytest.param('name = "heater"', 'name = "pump"', "output[2].name", "'pump' is used twice", id="name twice"),
    ],
)
def test_rule(spoil: Spoil, old: str, new: str, key: str, words: str) -> None:
    [line] = spoil(old, new)
    assert words in line
    place = line.split(" — ")[1]
    assert place.startswith("boards/rig/pi5-pico2/rig.toml:")
    assert place.endswith(f", {key}")


def test_the_same_resistor_will_do_on_a_pico(spoil: Spoil) -> None:
    """The erratum is the RP2350's: with an RP2040 only the second mistake is one."""
    lines = spoil(
        "guarded = true\npull_ohm = 4700",
        "guarded = true\npull_ohm = 10000\nmax_s = 1",
        file="rig/pi5-coral-pico/rig.toml",
        rig="pi5-coral-pico",
    )
    assert len(lines) == 1
    assert "max_s" in lines[0]


def test_levels_that_differ_need_a_shifter(spoil: Spoil) -> None:
    [line] = spoil("io_volts = 3.3", "io_volts = 1.8", file="sbc/pi5/board.toml")
    assert "Raspberry Pi 5 has 1.8 V, Raspberry Pi Pico 2 3.3 V" in line
    assert "level shifter" in line


def test_computer_without_flow_control(spoil: Spoil) -> None:
    [line] = spoil('cts = "36"\n', "", file="sbc/pi5/board.toml")
    assert "brings no RTS and CTS to its header" in line


def test_line_over_usb_needs_a_second_interface(spoil: Spoil) -> None:
    [line] = spoil("second_cdc = true", "second_cdc = false", file="mcu/pico/board.toml", rig="laptop-pico")
    assert "no second CDC interface" in line
    assert 'use kind = "uart"' in line


def test_any_pin_serves_where_there_is_a_matrix(spoil: Spoil) -> None:
    """On the ESP32-S3 every free pin can be TX; GP20 is USB there, and GP25 does not exist."""
    lines = spoil('mcu = "pico2"', 'mcu = "esp32-s3"')
    assert all("can't be" not in line for line in lines)
    assert any("GP20 of ESP32-S3-DevKitC-1 is reserved: USB D+" in line for line in lines)
    assert any("has no GP25" in line for line in lines)
    assert any("has no UART 0" in line for line in lines)
