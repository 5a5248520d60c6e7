# SPDX-License-Identifier: Apache-2.0
"""What readers of a page have already, and what they write in place of its placeholders."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import soundfile

from tests.console.test_tls import a_certificate


def a_film(folder: Path) -> None:
    """Write `walk.mp4`: half a second of pictures, each another."""
    film = cv2.VideoWriter(str(folder / "walk.mp4"), cv2.VideoWriter.fourcc(*"mp4v"), 10, (160, 120))
    for number in range(5):
        film.write(np.full((120, 160, 3), 40 * number + 20, np.uint8))
    film.release()


def a_sound(folder: Path) -> None:
    """Write `talk.wav`: half a second of a tone."""
    soundfile.write(folder / "talk.wav", 0.3 * np.sin(np.arange(8_000) / 5), 16_000)


# Files that they bring.
BRINGS: dict[str, tuple[Callable[[Path], object], ...]] = {
    "docs/console.md": (a_certificate,),
    "docs/sensors.md": (a_film, a_sound),
}

# What they have done, on the page that this one leads on from.
BEFORE: dict[str, tuple[str, ...]] = {
    "README.md": ("phosphene new task kettle --into my-tasks", "mkdir folder"),
    "docs/console.md": ("phosphene new task water_meter --into my-tasks",),
    "docs/flash.md": ("phosphene keys new maker --kind ed25519",),
    "docs/tour.md": ("phosphene run --record tour.mcap",),
}

STANDS_FOR: dict[str, str] = {"KIND": "cpu", "RIG": "sim", "FOLDER": "folder", "FILE": "file", "NAME": "pico"}
