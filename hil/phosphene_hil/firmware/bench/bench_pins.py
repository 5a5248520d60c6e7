# SPDX-License-Identifier: Apache-2.0
"""The bench Pico's pins: what it drives at the board under test, and what it sees there."""

import device
import machine
from machine import Pin
from refusal import refused
from task import field, task

PINS = 29  # of an RP2040 or an RP2350A
_NOT_OURS = (23, 24, 25)  # power supply, USB sense, LED
_pins = {}
_driven = {}  # number -> True while we drive it
_capture = []


@task(
    "bench.drive",
    args=(
        field("pin", "u8", unit="", max=28),
        field("how", "choice", choices=("release", "low", "high", "pull_up", "pull_down")),
    ),
    idempotent=True,
    help="Drive a pin of the bench at the board under test, or let go of it.",
)
def drive(pin, how):
    driven = pin_at(pin)
    if how in ("low", "high"):
        # The level is given with the mode, so the pin never passes through another.
        driven.init(Pin.OUT, value=how == "high")
        _driven[pin] = True
    else:
        driven.init(Pin.IN, {"pull_up": Pin.PULL_UP, "pull_down": Pin.PULL_DOWN}.get(how))
        _driven.pop(pin, None)
    settle()


@task("bench.release", idempotent=True, help="Let go of every pin of the bench that is driven.")
def release():
    for number in list(_driven):
        pin_at(number).init(Pin.IN, None)
        del _driven[number]
    settle()


@task(
    "bench.levels",
    args=(field("pins", "u32", unit=""),),
    results=(field("levels", "u32", unit=""),),
    idempotent=True,
    privilege="read",
    help="The levels of these pins of the bench; bit n is GPn.",
)
def levels(pins):
    settle()
    seen = 0
    for number in range(PINS):
        if pins >> number & 1:
            seen |= pin_at(number).value() << number
    return (seen,)


def pin_at(number):
    """The pin, an input at its first use. Raises Refusal for one that the board needs itself."""
    if number not in _pins:
        config = device.config
        own = [config["enable_pin"], config["kick_pin"]]
        own += [config["line"].get(signal, -1) for signal in ("tx", "rx", "cts", "rts")]
        own += [entry["pin"] for key in ("outputs", "inputs") for entry in config.get(key, ())]
        if number in own or number in _NOT_OURS or number >= PINS:
            raise refused("GP%d is the bench's own: wire the net to another pin" % number)
        _pins[number] = Pin(number, Pin.IN)
    return _pins[number]


def capture():
    """The chip's unit that keeps edges with their times, or None: then interrupts do it."""
    if not _capture:
        unit = getattr(machine, "SimCapture", None)
        _capture.append(unit and unit())
    return _capture[0]


def settle():
    """On the simulated chip: wait until the world has had its say. Wires do that by themselves."""
    unit = capture()
    if unit:
        unit.settle()
