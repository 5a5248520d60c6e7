# SPDX-License-Identifier: Apache-2.0
"""What makes buses, sensors and converters of a rig right: each rule is a function that yields problems."""

from __future__ import annotations

from collections.abc import Iterator

from phosphene_tools.boards.mcu import Mcu
from phosphene_tools.boards.problems import Keys, Problem
from phosphene_tools.boards.sensing import Ds18b20
from phosphene_tools.boards.wiring import Wiring

CLOCK_ADDRESS = 0x68
_ADDRESSES = {"tmp117": (0x48, 0x4B), "bme280": (0x76, 0x77)}


def check_sensing(wiring: Wiring, mcu: Mcu) -> list[Problem]:
    """Return everything that is wrong with what a rig measures by."""
    return [
        *_buses(wiring, mcu),
        *_on_i2c(wiring),
        *_on_one_wire(wiring),
        *_analog(wiring, mcu),
        *_load_cells(wiring, mcu),
    ]


def _buses(wiring: Wiring, mcu: Mcu) -> Iterator[Problem]:
    seen: set[int] = set()
    for at, bus in enumerate(wiring.i2c):
        keys: Keys = ("i2c", at)
        there = next((controller for controller in mcu.i2c if controller.id == bus.id), None)
        if there is None:
            known = ", ".join(str(controller.id) for controller in mcu.i2c) or "none"
            yield Problem((*keys, "id"), f"{mcu.title} has no I2C {bus.id}", f"there are {known}")
            continue
        if bus.id in seen:
            yield Problem((*keys, "id"), f"I2C {bus.id} is declared twice", "put its devices on one")
        seen.add(bus.id)
        for signal, pin, pins in (("sda", bus.sda, there.sda), ("scl", bus.scl, there.scl)):
            if not there.any_pin and pin not in pins:
                can = ", ".join(f"GP{number}" for number in pins)
                wrong = f"GP{pin} can't be {signal.upper()} of I2C {bus.id} on {mcu.title}"
                yield Problem((*keys, signal), wrong, f"expected one of {can}")


def _on_i2c(wiring: Wiring) -> Iterator[Problem]:
    buses = [bus.id for bus in wiring.i2c]
    taken: set[tuple[int, int]] = set()
    parts: list[tuple[Keys, str, int, int]] = [
        (("sensor", at), sensor.kind, sensor.i2c, sensor.address)
        for at, sensor in enumerate(wiring.sensors)
        if not isinstance(sensor, Ds18b20)
    ]
    if wiring.rtc:
        parts.append((("rtc",), wiring.rtc.kind, wiring.rtc.i2c, CLOCK_ADDRESS))
    for keys, kind, bus, address in parts:
        if bus not in buses:
            cure = f"there are: {', '.join(map(str, buses)) or 'none'}; declare it with [[i2c]]"
            yield Problem((*keys, "i2c"), f"no I2C bus {bus} in this rig", cure)
        least, most = _ADDRESSES.get(kind, (address, address))
        if not least <= address <= most:
            wrong = f"a {kind.upper()} can't have address {address:#04x}"
            yield Problem((*keys, "address"), wrong, f"{least:#04x} to {most:#04x}")
        elif (bus, address) in taken:
            wrong = f"two devices have address {address:#04x} on I2C {bus}"
            yield Problem((*keys, "address"), wrong, "strap one of them to another address, or use another bus")
        taken.add((bus, address))


def _on_one_wire(wiring: Wiring) -> Iterator[Problem]:
    probes = [(at, sensor) for at, sensor in enumerate(wiring.sensors) if isinstance(sensor, Ds18b20)]
    roms: set[str] = set()
    for at, probe in probes:
        keys: Keys = ("sensor", at, "rom")
        if probe.rom is None:
            if sum(other.pin == probe.pin for _, other in probes) > 1:
                wrong = f"several sensors share GP{probe.pin}, and {probe.name} does not say which it is"
                yield Problem(keys[:2], wrong, "add rom: temperature.read lists those on the wire while it is missing")
            continue
        if _crc8(bytes.fromhex(probe.rom)):
            yield Problem(keys, f"the check digits of {probe.rom} are wrong", "copy it again; the last two check it")
        if probe.rom in roms:
            yield Problem(keys, f"two sensors have the rom {probe.rom}", "each part has its own")
        roms.add(probe.rom)


def _crc8(code: bytes) -> int:
    """Return 0 for a 1-Wire code with its CRC behind it: x^8 + x^5 + x^4 + 1, the lowest bit first."""
    crc = 0
    for byte in code:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ (0x8C if crc & 1 else 0)
    return crc


def _analog(wiring: Wiring, mcu: Mcu) -> Iterator[Problem]:
    for at, entry in enumerate(wiring.analog):
        if entry.pin in mcu.pins and entry.pin not in mcu.adc:
            can = ", ".join(f"GP{pin}" for pin in mcu.adc if pin in mcu.pins) or "none of its pins"
            wrong = f"GP{entry.pin} of {mcu.title} can't measure a voltage"
            yield Problem(("analog", at, "pin"), wrong, f"expected one of {can}")


def _load_cells(wiring: Wiring, mcu: Mcu) -> Iterator[Problem]:
    for at, cell in enumerate(wiring.load_cells):
        if mcu.simulated and not cell.settle_ms:
            wrong = f"{cell.name} is simulated, and a simulated HX711 answers later than a real one"
            yield Problem(("load_cell", at), wrong, "add settle_ms = 25")
