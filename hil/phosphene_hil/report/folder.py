# SPDX-License-Identifier: Apache-2.0
"""The folder of a record: `run.json`, `junit.xml`, `report.html`, `logs/` and `frames/`. Written as the run goes."""

from __future__ import annotations

import os
import re
from io import BytesIO
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from phosphene.errors import ConfigError
from phosphene_hil.report.record import Picture, Run

_NAME_MAX = 120


class RecordFolder:
    """One record on disk. What was written stands, whatever becomes of the process."""

    def __init__(self, path: Path) -> None:
        """Make the folder. Raises ConfigError: there is a record in it, or it can't be made."""
        self.path = path
        if (path / "run.json").exists():
            cure = "name another folder: nothing that was measured is written over"
            raise ConfigError("the folder holds a record", place=str(path), cure=cure)
        try:
            path.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise ConfigError(f"no folder for the record: {error.strerror}", place=str(path)) from error

    def write(self, name: str, text: str) -> None:
        """Write a file whole or not at all, so that a reader never meets half of it."""
        part = self.path / f"{name}.part"
        with part.open("w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        part.replace(self.path / name)

    def save(self, run: Run) -> None:
        """Write `run.json`."""
        self.write("run.json", run.dump())

    def log_name(self, node: str, attempt: int) -> str:
        """Return the name of an attempt's serial log; `attempt` counts from 1."""
        again = "" if attempt == 1 else f"-{attempt}"
        return f"logs/{slug(node)}{again}.log"

    def picture(self, node: str, name: str, image: bytes | NDArray[np.uint8]) -> Picture:
        """Keep a frame: the bytes of a picture file, or pixels (height, width, 3), uint8. Raises ValueError."""
        opened = Image.open(BytesIO(image)) if isinstance(image, bytes) else Image.fromarray(image)
        file = f"frames/{slug(node)}-{slug(name)}.png"
        (self.path / "frames").mkdir(exist_ok=True)
        opened.convert("RGB").save(self.path / file, format="PNG", optimize=True)
        return Picture(name=name, file=file, width=opened.width, height=opened.height)


def slug(text: str) -> str:
    """Return `text` as a file's name."""
    plain = text.rpartition("/")[2].replace(".py::", "-")
    return re.sub(r"[^A-Za-z0-9_-]+", "-", plain).strip("-")[:_NAME_MAX] or "unnamed"
