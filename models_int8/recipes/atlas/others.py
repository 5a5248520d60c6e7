# SPDX-License-Identifier: Apache-2.0
"""Draws many other installed fonts for training, one atlas file each: `python -m recipes.atlas.others --to DIR`.

Neither the fonts that the device carries nor the held-out ones are among them, nor their relatives.
"""

from __future__ import annotations

import argparse
import re
import subprocess
from pathlib import Path
from typing import Final

import numpy as np

from phosphene.painter.atlas import SIZES
from phosphene.painter.charset import number
from recipes.atlas.draw import draw_font, spelled
from recipes.atlas.fonts import Font
from recipes.atlas.make import build, write

# Families whose letters are those of a shipped or a held-out font, in other weights or under other names.
_RELATIVES: Final = re.compile(
    r"dejavu|bitstream|vera|hack|arundina|\bgo\b|go (mono|medium|smallcaps)|fantasque|pt (mono|sans|serif)|jetbrains"
    r"|courier prime|b612",
    re.IGNORECASE,
)
_STYLES: Final = re.compile(
    r"italic|oblique|thin|hairline|slant|extralight|ultralight|outline|stencil|caps", re.IGNORECASE
)
_PER_FAMILY: Final = 2
_MOST_LACKING: Final = 12


def others() -> list[Path]:
    """Return one or two upright faces of each suitable family, in an order that doesn't depend on the machine."""
    listed = subprocess.run(
        ["fc-list", "--format", "%{family[0]}|%{style[0]}|%{file}\n", ":lang=en"],
        capture_output=True, text=True, check=True, timeout=60,
    ).stdout  # fmt: skip
    families: dict[str, list[Path]] = {}
    for line in sorted(listed.splitlines(), key=lambda line: line.rsplit("/", 1)[-1]):
        family, style, name = line.split("|", 2)
        file = Path(name)
        if file.suffix not in {".ttf", ".otf"} or _RELATIVES.search(family) or _STYLES.search(f"{style} {file.stem}"):
            continue
        families.setdefault(family.split(" ")[0] if family.startswith("Noto") else family, []).append(file)
    chosen = [file for faces in families.values() for file in faces[:: max(1, len(faces) - 1)][:_PER_FAMILY]]
    return [file for file in chosen if spelled(file).count(" ") - 1 <= _MOST_LACKING]


def main() -> None:
    """Write one atlas per face and say how many there are."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--to", type=Path, required=True)
    parser.add_argument("--most", type=int, default=120)
    options = parser.parse_args()
    made = 0
    for file in others():
        name = re.sub(r"[^a-z0-9]+", "-", file.stem.lower())
        if made >= options.most:
            break
        path: Path = options.to / f"{name}.npz"
        if not path.exists():
            try:
                digits = draw_font(file, 2)[number("0") : number("9") + 1]
            except (OSError, ValueError, ZeroDivisionError):
                continue
            # Symbol fonts answer to letters with something else, or with one box for all.
            if len({digit.tobytes() for digit in digits}) < len(digits) or not np.any(digits):
                continue
            write(path, build((Font(name, "", file.name, "", ""),), SIZES, files={name: file}))
        made += 1
    print(f"{made} fonts")


if __name__ == "__main__":
    main()
