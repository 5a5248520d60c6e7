# SPDX-License-Identifier: Apache-2.0
"""What the firmware reads at its start: `board.json`, written from a rig."""

from __future__ import annotations

from typing import Any

from phosphene_tools.boards.catalog import Rig
from phosphene_tools.boards.outputs import Output
from phosphene_tools.boards.sensing import LoadCell, Thermostat
from phosphene_tools.boards.table import Table
from phosphene_tools.boards.wiring import Input, UartLine, UsbLine, Wiring

_PULSES = {128: 25, 32: 26, 64: 27}
"""Of an HX711's clock, by gain (its datasheet, table 3)."""


def board_json(rig: Rig) -> dict[str, Any]:
    """Return the content of `board.json` for a rig: plain values, ready for `json.dump`."""
    wiring = rig.wiring
    config: dict[str, Any] = {
        "board": rig.name,
        "line": _line(wiring.line),
        "enable_pin": wiring.enable.pin,
        "kick_pin": wiring.enable.kick_pin,
        "deadman_ms": wiring.enable.dead_man_ms,
        "lease": wiring.lease.model_dump(),
        "outputs": [_output(entry) for entry in wiring.outputs],
        "inputs": [_input(entry) for entry in wiring.inputs],
    }
    # What is not there costs the board no memory.
    return config | {key: value for key, value in _parts(wiring).items() if value}


def _parts(wiring: Wiring) -> dict[str, Any]:
    return {
        "shift_register": _table(wiring.shift_register),
        "interlocks": [entry.model_dump(exclude_defaults=True) for entry in wiring.interlocks],
        "i2c": [_table(entry) for entry in wiring.i2c],
        "sensors": [_table(entry) for entry in wiring.sensors],
        "thermostats": [_thermostat(entry) for entry in wiring.thermostats],
        "analog": [_table(entry) for entry in wiring.analog],
        "load_cells": [_load_cell(entry) for entry in wiring.load_cells],
        "servos": [_table(entry) for entry in wiring.servos],
        "lights": [_table(entry) for entry in wiring.lights],
        "rtc": _table(wiring.rtc),
        "dispenser": _table(wiring.dispenser),
        "flash": _table(wiring.flash),
        "privacy": _table(wiring.privacy),
    }


def _table(entry: Table | None) -> dict[str, Any]:
    return entry.model_dump(exclude_none=True) if entry else {}


def _line(line: UartLine | UsbLine) -> dict[str, Any]:
    return line.model_dump(exclude={"sbc_uart", "level_shifter"}, exclude_none=True)


def _input(entry: Input) -> dict[str, Any]:
    config: dict[str, Any] = {"name": entry.name, "pin": entry.pin}
    # With a resistor outside, the one inside stays off: it would only move the level.
    if entry.pull != "none" and entry.pull_ohm is None:
        config["pull"] = entry.pull
    return config


def _output(entry: Output) -> dict[str, Any]:
    config: dict[str, Any] = entry.model_dump(include={"name", "pin", "safe", "guarded", "on_lease_loss", "max_s"})
    # What is exact is an integer.
    for key in ("max_on_s", "min_on_s", "min_off_s"):
        seconds: float | None = getattr(entry, key)
        if seconds is not None:
            config[key.removesuffix("_s") + "_ms"] = _thousandths(seconds)
    config |= entry.model_dump(include={"max_changes_per_min", "pwm_hz"}, exclude_none=True)
    if entry.lock:
        config["lock"] = True
    return config


def _load_cell(entry: LoadCell) -> dict[str, Any]:
    config = entry.model_dump(exclude={"gain"}, exclude_defaults=True)
    return config | {"pulses": _PULSES[entry.gain]}


def _thermostat(entry: Thermostat) -> dict[str, Any]:
    config: dict[str, Any] = {
        "name": entry.name,
        "sensor": entry.sensor,
        "output": entry.output,
        "mode": entry.mode,
    }
    for key in ("min_c", "max_c", "hysteresis_c", "cutoff_c"):
        config[key.removesuffix("_c") + "_mc"] = _thousandths(getattr(entry, key))
    return config


def _thousandths(value: float) -> int:
    return round(value * 1000)
