# SPDX-License-Identifier: Apache-2.0
"""Folders of hands as the report wants them, tiny, of one drawn hand."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

sys.path.insert(0, str(Path(__file__).parent))
from drawn import ground, open_hand, with_face, with_hand


def somebody() -> NDArray[np.uint8]:
    """Return a picture of a face and an open hand."""
    return np.asarray(with_face(with_hand(ground(), open_hand(), 170, 460, 400), 180, 220, 130))


def draw(path: Path, x: float = 320.0) -> None:
    """Write a picture of an open hand."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with_hand(ground(), open_hand(), 190, x, 400).save(path)


def recordings(data: Path) -> Path:
    """Fill `data` with the rows of an open hand that turns, and with two photographs of it by one participant."""
    rows: list[str] = []
    for degrees in range(-40, 50, 10):
        angle = np.radians(degrees)
        turn = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
        points = open_hand() @ turn
        rows.append(",".join(["0", *(f"{value:.6f}" for value in (points / np.abs(points).max()).ravel())]))
    (data / "hand-landmarks").mkdir(parents=True)
    (data / "hand-landmarks" / "keypoint.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    for number, x in enumerate((300.0, 340.0)):
        draw(data / "sign-digits" / "5" / f"{number}.png", x)
    index = "path,digit,participant\n" + "".join(f"sign-digits/5/{number}.png,5,drawn\n" for number in range(2))
    (data / "sign-digits" / "index.csv").write_text(index, encoding="utf-8")
    return data
