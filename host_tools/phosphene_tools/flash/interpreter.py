# SPDX-License-Identifier: Apache-2.0
"""MicroPython itself, put on a board through mpflash, with somebody there: a power cut in it leaves the boot loader."""

from __future__ import annotations

import importlib
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from phosphene_tools.boards.catalog import Rig, load_rig
from phosphene_tools.flash.errors import FlashError
from phosphene_tools.usb_boards import Listing, UsbBoard, comports, usb_boards

VERSION = "1.29.0"
_PORTS = {"rp2040": "rp2", "rp2350": "rp2", "esp32-s3": "esp32"}

Say = Callable[[str], None]


def install_interpreter(
    rig_name: str, port: str, image: Path | None, *, dry_run: bool, say: Say, listing: Listing = comports
) -> None:
    """Put MicroPython on the micro-controller of a rig: from `image`, or fetched by mpflash.

    Raises FlashError when nobody is there to see it through, the board can't be told, or mpflash fails.
    """
    if not rig_name:
        raise FlashError("which interpreter a board needs is told by its rig", cure="name it with --rig NAME")
    rig = load_rig(rig_name)
    if rig.mcu.simulated:
        cure = "its interpreter is a Python package: pip install, see docs/simulator.md"
        raise FlashError("a simulated board's interpreter is not flashed", place=f"rig {rig.name}", cure=cure)
    if image is not None and not image.is_file():
        raise FlashError("there is no such image", place=str(image), cure="name a .uf2 or .bin file")
    serial = port or _serial(rig, listing)
    command = _command(rig, serial)
    if dry_run:
        say(f"would write {image} with mpflash" if image else f"would run: {' '.join(command)}")
        return
    if not sys.stdin.isatty():
        raise FlashError(
            "installing the interpreter is attended: a cut in it leaves only the boot loader",
            place=f"rig {rig.name}",
            cure="run it at a terminal, with the board at hand",
        )
    answer = input(
        f"This writes MicroPython over what runs on {serial or 'the board in its boot loader'}. Go on? [y/N] "
    )
    if answer.strip().lower() not in ("y", "yes"):
        raise FlashError("nothing was written", cure="")
    if image is not None:
        _write_image(rig, serial, image)
    elif subprocess.run(command, check=False).returncode:
        raise FlashError("mpflash did not install the interpreter", place=serial, cure=_boot_loader(rig))


def _serial(rig: Rig, listing: Listing) -> str:
    """The REPL's port of the only board of this kind, or empty when there is none: it may be in its boot loader."""
    usb = rig.mcu.usb
    boards: list[UsbBoard] = []
    if usb is not None:
        boards = [board for board in usb_boards(listing) if board.usb_id == f"{usb.vendor}:{usb.product}".lower()]
    if len(boards) > 1:
        choices = ", ".join(board.repl for board in boards)
        raise FlashError(f"{len(boards)} boards fit: {choices}", place=f"rig {rig.name}", cure="name one with -p")
    return boards[0].repl if boards else ""


def _command(rig: Rig, serial: str) -> list[str]:
    command = ["mpflash", "flash", "--version", VERSION, "--board", rig.mcu.micropython]
    return [*command, "--serial", serial] if serial else [*command, "--bootloader", "manual"]


def _write_image(rig: Rig, serial: str, image: Path) -> None:
    """Have mpflash write a file of the user's; nothing is fetched."""
    try:
        common, errors, flash, remote = (
            importlib.import_module(f"mpflash.{name}") for name in ("common", "errors", "flash", "mpremoteboard")
        )
    except ImportError as error:
        raise FlashError("mpflash is not installed", cure="pip install 'phosphene[flash]'") from error
    board: Any = remote.MPRemoteBoard(serial)
    # Said, not asked: what runs on the board may not answer, or there may be nothing yet.
    board.port, board.board = _PORTS[rig.mcu.chip], rig.mcu.micropython
    method = common.BootloaderMethod.AUTO if serial else common.BootloaderMethod.NONE
    try:
        done: Any = flash.flash_mcu(board, fw_file=image, bootloader=method)
    except errors.MPFlashError as error:
        raise FlashError(f"mpflash: {error}", place=serial, cure=_boot_loader(rig)) from error
    if not done:
        raise FlashError("mpflash did not write the image", place=serial, cure=_boot_loader(rig))


def _boot_loader(rig: Rig) -> str:
    return rig.mcu.boot.how if rig.mcu.boot else "put the board into its boot loader and try again"
