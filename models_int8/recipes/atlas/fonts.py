# SPDX-License-Identifier: Apache-2.0
"""Which fonts the recipes draw, which Debian package each comes from, and how its file is found by family."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Final


class FontMissingError(RuntimeError):
    """A font isn't installed; the message names the Debian package that has it."""


@dataclass(frozen=True, slots=True)
class Font:
    """A face: our short name, fontconfig's family, the file's name, the Debian package and the licence."""

    name: str
    family: str
    file: str
    package: str
    licence: str


# On the device: a sans, a slab serif, a rounded hand and a lean humanist. Each tells 0 from O and 1 from l and I.
SHIPPED: Final = (
    Font("sans", "DejaVu Sans Mono", "DejaVuSansMono-Bold.ttf", "fonts-dejavu-core", "Bitstream Vera"),
    Font("slab", "Go Mono", "Go-Mono-Bold.ttf", "fonts-go", "BSD-3-Clause"),
    Font("round", "Fantasque Sans Mono", "FantasqueSansMono-Bold.ttf", "fonts-fantasque-sans", "OFL-1.1"),
    Font("lean", "PT Mono", "PTM55F.ttf", "fonts-paratype", "OFL-1.1"),
)
# For the report only: no training sees them, no device carries them.
HELD_OUT: Final = (
    Font("jetbrains", "JetBrains Mono", "JetBrainsMono-Medium.ttf", "fonts-jetbrains-mono", "OFL-1.1"),
    Font("courier", "Courier Prime", "Courier Prime Bold.otf", "fonts-courier-prime", "OFL-1.1"),
    Font("b612", "B612 Mono", "B612Mono-Bold.otf", "fonts-b612", "OFL-1.1"),
)


def find(font: Font) -> Path:
    """Return the file of `font`; raises FontMissingError with the package to install."""
    try:
        listed = subprocess.run(
            ["fc-list", "--format", "%{file}\n", font.family], capture_output=True, text=True, check=True, timeout=60
        ).stdout
    except FileNotFoundError:
        raise FontMissingError("fontconfig is not installed: apt-get install fontconfig") from None
    # One face may lie in several folders: the first by path, so that every machine takes the same.
    files = sorted(Path(line) for line in listed.splitlines() if Path(line).name == font.file)
    if not files:
        raise FontMissingError(f"no {font.file} of the family {font.family!r}: apt-get install {font.package}")
    return files[0]
