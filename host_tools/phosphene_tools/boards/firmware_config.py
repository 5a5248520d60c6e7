# SPDX-License-Identifier: Apache-2.0
"""What the firmware reads at its start: `board.json`, written from a rig."""

from __future__ import annotations

from typing import Any

from phosphene_tools.boards.catalog import Rig
from phosphene_tools.boards.wiring import Input, UartLine, UsbLine


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
        "outputs": [output.model_dump(exclude={"pull_ohm"}) for output in wiring.outputs],
        "inputs": [_input(entry) for entry in wiring.inputs],
    }
    if wiring.shift_register:
        config["shift_register"] = wiring.shift_register.model_dump()
    return config


def _line(line: UartLine | UsbLine) -> dict[str, Any]:
    return line.model_dump(exclude={"sbc_uart", "level_shifter"}, exclude_none=True)


def _input(entry: Input) -> dict[str, Any]:
    config: dict[str, Any] = {"name": entry.name, "pin": entry.pin}
    # With a resistor outside, the one inside stays off: it would only move the level.
    if entry.pull != "none" and entry.pull_ohm is None:
        config["pull"] = entry.pull
    return config
