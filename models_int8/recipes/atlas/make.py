# SPDX-License-Identifier: Apache-2.0
"""Makes models_int8/painter/atlas.npz and heldout.npz: `python -m recipes.atlas.make`."""

from __future__ import annotations

import argparse
import io
import zipfile
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from phosphene.models import folder
from phosphene.painter.atlas import BLOCK_LEVELS, ICON_SIZES, SIZES
from phosphene.painter.panel import CELL
from recipes.atlas.card import write_atlas_card
from recipes.atlas.draw import draw_font
from recipes.atlas.fonts import HELD_OUT, SHIPPED, Font, find
from recipes.atlas.icons import draw_icons

# 64 levels of coverage look the same as 256 and pack smaller.
_LEVELS = 63


class PartTable:
    """Distinct 8 x 8 parts in the order of their first use."""

    def __init__(self, base: PartTable | None = None) -> None:
        self._base = base
        self.numbers: dict[bytes, int] = dict(base.numbers) if base else {bytes(CELL * CELL): 0}

    def add(self, pictures: NDArray[np.uint8]) -> NDArray[np.uint16]:
        """Cut pictures [n, 8h, 8w] into parts and return which stands where: uint16 [n, h, w]."""
        count, high, wide = pictures.shape[0], pictures.shape[1] // CELL, pictures.shape[2] // CELL
        cells = pictures.reshape(count, high, CELL, wide, CELL).transpose(0, 1, 3, 2, 4)
        flat = np.ascontiguousarray(cells).reshape(-1, CELL * CELL)
        rows = [self.numbers.setdefault(cell.tobytes(), len(self.numbers)) for cell in flat]
        return np.array(rows, np.uint16).reshape(count, high, wide)

    def own(self) -> NDArray[np.uint8]:
        """Return the parts that the base doesn't have: uint8 [parts, 64]."""
        skip = len(self._base.numbers) if self._base else 0
        parts = [np.frombuffer(part, np.uint8) for part in list(self.numbers)[skip:]]
        return np.array(parts, np.uint8).reshape(-1, CELL * CELL)


def draw_blocks(size: int) -> NDArray[np.uint8]:
    """Return the blocks ▁ to █ with a gap of an eighth of a cell on the right: uint8 [8, 16k, 8k]."""
    height, width = 2 * CELL * size, CELL * size
    blocks = np.zeros((BLOCK_LEVELS, height, width), np.uint8)
    for level in range(BLOCK_LEVELS):
        blocks[level, height - (level + 1) * height // BLOCK_LEVELS :, : width - size] = 255
    return blocks


def build(
    fonts: tuple[Font, ...], sizes: tuple[int, ...], files: dict[str, Path] | None = None
) -> dict[str, NDArray[np.generic]]:
    """Return the arrays of one atlas file, in the order in which they are written.

    `files` says where fonts lie that aren't to be looked up.
    """
    shared = PartTable()
    icons = {cells: shared.add(_coarse(draw_icons(cells))) for cells in ICON_SIZES}
    blocks = {size: shared.add(draw_blocks(size)) for size in sizes}
    arrays: dict[str, NDArray[np.generic]] = {
        "fonts": np.array([font.name for font in fonts]),
        "sizes": np.array(sizes, np.uint8),
        "shared": shared.own(),
        **{f"icons.{cells}": rows for cells, rows in icons.items()},
    }
    for font in fonts:
        table = PartTable(shared)
        file = files[font.name] if files else find(font)
        for size in sizes:
            rows = table.add(_coarse(draw_font(file, size)))
            arrays[f"{font.name}.{size}"] = np.concatenate([rows, blocks[size]])
        arrays[f"{font.name}.parts"] = table.own()
    return arrays


def write(path: Path, arrays: dict[str, NDArray[np.generic]]) -> None:
    """Write an .npz whose bytes depend on the arrays only: no time stamps, one compression level."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path, "w") as file:
        for name, array in arrays.items():
            member = io.BytesIO()
            np.save(member, array)
            entry = zipfile.ZipInfo(f"{name}.npy")
            entry.compress_type = zipfile.ZIP_DEFLATED
            file.writestr(entry, member.getvalue(), compresslevel=9)


def _coarse(pictures: NDArray[np.uint8]) -> NDArray[np.uint8]:
    levels = np.rint(pictures.astype(np.float32) * (_LEVELS / 255))
    return np.rint(levels * (255 / _LEVELS)).astype(np.uint8)


def main() -> None:
    """Write both files and print what they hold."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--to", type=Path, default=folder() / "painter")
    target: Path = parser.parse_args().to
    for name, fonts, sizes in (("atlas", SHIPPED, SIZES), ("heldout", HELD_OUT, SIZES[:3])):
        arrays = build(fonts, sizes)
        path = target / f"{name}.npz"
        write(path, arrays)
        parts = sum(len(array) for key, array in arrays.items() if key.endswith("parts"))
        print(f"{path.name}: {len(fonts)} fonts, {parts} parts, {path.stat().st_size / 1e6:.2f} MB")
    write_atlas_card(target)


if __name__ == "__main__":
    main()
