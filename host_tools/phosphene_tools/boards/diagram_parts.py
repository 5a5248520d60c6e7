# SPDX-License-Identifier: Apache-2.0
"""The rows of a wiring diagram for sensors, servos, lamps and the dispenser."""

from __future__ import annotations

from collections.abc import Iterator

from phosphene_tools.boards.catalog import Rig
from phosphene_tools.boards.sensing import Ds18b20

_CHANNELS = {128: "A+ and A-", 64: "A+ and A-", 32: "B+ and B-"}


def at(rig: Rig, pin: int) -> str:
    """Return a GPIO with its place on the board, in a column of 15 characters."""
    return f"GP{pin:<3} {rig.mcu.pins[pin]:<9}"


def sensors(rig: Rig) -> Iterator[str]:
    """Yield what is measured, and by what."""
    wiring = rig.wiring
    for bus in wiring.i2c:
        yield f"{at(rig, bus.sda)} ◀───▶ SDA of I2C {bus.id}, {bus.freq // 1000} kHz, pulled up"
        yield f"{at(rig, bus.scl)} ────▶ SCL"
        for sensor in wiring.sensors:
            if not isinstance(sensor, Ds18b20) and sensor.i2c == bus.id:
                yield f"{'':<15}       {sensor.name}: {sensor.kind.upper()} at {sensor.address:#04x}"
        if wiring.rtc and wiring.rtc.i2c == bus.id:
            yield f"{'':<15}       clock with a battery: {wiring.rtc.kind.upper()} at 0x68, INT/SQW and 32K open"
    yield from _one_wires(rig)
    for entry in wiring.analog:
        yield f"{at(rig, entry.pin)} ◀──── {entry.name}   0 to {entry.full_mv} mV"
    for cell in wiring.load_cells:
        yield f"{at(rig, cell.data)} ◀──── {cell.name}: HX711 DOUT, load cell on {_CHANNELS[cell.gain]}"
        yield f"{at(rig, cell.clock)} ────▶ {cell.name}: HX711 PD_SCK"


def _one_wires(rig: Rig) -> Iterator[str]:
    probes = [sensor for sensor in rig.wiring.sensors if isinstance(sensor, Ds18b20)]
    for pin in dict.fromkeys(probe.pin for probe in probes):
        yield f"{at(rig, pin)} ◀───▶ 1-Wire, by 4.7 kΩ to 3.3 V"
        for probe in probes:
            if probe.pin == pin:
                rom = f", rom {probe.rom}" if probe.rom else ""
                yield f"{'':<15}       {probe.name}: DS18B20{rom}"


def privacy(rig: Rig) -> Iterator[str]:
    """Yield the lights of camera and microphone, and the mute switch."""
    declared = rig.wiring.privacy
    if declared is None:
        return
    for name in ("camera", "microphone"):
        pin: int | None = getattr(declared, f"{name}_light")
        if pin is not None:
            yield f"{at(rig, pin)} ────▶ light of the {name}: LED and resistor to GND, on at 1"
    if declared.mute_switch is not None:
        closed = "muted" if declared.mute_level == 0 else "not muted"
        yield f"{at(rig, declared.mute_switch)} ◀──── mute switch to GND, pull-up inside the chip: {closed} when closed"


def movers(rig: Rig) -> Iterator[str]:
    """Yield what hangs on outputs and needs more than a level, and the lamps."""
    wiring = rig.wiring
    for servo in wiring.servos:
        yield f"{servo.name}: servo on {servo.output}, 0 to {servo.degrees}° by {servo.least_us} to {servo.most_us} µs"
    for chain in wiring.lights:
        limit = f", supply of {chain.max_ma} mA" if chain.max_ma else ""
        white = " with white" if chain.channels == 4 else ""
        yield f"{at(rig, chain.pin)} ────▶ {chain.name}: DIN of {chain.count} WS2812{white}{limit}"
    if wiring.dispenser:
        pump, flow = wiring.dispenser.pump, wiring.dispenser.flow
        yield f"dispenser: {pump} pumps, {flow} counts {wiring.dispenser.pulses_per_litre} pulses per litre"
