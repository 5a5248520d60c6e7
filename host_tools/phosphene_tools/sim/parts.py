# SPDX-License-Identifier: Apache-2.0
"""Wires a device up for each part that `board.json` declares, as on a bench where everything is plugged in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from phosphene_tools.sim.devices.bme280 import Bme280
from phosphene_tools.sim.devices.ds3231 import Ds3231
from phosphene_tools.sim.devices.flow_meter import FlowMeter
from phosphene_tools.sim.devices.hx711 import Hx711
from phosphene_tools.sim.devices.one_wire import Ds18b20
from phosphene_tools.sim.devices.tmp117 import Tmp117

if TYPE_CHECKING:
    from phosphene_tools.sim.board import SimBoard

CLOCK_ADDRESS = 0x68
FIRST_ADC_PIN = 26
_ADC_MIDDLE = 32768
_CELSIUS = 21.0
_SHARE_OF_FULL_FLOW = 0.5

Thermometer = Tmp117 | Bme280 | Ds18b20


class Parts:
    """The devices by the names of the rig; their values may be set at any time, also between two boots.

    A room of 21 °C, all voltages half way up, an empty scale, a full tank, and a clock that was never set.
    """

    def __init__(self, board: SimBoard, board_json: dict[str, Any]) -> None:
        """Wire them to `board`, whose firmware need not run yet."""
        self.thermometers: dict[str, Thermometer] = {}
        self.scales: dict[str, Hx711] = {}
        self.clock: Ds3231 | None = None
        self.dispenser: FlowMeter | None = None
        for sensor in board_json.get("sensors", []):
            self._attach(board, sensor)
        for entry in board_json.get("analog", []):
            board.set_adc(entry["pin"] - FIRST_ADC_PIN, _ADC_MIDDLE)
        for cell in board_json.get("load_cells", []):
            self.scales[cell["name"]] = board.scale(cell["data"], cell["clock"], cell["settle_ms"])
        if rtc := board_json.get("rtc"):
            self.clock = Ds3231()
            board.i2c(rtc["i2c"]).attach(CLOCK_ADDRESS, self.clock)
        if dispenser := board_json.get("dispenser"):
            self.dispenser = _dispenser(board, board_json, dispenser)

    def close(self) -> None:
        """Stop what moves by itself."""
        for scale in self.scales.values():
            scale.close()
        if self.dispenser:
            self.dispenser.close()

    def _attach(self, board: SimBoard, sensor: dict[str, Any]) -> None:
        device: Thermometer
        if sensor["kind"] == "ds18b20":
            serial = int.from_bytes(bytes.fromhex(sensor["rom"])[1:7], "little") if "rom" in sensor else 1
            device = Ds18b20(serial, _CELSIUS)
            board.one_wire(sensor["pin"]).devices.append(device)
        else:
            device = Tmp117(_CELSIUS) if sensor["kind"] == "tmp117" else Bme280(_CELSIUS)
            board.i2c(sensor["i2c"]).attach(sensor["address"], device)
        self.thermometers[sensor["name"]] = device


def _dispenser(board: SimBoard, board_json: dict[str, Any], declared: dict[str, Any]) -> FlowMeter:
    pins = {entry["name"]: entry["pin"] for table in ("outputs", "inputs") for entry in board_json[table]}
    per_litre = declared["pulses_per_litre"]
    return FlowMeter(
        board,
        pump_pin=pins[declared["pump"]],
        flow_pin=pins[declared["flow"]],
        pulses_per_litre=per_litre,
        ml_per_s=_SHARE_OF_FULL_FLOW * 1000 * declared["max_hz"] / per_litre,
    )
