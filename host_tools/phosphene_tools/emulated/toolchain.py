# SPDX-License-Identifier: Apache-2.0
"""What must be installed for the emulated rung, and what is missing of it."""

from __future__ import annotations

import shutil

from phosphene_tools.sim.errors import SimError

_PACKAGES = {
    "qemu-system-arm": "qemu-system-arm",
    "arm-none-eabi-gcc": "gcc-arm-none-eabi libnewlib-arm-none-eabi",
    "make": "make",
}


def qemu() -> str:
    """Return the path of QEMU for ARM. Raises SimError."""
    return _found("qemu-system-arm")


def check() -> None:
    """Raise SimError when the image can't be built or run here."""
    for program in _PACKAGES:
        _found(program)


def missing() -> str:
    """Why the image can't be built or run here, or nothing."""
    try:
        check()
    except SimError as error:
        return str(error)
    return ""


def _found(program: str) -> str:
    path = shutil.which(program)
    if path is None:
        packages = _PACKAGES[program]
        raise SimError(f"no {program}", place="emulated Cortex-M3", cure=f"apt-get install {packages}")
    return path
