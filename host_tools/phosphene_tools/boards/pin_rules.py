# SPDX-License-Identifier: Apache-2.0
"""Who uses which pin of a rig, and which name: each once."""

from __future__ import annotations

from collections.abc import Iterator

from phosphene_tools.boards.mcu import Mcu
from phosphene_tools.boards.privacy import privacy_pins
from phosphene_tools.boards.problems import Keys, Problem
from phosphene_tools.boards.sensing import Ds18b20
from phosphene_tools.boards.wiring import UartLine, Wiring


def check_pins(wiring: Wiring, mcu: Mcu) -> list[Problem]:
    """Return every pin that is not there, reserved, or used by two; and every name that is."""
    return [*_pins(wiring, mcu), *_names(wiring)]


def used_pins(wiring: Wiring) -> Iterator[tuple[Keys, int]]:
    """Yield every GPIO that the rig uses, with the key that names it; a shared 1-Wire bus once."""
    if isinstance(wiring.line, UartLine):
        for signal, pin in wiring.line.signals():
            yield ("line", signal), pin
    yield ("enable", "pin"), wiring.enable.pin
    yield ("enable", "kick_pin"), wiring.enable.kick_pin
    for at, output in enumerate(wiring.outputs):
        yield ("output", at, "pin"), output.pin
    for at, entry in enumerate(wiring.inputs):
        yield ("input", at, "pin"), entry.pin
    if wiring.shift_register:
        for signal, pin in wiring.shift_register:
            yield ("shift_register", signal), pin
    for key, pin in privacy_pins(wiring):
        yield ("privacy", key), pin
    yield from _pins_of_parts(wiring)


def _pins_of_parts(wiring: Wiring) -> Iterator[tuple[Keys, int]]:
    for at, bus in enumerate(wiring.i2c):
        yield ("i2c", at, "sda"), bus.sda
        yield ("i2c", at, "scl"), bus.scl
    one_wires: set[int] = set()
    for at, sensor in enumerate(wiring.sensors):
        if isinstance(sensor, Ds18b20) and sensor.pin not in one_wires:
            one_wires.add(sensor.pin)
            yield ("sensor", at, "pin"), sensor.pin
    for at, entry in enumerate(wiring.analog):
        yield ("analog", at, "pin"), entry.pin
    for at, cell in enumerate(wiring.load_cells):
        yield ("load_cell", at, "data"), cell.data
        yield ("load_cell", at, "clock"), cell.clock
    for at, chain in enumerate(wiring.lights):
        yield ("lights", at, "pin"), chain.pin


def _pins(wiring: Wiring, mcu: Mcu) -> Iterator[Problem]:
    first: dict[int, str] = {}
    for keys, pin in used_pins(wiring):
        where = ".".join(str(key) for key in keys)
        why = mcu.reserved.get(f"GP{pin}")
        if why:
            yield Problem(keys, f"GP{pin} of {mcu.title} is reserved: {why}", f"free are {_free(wiring, mcu)}")
        elif pin not in mcu.pins:
            yield Problem(keys, f"{mcu.title} has no GP{pin}", f"free are {_free(wiring, mcu)}")
        elif pin in first:
            yield Problem(keys, f"GP{pin} is already used by {first[pin]}", f"free are {_free(wiring, mcu)}")
        first.setdefault(pin, where)


def _free(wiring: Wiring, mcu: Mcu) -> str:
    used = {pin for _, pin in used_pins(wiring)}
    return ", ".join(f"GP{pin}" for pin in sorted(mcu.pins) if pin not in used)


def _names(wiring: Wiring) -> Iterator[Problem]:
    seen: set[str] = set()
    tables = {
        "output": wiring.outputs,
        "input": wiring.inputs,
        "sensor": wiring.sensors,
        "analog": wiring.analog,
        "load_cell": wiring.load_cells,
        "servo": wiring.servos,
        "lights": wiring.lights,
    }
    for table, entries in tables.items():
        for at, entry in enumerate(entries):
            if entry.name in seen:
                yield Problem((table, at, "name"), f"the name {entry.name!r} is used twice", "give each its own")
            seen.add(entry.name)
