# SPDX-License-Identifier: Apache-2.0
"""The way to the micro-controller: the port, the right to it, its udev rules, and who else would use it."""

from __future__ import annotations

from collections.abc import Iterator

from phosphene_tools.boards.catalog import Rig
from phosphene_tools.boards.mcu import McuUsb
from phosphene_tools.boards.udev import RULES, rig_rules
from phosphene_tools.boards.wiring import UartLine
from phosphene_tools.doctor.finding import Finding
from phosphene_tools.doctor.machine import Machine, group_of

_LOGIN = "; then log in again"


def wire(rig: Rig, machine: Machine) -> Iterator[Finding]:
    """Look at everything between this machine and the board of a rig, without opening a port."""
    if rig.mcu.simulated:
        return
    line = rig.wiring.line
    on_uart = isinstance(line, UartLine) and bool(line.sbc_uart)
    if isinstance(line, UartLine) and line.sbc_uart:
        yield _uart(rig, line.sbc_uart, machine)
    if rig.mcu.usb is not None:
        # Over a UART the line runs without the USB cable; that one is for maintenance.
        yield _usb(rig, rig.mcu.usb, machine, needed=not on_uart)
        yield from _rules(rig, machine)


def _uart(rig: Rig, name: str, machine: Machine) -> Finding:
    uart = rig.sbc.uart(name)
    assert uart is not None, "a checked rig names a UART that is there"
    topic, path = f"line {uart.device}", machine.file(uart.device)
    if not path.exists():
        return Finding.lacks(topic, f"{uart.name} is not enabled", f"{uart.enable}; then restart", needed=True)
    if f"console={path.name}" in machine.text("proc/cmdline").replace(",", " ").split():
        cure = "take the console= of it from the kernel's command line (/boot/firmware/cmdline.txt); then restart"
        return Finding.lacks(topic, "the kernel's console is on it", cure, needed=True)
    if not machine.allowed(path):
        group = group_of(path) or "dialout"
        cure = f"sudo usermod -aG {group} $USER{_LOGIN}"
        return Finding.lacks(topic, f"this user may not open it; group {group} may", cure, needed=True)
    return Finding.fine(topic, f"{uart.name} of {rig.sbc.title}")


def _usb(rig: Rig, usb: McuUsb, machine: Machine, *, needed: bool) -> Finding:
    there = machine.usb()
    ours = [one for one in there if (one.vendor, one.product) == (usb.vendor.lower(), usb.product.lower())]
    if len(ours) == 1:
        return Finding.fine("board on USB", f"{rig.mcu.title}, serial number {ours[0].serial or 'not told'}")
    if ours:
        said = f"{len(ours)} boards fit: {', '.join(one.serial for one in ours)}"
        return Finding.lacks("board on USB", said, "name one: -p id:SERIAL", needed=needed)
    boot = (usb.boot_vendor.lower(), usb.boot_product.lower())
    if any((one.vendor, one.product) == boot for one in there):
        said, cure = "it is in its boot loader", f"phosphene flash --interpreter --rig {rig.name}"
        return Finding.lacks("board on USB", said, cure, needed=needed)
    cure = "plug it in, with a cable that has data wires"
    return Finding.lacks("board on USB", f"no {rig.mcu.title} is there", cure, needed=needed)


def _rules(rig: Rig, machine: Machine) -> Iterator[Finding]:
    wanted, found = rig_rules(rig), machine.rules(RULES)
    cure = (
        f"phosphene boards udev {rig.name} | sudo tee /etc/udev/rules.d/{RULES} "
        "&& sudo udevadm control --reload && sudo udevadm trigger"
    )
    if found is None:
        yield Finding.lacks("udev rules", f"there is no {RULES}: no stable names", cure, needed=False)
    elif found != wanted:
        yield Finding.lacks("udev rules", f"{RULES} is of another rig or version", cure, needed=False)
    else:
        yield Finding.fine("udev rules", RULES)
    if machine.runs("ModemManager"):
        kept_off = found is not None and _keeps_off(found, rig)
        if kept_off:
            yield Finding.fine("ModemManager", "runs, and is kept off by the rules")
        else:
            said = "runs, and would send AT commands to the board"
            yield Finding.lacks(
                "ModemManager", said, f"{cure}; or: sudo systemctl disable --now ModemManager", needed=True
            )


def _keeps_off(rules: str, rig: Rig) -> bool:
    usb = rig.mcu.usb
    return usb is not None and any(
        "ID_MM_DEVICE_IGNORE" in line and f'"{usb.vendor}"' in line and f'"{usb.product}"' in line
        for line in rules.splitlines()
    )
