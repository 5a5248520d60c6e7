# SPDX-License-Identifier: Apache-2.0
"""The pin tables of the RP2 boards against the rule that MicroPython's rp2 port checks a pin by.

machine_uart.c: the UART is bit 3 of (pin + 4); the signal is the pin modulo 4, in the order TX, RX, CTS,
RTS; on the RP2350 every even pin carries TX and every odd one RX as well.
"""

from __future__ import annotations

import pytest

from phosphene_tools import places
from phosphene_tools.boards import Catalog
from phosphene_tools.boards.mcu import SIGNALS


@pytest.mark.parametrize("name", ["pico", "pico2", "sim"])
@pytest.mark.parametrize("number", [0, 1])
def test_uart_pins(name: str, number: int) -> None:
    mcu = Catalog([places.boards()]).mcu(name)
    uart = mcu.uart(number)
    assert uart is not None
    of_this_uart = [pin for pin in range(30) if (pin + 4) >> 3 & 1 == number]
    for remainder, signal in enumerate(SIGNALS):
        modulus = 2 if mcu.chip == "rp2350" and signal in {"tx", "rx"} else 4
        expected = [pin for pin in of_this_uart if pin % modulus == remainder]
        assert uart.pins(signal) == expected, signal


@pytest.mark.parametrize("name", ["pico", "pico2", "sim"])
def test_header_and_reserved_pins_are_all_of_the_chip(name: str) -> None:
    mcu = Catalog([places.boards()]).mcu(name)
    assert {*mcu.header, *mcu.onboard, *mcu.reserved} == {f"GP{pin}" for pin in range(30)}
    labels = [*mcu.header.values(), *mcu.ground]
    assert len(labels) == len(set(labels))
