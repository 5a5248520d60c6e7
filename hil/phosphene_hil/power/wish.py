# SPDX-License-Identifier: Apache-2.0
"""The tables `[power]` and `[reset]` of an instrument's file, and the switches that they mean."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from phosphene.errors import ConfigError
from phosphene_hil.power.attended import Attended
from phosphene_hil.power.board_output import BoardOutput
from phosphene_hil.power.gpio_line import GpioLine
from phosphene_hil.power.serial_relay import SerialRelay, lcus
from phosphene_hil.power.switch import Switch
from phosphene_hil.power.uhubctl import HubPort
from phosphene_tools.boards.table import Name, Table, Text

_Hub = Annotated[str, Field(pattern=r"^\d+(-\d+(\.\d+)*)?$")]
_Hex = Annotated[str, Field(pattern=r"^([0-9a-fA-F]{2})+$")]


class UhubctlWish(Table):
    """The port of a USB hub, switched by `uhubctl`."""

    kind: Literal["uhubctl"]
    hub: _Hub
    """The hub, as `uhubctl` lists it: "1-1"."""
    port: Annotated[int, Field(ge=1, le=31)]
    """The port's number there."""


class SerialWish(Table):
    """A relay on a serial port. Without `on` and `off` it is one of those that take 0xA0, channel, state, sum."""

    kind: Literal["serial-relay"]
    port: Text
    """Its device: a name in /dev/serial/by-id stays the same."""
    baud: Annotated[int, Field(ge=300, le=4_000_000)] = 9600
    """Rate in baud."""
    channel: Annotated[int, Field(ge=1, le=16)] = 1
    """Which relay of the board."""
    on: _Hex | None = None
    """Bytes that switch on, as hexadecimal digits, in place of the usual four."""
    off: _Hex | None = None
    """Bytes that switch off."""
    normally_closed: bool = False
    """Whether the power goes through the contact that is closed at rest: then the relay is pulled for *off*."""


class BoardWish(Table):
    """A relay on an output of a board with our firmware."""

    kind: Literal["board"]
    rig: Name
    """That board's rig."""
    port: str = ""
    """Its port, where there are several: "id:SERIAL"."""
    output: Name
    """The output; unguarded, `on_lease_loss = "autonomous"`."""
    on_level: Annotated[int, Field(ge=0, le=1)] = 1
    """The level that switches on."""


class GpiodWish(Table):
    """A GPIO line of the bench's own computer."""

    kind: Literal["gpiod"]
    chip: Text
    """The chip's device: "/dev/gpiochip0"."""
    line: int | str
    """Number on the chip, or the line's name."""
    active_low: bool = False
    """Whether the low level switches on."""
    open_drain: bool = False
    """Whether it only pulls low, as a reset line wants it."""


class BenchWish(Table):
    """A pin of the bench Pico: the net `power` or `reset` in `[nets]`."""

    kind: Literal["bench"]


class AttendedWish(Table):
    """Nothing: a person is asked."""

    kind: Literal["none"]


SwitchWish = Annotated[
    UhubctlWish | SerialWish | BoardWish | GpiodWish | BenchWish | AttendedWish, Field(discriminator="kind")
]


def open_switch(wish: SwitchWish, what: str, bench: Switch | None = None) -> Switch:
    """Return the switch that `wish` means; nothing is touched before its first use.

    `what` names it for a person and in errors; `bench` is the bench Pico's own. Raises ConfigError where the wish
    needs a bench Pico and there is none.
    """
    match wish:
        case UhubctlWish():
            return HubPort(wish.hub, wish.port)
        case SerialWish():
            if (wish.on is None) != (wish.off is None):
                raise ConfigError("on and off come together", place=what, cure="write both, or neither")
            words = (lcus(wish.channel, closed=True), lcus(wish.channel, closed=False))
            if wish.on is not None and wish.off is not None:
                words = (bytes.fromhex(wish.on), bytes.fromhex(wish.off))
            pulled, rest = words
            on, off = (rest, pulled) if wish.normally_closed else (pulled, rest)
            return SerialRelay(wish.port, on, off, wish.baud)
        case BoardWish():
            return BoardOutput(wish.rig, wish.port, wish.output, on_level=wish.on_level)
        case GpiodWish():
            return GpioLine(wish.chip, wish.line, active_low=wish.active_low, open_drain=wish.open_drain)
        case BenchWish():
            if bench is None:
                cure = "add the net to [nets], and [pico]; or choose another kind"
                raise ConfigError("no pin of a bench Pico is given for it", place=what, cure=cure)
            return bench
        case AttendedWish():
            return Attended(what)
