# SPDX-License-Identifier: Apache-2.0
"""Writes the udev rules of a board or rig: access for a group, stable names, and ModemManager kept off.

Tags: ModemManager reference, common udev tags. ID_USB_INTERFACE_NUM and ID_SERIAL_SHORT are set by
60-serial.rules, and ModemManager's own rules begin at 77: so these go by a number between.
"""

from __future__ import annotations

from collections.abc import Iterator

from phosphene_tools.boards.catalog import Rig
from phosphene_tools.boards.mcu import Mcu, McuUsb
from phosphene_tools.boards.wiring import UartLine

RULES = "70-phosphene.rules"
"""File name in boards/ and in /etc/udev/rules.d."""

_ACCESS = 'GROUP="dialout", MODE="0660"'
_KEEP_OFF = 'ENV{ID_MM_DEVICE_IGNORE}="1", ENV{ID_MM_PORT_IGNORE}="1"'


def mcu_rules(name: str, mcu: Mcu) -> str:
    """Return the rules for a micro-controller on USB."""
    if mcu.usb is None:
        return ""
    return _file(f"phosphene boards udev --mcu {name}", mcu.title, _usb(mcu.usb, repl="", line=""))


def rig_rules(rig: Rig) -> str:
    """Return the rules for a rig: those of its micro-controller, and /dev/phosphene/line and repl."""
    if rig.mcu.usb is None:
        return ""
    line = rig.wiring.line
    rules = list(
        _usb(rig.mcu.usb, repl="phosphene/repl ", line="" if isinstance(line, UartLine) else "phosphene/line ")
    )
    uart = rig.sbc.uart(line.sbc_uart) if isinstance(line, UartLine) and line.sbc_uart else None
    if uart:
        kernel = uart.device.removeprefix("/dev/")
        rules += [
            "",
            f"# The line: {uart.name} of {rig.sbc.title}",
            f'SUBSYSTEM=="tty", KERNEL=="{kernel}", {_ACCESS}, {_KEEP_OFF}, SYMLINK+="phosphene/line"',
        ]
    return _file(f"phosphene boards udev {rig.name}", rig.wiring.title, rules)


def _file(command: str, title: str, rules: Iterator[str] | list[str]) -> str:
    head = [
        "# SPDX-License-Identifier: Apache-2.0",
        f"# {title}; written by: {command}",
        f"# Install: sudo cp {RULES} /etc/udev/rules.d/ && sudo udevadm control --reload && sudo udevadm trigger",
        "",
    ]
    return "\n".join([*head, *rules]) + "\n"


def _usb(usb: McuUsb, *, repl: str, line: str) -> Iterator[str]:
    ids = f'ATTRS{{idVendor}}=="{usb.vendor}", ATTRS{{idProduct}}=="{usb.product}"'
    tty = f'SUBSYSTEM=="tty", {ids}'
    yield "# MicroPython: ModemManager would send AT commands to it"
    yield f'SUBSYSTEM=="usb", ENV{{DEVTYPE}}=="usb_device", {ids}, ENV{{ID_MM_DEVICE_IGNORE}}="1"'
    yield f"{tty}, {_ACCESS}, {_KEEP_OFF}"
    yield ""
    yield "# Stable names, by serial number: the first CDC interface is the REPL, the second the line"
    serial = "$env{ID_SERIAL_SHORT}"
    yield f'{tty}, ENV{{ID_USB_INTERFACE_NUM}}=="00", SYMLINK+="{repl}phosphene/{serial}-repl"'
    if usb.second_cdc:
        yield f'{tty}, ENV{{ID_USB_INTERFACE_NUM}}=="02", SYMLINK+="{line}phosphene/{serial}-line"'
    yield ""
    yield "# Boot loader"
    boot = f'ATTRS{{idVendor}}=="{usb.boot_vendor}", ATTRS{{idProduct}}=="{usb.boot_product}"'
    yield f'SUBSYSTEM=="usb", ENV{{DEVTYPE}}=="usb_device", {boot}, {_ACCESS}, ENV{{ID_MM_DEVICE_IGNORE}}="1"'
    yield f'SUBSYSTEM=="tty", {boot}, {_ACCESS}, {_KEEP_OFF}'
