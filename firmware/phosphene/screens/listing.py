# SPDX-License-Identifier: Apache-2.0
"""Which displays this computer has."""

from __future__ import annotations

import importlib.util
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from phosphene.screens import luma_bus, window
from phosphene.screens.framebuffer import framebuffers


@dataclass(frozen=True, slots=True)
class Found:
    """A display or a touch panel. `spec` is what `open_display` or `open_touch` takes; `name` what it calls itself;
    `missing` what must be done before it can be used, empty when nothing.
    """

    kind: Literal["display", "touch"]
    spec: str
    name: str
    missing: str = ""


def list_displays() -> list[Found]:
    """Return what is there, real displays first. A panel on the SPI bus can't be asked: it is listed where there is a
    bus.
    """
    return [*_framebuffers(), *_panels(), *_windows(), Found("display", "png:FOLDER", "numbered pictures")]


def _framebuffers() -> list[Found]:
    found: list[Found] = []
    for path in framebuffers():
        told = Path("/sys/class/graphics") / Path(path).name / "name"
        name = told.read_text(encoding="utf-8", errors="replace").strip() if told.is_file() else "framebuffer"
        missing = "" if os.access(path, os.R_OK | os.W_OK) else "sudo usermod -aG video $USER, then log in again"
        found.append(Found("display", f"fb:{path}", name, missing))
    return found


def _panels() -> list[Found]:
    if not any(Path("/dev").glob("spidev*")):
        return []
    there = importlib.util.find_spec("luma") is not None
    missing = "" if there else luma_bus.INSTALL
    return [Found("display", "luma:CONTROLLER", "a panel on the SPI bus", missing)]


def _windows() -> list[Found]:
    if not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY") or os.uname().sysname == "Darwin"):
        return []
    missing = "" if importlib.util.find_spec("_tkinter") else window.INSTALL
    return [Found("display", "window", "a window on this desktop", missing)]
