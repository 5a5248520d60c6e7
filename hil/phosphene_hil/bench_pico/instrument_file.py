# SPDX-License-Identifier: Apache-2.0
"""An instrument's file: which pins of the bench Pico go where at a rig, and what switches its power and its reset."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field, ValidationError

from phosphene.errors import ConfigError
from phosphene_hil.power.wish import SwitchWish
from phosphene_tools.boards import Rig, load_rig
from phosphene_tools.boards.privacy import privacy_pins
from phosphene_tools.boards.problems import nearest
from phosphene_tools.boards.reading import read
from phosphene_tools.boards.table import Name, Pin, Table, Title

ENABLE = "enable"
"""The net of the ENABLE line, behind its dead-man."""
MUTE = "mute_switch"


class PicoTable(Table):
    """Which bench Pico it is."""

    rig: Name = "bench-pico"
    """Its own rig."""
    port: str = ""
    """Its port, where there are several: "id:SERIAL"."""
    simulated: bool = False
    """Whether it is simulated, its pins joined to those of a simulated board under test."""


class Control(Table):
    """Pins of the bench Pico at what acts on the board as a whole."""

    reset: Pin | None = None
    """To the board's RUN or reset line; it is pulled low and let go of, never driven high."""
    power: Pin | None = None
    """To the switch in the board's supply: high takes the power away, so that a silent bench leaves it on."""
    cut: Pin | None = None
    """To the coil of the relay whose contacts open the line's wires: high opens them."""
    short_to_board: Pin | None = None
    """To the gate of the transistor that shorts the wire to the board's RX: high shorts it."""
    short_to_host: Pin | None = None
    """Likewise at the board's TX."""
    line_up: Pin | None = None
    """From the board's TX: an idle line is high, so it says when the firmware is up."""


class TargetBus(Table):
    """The pins at which the bench Pico takes sensors' places on an I2C bus."""

    id: Annotated[int, Field(ge=0, le=1)]
    """Its I2C unit."""
    sda: Pin
    """Data."""
    scl: Pin
    """Clock."""
    bus: Annotated[int, Field(ge=0, le=7)] = 0
    """The bus of the board under test that it goes to."""


class Instrument(Table):
    """An instrument's file."""

    title: Title
    """One line about it."""
    pico: PicoTable | None = None
    """The bench Pico, if there is one."""
    nets: dict[str, Pin] = {}
    """By the rig's names (outputs, inputs, keys of [privacy], and enable): the pin of the bench Pico."""
    control: Control = Control()
    """What acts on the board as a whole."""
    target: TargetBus | None = None
    """Where it takes sensors' places."""
    power: SwitchWish | None = None
    """What switches the board's power; left out, the pin `power` of [control]."""
    reset: SwitchWish | None = None
    """What holds it in reset; left out, the pin `reset` of [control]."""
    boot_s: Annotated[float, Field(ge=0, le=60)] = 3.0
    """How long the board takes to come up, waited for where `line_up` is not wired."""


@dataclass(frozen=True)
class Setup:
    """An instrument's file, checked against the rig that it is wired to."""

    place: str
    """Where it was read."""
    file: Instrument
    rig: Rig
    pico_rig: Rig | None

    @property
    def outputs(self) -> Mapping[str, int]:
        """What the board drives: its pins by the rig's names."""
        wiring = self.rig.wiring
        lights = {key: pin for key, pin in privacy_pins(wiring) if key != MUTE}
        return {output.name: output.pin for output in wiring.outputs} | lights

    @property
    def inputs(self) -> Mapping[str, int]:
        """What the board reads, likewise."""
        wiring = self.rig.wiring
        return {entry.name: entry.pin for entry in wiring.inputs} | {k: p for k, p in privacy_pins(wiring) if k == MUTE}

    @property
    def unseen(self) -> list[str]:
        """What the board drives and nobody here sees."""
        return [name for name in (*self.outputs, ENABLE) if name not in self.file.nets]

    def pin(self, name: str) -> int | None:
        """Return the pin of the bench Pico that a net goes to, None where it is not wired."""
        return self.file.nets.get(name)

    def own(self, name: str) -> int:
        """Return the board's own pin of a net."""
        return {**self.outputs, **self.inputs, ENABLE: self.rig.wiring.enable.pin}[name]


def load_setup(path: Path, rig: Rig) -> Setup:
    """Read an instrument's file for `rig`.

    Raises InvalidBoardFile, and ConfigError for a net that the rig does not have, or a pin that is used twice.
    """
    return _checked(str(path), read(Instrument, path)[0], rig)


def setup_of(content: Mapping[str, Any], place: str, rig: Rig) -> Setup:
    """Return the setup that stands in the tables `content`, which were read at `place`. Raises ConfigError."""
    try:
        return _checked(place, Instrument.model_validate(content), rig)
    except ValidationError as error:
        first = error.errors()[0]
        keys = ".".join(str(part) for part in first["loc"])
        raise ConfigError(f"{keys}: {first['msg']}", place=place, cure="see docs/instrument.md") from error


def _checked(place: str, file: Instrument, rig: Rig) -> Setup:
    setup = Setup(place, file, rig, load_rig(file.pico.rig) if file.pico else None)
    there = [*setup.outputs, *setup.inputs, ENABLE]
    for name in file.nets:
        if name not in there:
            right = nearest(name, there)
            cure = f"did you mean {right!r}?" if right else f"it has: {', '.join(there)}"
            raise ConfigError(f"rig {rig.name} has no {name!r}", place=f"{place}, [nets]", cure=cure)
    users: dict[int, str] = {}
    for what, pin in _used(file):
        if pin in users:
            cure = "give each a pin of its own"
            raise ConfigError(f"GP{pin} is both {users[pin]} and {what}", place=place, cure=cure)
        users[pin] = what
    if users and file.pico is None:
        raise ConfigError("pins are named, and no bench Pico", place=place, cure="add the table [pico]")
    return setup


def _used(file: Instrument) -> Iterator[tuple[str, int]]:
    yield from ((f"net {name}", pin) for name, pin in file.nets.items())
    yield from ((f"control {name}", pin) for name, pin in file.control.model_dump(exclude_none=True).items())
    if file.target is not None:
        yield from (("target sda", file.target.sda), ("target scl", file.target.scl))
