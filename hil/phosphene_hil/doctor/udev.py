# SPDX-License-Identifier: Apache-2.0
"""The udev rules of a bench: its Picos by their serial numbers, and rights for what switches power."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from phosphene_hil.bench_pico.instrument_file import Setup
from phosphene_hil.power.wish import GpiodWish, SerialWish, UhubctlWish
from phosphene_tools.boards import Rig
from phosphene_tools.boards.udev import rig_rules

RULES = "71-phosphene-bench.rules"
"""After the rigs' own, which give access; before ModemManager's."""
_ACCESS = 'GROUP="dialout", MODE="0660"'
_SYS = Path("/sys")


def rules(rig: Rig, setup: Setup | None, pico_serial: str = "", sys: Path = _SYS) -> str:
    """Return the file's content. `pico_serial` is the bench Pico's id, which tells it from a Pico under test."""
    lines = [
        "# SPDX-License-Identifier: Apache-2.0",
        f"# The bench of rig {rig.name}; written by: phosphene hil doctor --udev",
        f"# Install: sudo cp {RULES} /etc/udev/rules.d/ && sudo udevadm control --reload && sudo udevadm trigger",
        "",
    ]
    if board := rig_rules(rig):
        lines += [*_body(board), ""]
    if setup is not None:
        lines += _instrument(setup, pico_serial)
        for wish in (setup.file.power, setup.file.reset):
            match wish:
                case UhubctlWish():
                    lines += _hub(wish, sys)
                case SerialWish():
                    lines += _relay(wish)
                case GpiodWish():
                    chip = wish.chip.removeprefix("/dev/")
                    lines += ["# A GPIO line of this computer", f'SUBSYSTEM=="gpio", KERNEL=="{chip}", {_ACCESS}', ""]
                case _:
                    pass
    return "\n".join(dict.fromkeys(lines)) + "\n"


def _body(text: str) -> list[str]:
    """Return rules without the head of their file."""
    return [line for line in text.splitlines() if line and not line.startswith(("# SPDX", "# Install"))]


def _instrument(setup: Setup, serial: str) -> Iterator[str]:
    rig = setup.pico_rig
    if rig is None or rig.mcu.usb is None or (setup.file.pico and setup.file.pico.simulated):
        return
    usb = rig.mcu.usb
    ids = f'ATTRS{{idVendor}}=="{usb.vendor}", ATTRS{{idProduct}}=="{usb.product}"'
    if not serial:
        yield '# The bench Pico: name it in its file ([pico], port = "id:SERIAL"), or let it be the only one on USB'
        return
    yield "# The bench Pico, by its serial number: its first interface is the REPL, the second the line"
    this = f'SUBSYSTEM=="tty", {ids}, ATTRS{{serial}}=="{serial}"'
    yield f'{this}, {_ACCESS}, ENV{{ID_MM_DEVICE_IGNORE}}="1", ENV{{ID_MM_PORT_IGNORE}}="1"'
    yield f'{this}, ENV{{ID_USB_INTERFACE_NUM}}=="00", SYMLINK+="phosphene/bench-repl"'
    yield f'{this}, ENV{{ID_USB_INTERFACE_NUM}}=="02", SYMLINK+="phosphene/bench-line"'


def _hub(wish: UhubctlWish, sys: Path) -> Iterator[str]:
    """The rights that uhubctl's own page asks for: the hub's device, and its ports' switches in sysfs."""
    ids = sys / "bus" / "usb" / "devices" / wish.hub / "idVendor"
    yield "# The hub that switches the power"
    try:
        vendor = ids.read_text(encoding="ascii").strip()
    except OSError:
        yield f"# There is no hub at {wish.hub} now: plug it in and run this again"
        return
    hub = f'SUBSYSTEM=="usb", DRIVER=="usb", ATTR{{idVendor}}=="{vendor}"'
    yield f"{hub}, {_ACCESS}"
    ports = "$sys$devpath/*-port*/disable"
    for command in ("chgrp -f dialout", "chmod -f 660"):
        yield f"{hub}, RUN+=\"/bin/sh -c '{command} {ports} || true'\""


def _relay(wish: SerialWish) -> Iterator[str]:
    yield "# The relay: an adapter without a serial number is told by the socket that it sits in"
    kernel = wish.port.rpartition("/")[2]
    if wish.port.startswith("/dev/serial/"):
        yield f"# {wish.port} keeps its name by itself; the group dialout may open it"
    else:
        yield f'SUBSYSTEM=="tty", KERNEL=="{kernel}", {_ACCESS}, ENV{{ID_MM_PORT_IGNORE}}="1"'
