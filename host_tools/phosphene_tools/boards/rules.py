# SPDX-License-Identifier: Apache-2.0
"""What makes a wiring right beyond the types of its keys: each rule is a function that yields problems."""

from __future__ import annotations

from collections.abc import Iterator

from phosphene_tools.boards.limit_rules import check_limits
from phosphene_tools.boards.mcu import Mcu
from phosphene_tools.boards.moving_rules import check_moving
from phosphene_tools.boards.pin_rules import check_pins
from phosphene_tools.boards.privacy import check_privacy
from phosphene_tools.boards.problems import Keys, Problem, nearest
from phosphene_tools.boards.sbc import Sbc
from phosphene_tools.boards.sensing_rules import check_sensing
from phosphene_tools.boards.wiring import UartLine, Wiring


def check(wiring: Wiring, mcu: Mcu, sbc: Sbc) -> list[Problem]:
    """Return everything that is wrong with a wiring between these two boards."""
    line = wiring.line
    of_the_line = [*_line_mcu(line, mcu), *_line_sbc(line, mcu, sbc)] if isinstance(line, UartLine) else _usb(mcu)
    return [
        *check_pins(wiring, mcu),
        *of_the_line,
        *_lease_loss(wiring),
        *_guards(wiring),
        *_pulls(wiring, mcu),
        *check_limits(wiring),
        *check_sensing(wiring, mcu),
        *check_moving(wiring, mcu),
        *check_privacy(wiring),
    ]


def _usb(mcu: Mcu) -> Iterator[Problem]:
    if not (mcu.usb and mcu.usb.second_cdc):
        yield Problem(("line", "kind"), f"{mcu.title} has no second CDC interface for the line", 'use kind = "uart"')


def _line_mcu(line: UartLine, mcu: Mcu) -> Iterator[Problem]:
    uart = mcu.uart(line.id)
    if uart is None:
        there = ", ".join(str(uart.id) for uart in mcu.uarts)
        yield Problem(("line", "id"), f"{mcu.title} has no UART {line.id}", f"there are {there}")
        return
    if line.baud > uart.max_baud:
        over = f"UART {line.id} of {mcu.title} reaches {uart.max_baud} baud, not {line.baud}"
        yield Problem(("line", "baud"), over, f"write at most {uart.max_baud}")
    if (line.rts is None) != (line.cts is None):
        missing = "rts" if line.rts is None else "cts"
        yield Problem(("line",), f"{missing} is missing: flow control needs both wires", "add it, or remove both")
    for signal, pin in line.signals():
        if not uart.any_pin and pin not in uart.pins(signal):
            can = ", ".join(f"GP{number}" for number in uart.pins(signal))
            wrong = f"GP{pin} can't be {signal.upper()} of UART {line.id} on {mcu.title}"
            yield Problem(("line", signal), wrong, f"expected one of {can}")


def _line_sbc(line: UartLine, mcu: Mcu, sbc: Sbc) -> Iterator[Problem]:
    if mcu.simulated:
        return
    known = [uart.name for uart in sbc.uarts]
    uart = sbc.uart(line.sbc_uart) if line.sbc_uart else None
    if uart is None:
        right = nearest(line.sbc_uart or "", known)
        hint = f"; the nearest is {right!r}" if right else ""
        cure = f"expected one of {', '.join(known)}" if known else 'use a computer with a UART, or kind = "usb"'
        yield Problem(("line", "sbc_uart"), f"{sbc.title} has no UART {line.sbc_uart!r}{hint}", cure)
        return
    reached = mcu.uart(line.id)
    if reached and uart.max_baud < line.baud <= reached.max_baud:
        over = f"{uart.name} of {sbc.title} reaches {uart.max_baud} baud, not {line.baud}"
        yield Problem(("line", "baud"), over, f"write at most {uart.max_baud}")
    if line.rts is not None and (uart.rts is None or uart.cts is None):
        wrong = f"{uart.name} of {sbc.title} brings no RTS and CTS to its header"
        yield Problem(("line", "rts"), wrong, "remove rts and cts, or use another UART")
    if sbc.io_volts != mcu.io_volts and not line.level_shifter:
        apart = f"{sbc.title} has {sbc.io_volts} V, {mcu.title} {mcu.io_volts} V"
        yield Problem(("line", "level_shifter"), apart, "name the level shifter between them")


def _lease_loss(wiring: Wiring) -> Iterator[Problem]:
    for at, output in enumerate(wiring.outputs):
        keys = ("output", at, "on_lease_loss")
        if output.guarded and output.on_lease_loss != "safe":
            wrong = (
                f"{output.name} is behind ENABLE, which falls with the lease, so it can't {_verb(output.on_lease_loss)}"
            )
            yield Problem(keys, wrong, "expected 'safe', or guarded = false")
        elif output.on_lease_loss == "hold" and output.max_s == 0:
            yield Problem(("output", at, "max_s"), f"{output.name} would hold without end", "write the most seconds")
        elif output.on_lease_loss == "safe" and output.max_s:
            unused = f"{output.name} goes safe at once, so max_s = {output.max_s} means nothing"
            yield Problem(("output", at, "max_s"), unused, "remove it, or choose 'hold' or 'autonomous'")


def _verb(on_lease_loss: str) -> str:
    return {"hold": "hold", "autonomous": "go on"}[on_lease_loss]


def _guards(wiring: Wiring) -> Iterator[Problem]:
    guarded = [(at, output) for at, output in enumerate(wiring.outputs) if output.guarded]
    if not guarded:
        return
    names = ", ".join(output.name for _, output in guarded)
    if wiring.enable.dead_man == "none":
        cure = "expected 'monostable', or guarded = false where nothing can hurt"
        yield Problem(("enable", "dead_man"), f"{names} is guarded, and no hardware guards it", cure)
    if wiring.enable.pull_ohm is None:
        cure = "add pull_ohm: the resistor from ENABLE to ground"
        yield Problem(("enable",), f"{names} is guarded, and nothing holds ENABLE low through a reset", cure)
    for at, output in guarded:
        if output.pull_ohm is None:
            cure = "add pull_ohm: the resistor to its safe level"
            yield Problem(("output", at), f"nothing pulls {output.name} to safe while ENABLE is low", cure)


def _pulls(wiring: Wiring, mcu: Mcu) -> Iterator[Problem]:
    """Pull-downs that an erratum of the chip makes too weak (RP2350-E9)."""
    most = mcu.pull_down_max_ohm
    if most is None:
        return
    downs: list[tuple[Keys, int | None]] = [(("enable", "pull_ohm"), wiring.enable.pull_ohm)]
    downs += [
        (("output", at, "pull_ohm"), output.pull_ohm) for at, output in enumerate(wiring.outputs) if not output.safe
    ]
    downs += [
        (("input", at, "pull_ohm"), entry.pull_ohm) for at, entry in enumerate(wiring.inputs) if entry.pull == "down"
    ]
    cure = f"expected at most {most}"
    for keys, ohm in downs:
        if ohm is not None and ohm > most:
            yield Problem(keys, f"{ohm} Ω does not pull a pin of {mcu.title} low ({mcu.pull_down_erratum})", cure)
        elif ohm is None and keys[0] == "input":
            weak = f"the pull-down inside {mcu.title} does not hold ({mcu.pull_down_erratum})"
            yield Problem(keys, weak, f"add pull_ohm, {cure}")
