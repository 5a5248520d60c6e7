# SPDX-License-Identifier: Apache-2.0
"""Many frames in one picture: a contact sheet of rows and columns, or one frame after the other."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from phosphene.errors import ConfigError
from phosphene.painter.render import transition

if TYPE_CHECKING:
    from PIL.Image import Image

Frame = NDArray[np.uint8]

_GAP: Final = 6
_GREY: Final = 128
_SHOWN_MS: Final = 900
# Pictures of a change from one look to the next, and how long each stands.
BETWEEN: Final = 4
_BETWEEN_MS: Final = 40
# What the writers of Pillow are asked for beyond their own choice.
_HOW: Final[dict[str, dict[str, Any]]] = {"WEBP": {"quality": 90, "method": 4}, "JPEG": {"quality": 92}}
SHEET_ENDINGS: Final = (".png", ".webp", ".jpg", ".jpeg")
STRIP_ENDINGS: Final = (".png", ".apng", ".gif", ".webp")
# The longest side that a file of each kind can have, and the pixels that we hold at once.
_LONGEST: Final = {"WEBP": 16_383, "JPEG": 65_535, "GIF": 65_535}
_MOST_PIXELS: Final = 1 << 28


def contact_sheet(rows: Sequence[Sequence[Frame]], gap: int = _GAP) -> Frame:
    """Return the frames [h, w, 3], all of one size, side by side and row under row on a grey ground."""
    high, wide, _ = rows[0][0].shape
    columns = max(map(len, rows))
    sheet = np.full((len(rows) * (high + gap) + gap, columns * (wide + gap) + gap, 3), _GREY, np.uint8)
    for down, row in enumerate(rows):
        for across, frame in enumerate(row):
            top, left = gap + down * (high + gap), gap + across * (wide + gap)
            sheet[top : top + high, left : left + wide] = frame
    return sheet


def write_sheet(path: Path, rows: Sequence[Sequence[Frame]]) -> None:
    """Write a contact sheet; the ending of `path` says how. Raises ConfigError when it can't be written."""
    check_ending(path, strip=False)
    _save(path, _image(contact_sheet(rows)))


def write_strip(path: Path, rows: Sequence[Sequence[Frame]], shown_ms: int = _SHOWN_MS) -> None:
    """Write an animated picture: all rows beside each other, each going through its frames for ever, with the
    painter's own change of scene between them.
    """
    check_ending(path, strip=True)
    moments = [contact_sheet([list(moment)]) for moment in zip(*rows, strict=True)]
    pictures: list[Frame] = []
    for now, after in zip(moments, [*moments[1:], moments[0]], strict=True):
        pictures += [now, *(transition(now, after, step / (BETWEEN + 1)) for step in range(1, BETWEEN + 1))]
    durations = [shown_ms, *[_BETWEEN_MS] * BETWEEN] * len(moments)
    first, *others = map(_image, pictures)
    _save(path, first, save_all=True, append_images=others, duration=durations, loop=0)


def check_ending(path: Path, *, strip: bool) -> None:
    """Raise ConfigError unless pictures of this kind can be written with the ending of `path`."""
    endings = STRIP_ENDINGS if strip else SHEET_ENDINGS
    if path.suffix.lower() not in endings:
        raise ConfigError(
            f"a {'strip' if strip else 'sheet'} can't be written as {path.suffix or 'a file without ending'}",
            place=str(path),
            cure=f"end it in {', '.join(endings)}",
        )


def check_size(path: Path, size: tuple[int, int], scenes: int, looks: int, *, strip: bool) -> None:
    """Raise ConfigError where so many frames of `size`, width and height, make a picture too large to be written."""
    rows, columns, moments = (1, scenes, looks * (1 + BETWEEN)) if strip else (scenes, looks, 1)
    wide, high = columns * (size[0] + _GAP) + _GAP, rows * (size[1] + _GAP) + _GAP
    longest = _LONGEST.get(_kind(path))
    if longest is not None and max(wide, high) > longest:
        raise ConfigError(
            f"a picture of {wide}x{high} is larger than a {path.suffix} can be",
            place=str(path),
            cure=f"at most {longest} pixels a side: fewer looks, or .png",
        )
    if wide * high * moments > _MOST_PIXELS:
        raise ConfigError(
            f"{scenes} x {looks} looks of {size[0]}x{size[1]} make {wide * high * moments:,} pixels",
            place=str(path),
            cure=f"at most {_MOST_PIXELS:,}: fewer looks, or smaller ones",
        )


def _kind(path: Path) -> str:
    """Return what Pillow calls the kind of file."""
    return {".apng": "PNG", ".jpg": "JPEG"}.get(path.suffix.lower(), path.suffix[1:].upper())


def _image(frame: Frame) -> Image:
    from PIL import Image

    return Image.fromarray(frame)


def _save(path: Path, image: Image, **options: Any) -> None:
    kind = _kind(path)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        image.save(path, kind, **(_HOW.get(kind, {}) | options))
    except OSError as error:
        raise ConfigError(
            f"the picture can't be written: {error.strerror or error}", place=str(path), cure="choose another place"
        ) from error
