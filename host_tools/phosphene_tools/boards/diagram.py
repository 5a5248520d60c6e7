# SPDX-License-Identifier: Apache-2.0
"""Draws a rig's wires as text, from the same file that the firmware's configuration comes from."""

from __future__ import annotations

from collections.abc import Iterator

from phosphene_tools.boards.catalog import Rig
from phosphene_tools.boards.diagram_parts import at, movers, privacy, sensors
from phosphene_tools.boards.mcu import Signal
from phosphene_tools.boards.outputs import Output
from phosphene_tools.boards.sbc import SbcUart
from phosphene_tools.boards.wiring import Input, UartLine

_GATES = ((1, 2, 3), (4, 5, 6), (10, 9, 8), (13, 12, 11))
"""OE, A and Y of the four buffers of a 74HC126."""

_CROSSED: dict[Signal, Signal] = {"tx": "rx", "rx": "tx", "cts": "rts", "rts": "cts"}


def draw(rig: Rig) -> str:
    """Return the wiring diagram of `rig`, a text of lines up to 100 characters."""
    lines = [
        f"{rig.wiring.title}: {rig.sbc.title} and {rig.mcu.title}",
        f"(drawn by: phosphene boards wiring {rig.name})",
        *_section("LINE", _line(rig)),
        *_section("ENABLE", _enable(rig)),
        *_section("OUTPUTS", _outputs(rig)),
        *_section("INPUTS", _inputs(rig)),
        *_section("SHIFT REGISTER", _shift_register(rig)),
        *_section("PRIVACY", privacy(rig)),
        *_section("SENSORS", sensors(rig)),
        *_section("SERVOS AND LAMPS", movers(rig)),
        *_section("LIMITS, KEPT BY THE FIRMWARE", _limits(rig)),
    ]
    return "\n".join(line.rstrip() for line in lines) + "\n"


def _section(heading: str, rows: Iterator[str]) -> list[str]:
    found = [f"  {row}" for row in rows]
    return ["", heading, "", *found] if found else []


def _ohm(value: int) -> str:
    return f"{value / 1000:g} kΩ" if value >= 1000 else f"{value} Ω"


def _line(rig: Rig) -> Iterator[str]:
    line, sbc = rig.wiring.line, rig.sbc
    if not isinstance(line, UartLine):
        yield "USB  ══════════════════════ one cable ══════════════════════  USB"
        yield "first CDC interface: REPL, for maintenance; second: the line; power"
        return
    flow = "RTS/CTS" if line.rts is not None else "no flow control"
    yield f"UART {line.id}, {line.baud} baud, {flow}, levels {rig.mcu.io_volts} V"
    uart = sbc.uart(line.sbc_uart) if line.sbc_uart else None
    if uart is None:
        yield "simulated: the launcher holds the other end; a pseudo-terminal takes the place of the wires"
        for signal, pin in line.signals():
            yield f"{at(rig, pin)} {signal.upper()}"
        return
    if line.level_shifter:
        yield f"every wire but GND and USB passes the level shifter: {line.level_shifter}"
    yield ""
    yield f"{sbc.title:<34}{rig.mcu.title}"
    for signal, pin in line.signals():
        other = _CROSSED[signal]
        wire = "◀────────" if signal in {"tx", "rts"} else "────────▶"
        yield f"pin {_pin_of(uart, other):<4} {other.upper():<4} {wire:<15}{signal.upper():<4} {at(rig, pin)}"
    yield f"pin {sbc.ground[0]:<4} GND  {'─────────':<15}GND  {'':<5} pin {rig.mcu.ground[0]}"
    yield f"{'USB':<8} {'':<4} {'═════════':<15}USB  {'':<5} power, REPL for maintenance"
    yield ""
    yield f"{uart.device}: {uart.enable}"


def _pin_of(uart: SbcUart, signal: Signal) -> str:
    return {"tx": uart.tx, "rx": uart.rx, "cts": uart.cts, "rts": uart.rts}[signal] or "?"


def _enable(rig: Rig) -> Iterator[str]:
    enable = rig.wiring.enable
    if enable.dead_man == "none":
        yield f"{at(rig, enable.pin)} not connected: nothing is guarded"
        yield f"{at(rig, enable.kick_pin)} not connected"
        return
    pull = f" and by {_ohm(enable.pull_ohm)} to GND" if enable.pull_ohm else ""
    yield f"dead-man: 74HC123, R and C for {enable.dead_man_ms} ms (at 3.3 V about 0.5 R C)"
    yield ""
    yield f"{at(rig, enable.kick_pin)} ────▶ 74HC123 pin 2  (1B)   kicks"
    yield f"{at(rig, enable.pin)} ────▶ 74HC123 pin 3  (1nRD){pull}"
    yield f"{'GND':<15} ─────  74HC123 pins 1 (1A) and 8; 3.3 V on pin 16, 100 nF between 8 and 16"
    yield f"{'R, C':<15} ─────  74HC123 R from pin 15 to 3.3 V, C between pins 14 and 15"
    yield f"{'ENABLE OUT':<15} ◀──── 74HC123 pin 13 (1Q){pull}"


def _outputs(rig: Rig) -> Iterator[str]:
    width = max((len(output.name) for output in rig.wiring.outputs), default=0)
    gates = 0
    for output in rig.wiring.outputs:
        promise = f"safe {output.safe}; lease lost: {_on_lease_loss(output)}"
        if not output.guarded:
            pull = f" and by {_pull(output)}" if output.pull_ohm else ""
            yield f"{at(rig, output.pin)} ────▶ {output.name:<{width}}{pull}   {promise}"
            continue
        chip, (enable, a, y) = gates // len(_GATES) + 1, _GATES[gates % len(_GATES)]
        gates += 1
        buffer = f"buffer {chip}"
        yield f"{at(rig, output.pin)} ────▶ {buffer} pin {a:<2} (A), and by {_pull(output)}"
        yield f"{'ENABLE OUT':<15} ────▶ {buffer} pin {enable:<2} (OE)"
        yield f"{'':<15}       {buffer} pin {y:<2} (Y) ────▶ {output.name}, and by {_pull(output)}   {promise}"
    if gates:
        yield ""
        yield "buffer: 74HC126, 3.3 V on pin 14, GND on pin 7, unused A and OE pins to GND"


def _pull(output: Output) -> str:
    level = "3.3 V" if output.safe else "GND"
    return f"{_ohm(output.pull_ohm or 0)} to {level}"


def _on_lease_loss(output: Output) -> str:
    if output.on_lease_loss == "safe":
        return "safe"
    limit = f" for at most {output.max_s} s" if output.max_s else ""
    return ("holds" if output.on_lease_loss == "hold" else "goes on") + limit


def _inputs(rig: Rig) -> Iterator[str]:
    width = max((len(entry.name) for entry in rig.wiring.inputs), default=0)
    for entry in rig.wiring.inputs:
        yield f"{at(rig, entry.pin)} ◀──── {entry.name:<{width}}   {_rests(entry)}"


def _rests(entry: Input) -> str:
    if entry.pull == "none":
        return "driven both ways"
    end = "3.3 V" if entry.pull == "up" else "GND"
    return f"{_ohm(entry.pull_ohm)} to {end}" if entry.pull_ohm else f"pull-{entry.pull} inside the chip"


def _shift_register(rig: Rig) -> Iterator[str]:
    register = rig.wiring.shift_register
    if register:
        yield f"{at(rig, register.data)} ────▶ 74HC595 pin 14 (SER)"
        yield f"{at(rig, register.clock)} ────▶ 74HC595 pin 11 (SRCLK)"
        yield f"{at(rig, register.latch)} ────▶ 74HC595 pin 12 (RCLK)"


def _limits(rig: Rig) -> Iterator[str]:
    wiring = rig.wiring
    for output in wiring.outputs:
        limits = [
            f"{words} {value:g} s"
            for words, value in (
                ("on for at most", output.max_on_s),
                ("a run is at least", output.min_on_s),
                ("rests at least", output.min_off_s),
            )
            if value is not None
        ]
        if output.max_changes_per_min is not None:
            limits.append(f"at most {output.max_changes_per_min} changes a minute")
        if output.lock:
            limits.append("opens on a grant")
        if limits:
            yield f"{output.name}: {'; '.join(limits)}"
    for interlock in wiring.interlocks:
        if interlock.never:
            yield f"never together: {', '.join(interlock.never)}"
        else:
            yield f"{interlock.output} needs {', '.join(interlock.needs)}"
    for thermostat in wiring.thermostats:
        verb = "heats" if thermostat.mode == "heat" else "cools"
        yield (
            f"{thermostat.name}: {thermostat.output} {verb} by {thermostat.sensor}, "
            f"{thermostat.min_c:g} to {thermostat.max_c:g} °C, cut-off at {thermostat.cutoff_c:g} °C"
        )
