# SPDX-License-Identifier: Apache-2.0
"""Pictures as numbered PNG files in a folder: what a screen would have shown."""

from __future__ import annotations

import io
import os
import re
from collections import deque
from pathlib import Path
from typing import Final

import numpy as np
from PIL import Image

from phosphene.screens.changed_rows import ChangedRows
from phosphene.screens.errors import ScreenError
from phosphene.screens.protocol import DisplayFormat, Frame

MOST_PICTURES: Final = 1000
MOST_BYTES: Final = 200_000_000
# Ours, and the only ones that are ever deleted.
_OURS: Final = re.compile(r"\d{8}\.png")
# Small pictures pack well at the quickest setting, too.
_QUICK: Final = 1


class PngSequence:
    """Writes each picture that differs from the last as ``00000042.png``; numbers go on from what is there. When there
    are more than `most` pictures or `most_bytes` bytes, the oldest go, but never the newest.
    """

    def __init__(
        self, folder: str | Path, *, most: int = MOST_PICTURES, most_bytes: int = MOST_BYTES, turn: int = 0
    ) -> None:
        self._folder = Path(folder).expanduser()
        self.name = str(folder)
        self.turn = turn
        self._most = most
        self._most_bytes = most_bytes
        self._kept: deque[tuple[int, int]] = deque()  # number and size, oldest first
        self._bytes = 0
        self._next = 0
        self._shape: tuple[int, ...] | None = None
        self._rows = ChangedRows()

    def open(self) -> DisplayFormat:
        self._rows.forget()
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            there = sorted(
                (int(path.stem), path.stat().st_size)
                for path in self._folder.iterdir()
                if _OURS.fullmatch(path.name) and path.is_file()
            )
        except OSError as error:
            raise self._failed(error) from error
        self._kept = deque(there)
        self._bytes = sum(size for _, size in there)
        self._next = there[-1][0] + 1 if there else 0
        if not os.access(self._folder, os.W_OK | os.X_OK):
            raise ScreenError("this folder can't be written", place=self.name, cure=f"chmod u+wx {self._folder}")
        return DisplayFormat(0, 0, "PNG")

    def show(self, frame: Frame, *, whole: bool = False) -> int:
        # Sent again, it would be the same picture: `whole` is for displays that forget.
        if not self._rows.take(frame):
            return 0
        self._shape = frame.shape
        packed = io.BytesIO()
        Image.fromarray(frame).save(packed, "PNG", compress_level=_QUICK)
        data = packed.getvalue()
        path = self._path(self._next)
        part = path.with_suffix(".part")
        try:
            # Whoever looks at the folder never sees half a picture.
            part.write_bytes(data)
            part.replace(path)
            self._kept.append((self._next, len(data)))
            self._next += 1
            self._bytes += len(data)
            self._make_room()
        except OSError as error:
            self._rows.forget()
            part.unlink(missing_ok=True)
            raise self._failed(error) from error
        return len(data)

    def blank(self) -> None:
        if self._shape is not None:
            self.show(np.zeros(self._shape, np.uint8))

    def check(self) -> None:
        if not self._folder.is_dir():
            raise ScreenError("the folder is gone", place=self.name)

    def close(self) -> None:
        self._rows.forget()

    def _make_room(self) -> None:
        while len(self._kept) > 1 and (len(self._kept) > self._most or self._bytes > self._most_bytes):
            number, size = self._kept.popleft()
            self._bytes -= size
            self._path(number).unlink(missing_ok=True)

    def _path(self, number: int) -> Path:
        return self._folder / f"{number:08}.png"

    def _failed(self, error: OSError) -> ScreenError:
        return ScreenError(
            f"pictures can't be written here: {error.strerror}",
            place=self.name,
            cure="make room, or name another",
        )
