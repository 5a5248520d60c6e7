# SPDX-License-Identifier: Apache-2.0
"""A picture file, or a JPEG that a browser sent, as pixels: damaged and monstrous ones are refused."""

from __future__ import annotations

import io
import warnings
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps, UnidentifiedImageError

from phosphene.sensors.errors import SensorError

MOST_PIXELS: Final = 50_000_000
"""A picture with more is refused before it's unpacked: a small file can claim any size."""

ENDINGS: Final = (".png", ".jpg", ".jpeg", ".webp", ".bmp", ".gif", ".tif", ".tiff", ".ppm", ".pgm")
"""Endings of the file names that are taken for pictures."""

# No others: Pillow's rarer readers are rarely looked at.
_FORMATS = ("PNG", "JPEG", "WEBP", "BMP", "GIF", "TIFF", "PPM")


def read_picture(path: Path) -> NDArray[np.uint8]:
    """Return a file's picture, uint8 [height, width, 3]; of an animation the first. Raises SensorError."""
    try:
        return _decode(path, str(path))
    except FileNotFoundError:
        raise SensorError("there is no such picture", place=str(path), cure="look at the name") from None
    except IsADirectoryError:
        raise SensorError("this is a folder, not a picture", place=str(path)) from None
    except PermissionError:
        raise SensorError("this picture may not be read", place=str(path), cure=f"chmod u+r {path}") from None


def decode_picture(data: bytes, place: str) -> NDArray[np.uint8]:
    """Return the picture in `data`, uint8 [height, width, 3]. Raises SensorError; `place` says where it came from."""
    return _decode(io.BytesIO(data), place)


def _decode(source: Path | io.BytesIO, place: str) -> NDArray[np.uint8]:
    try:
        with warnings.catch_warnings():
            # What Pillow warns of is told below, or doesn't matter: its limit is above ours.
            warnings.simplefilter("ignore")
            with Image.open(source, formats=_FORMATS) as picture:
                _check_size(picture.size, place)
                upright = ImageOps.exif_transpose(picture)
                return np.asarray(_on_black(upright), np.uint8).copy()
    except Image.DecompressionBombError:
        raise _too_large(place) from None
    except UnidentifiedImageError:
        raise SensorError(
            "this is no picture that can be read", place=place, cure=f"use one of {', '.join(_FORMATS)}"
        ) from None
    except (FileNotFoundError, IsADirectoryError, PermissionError):
        raise
    # What Pillow raises for damaged files depends on the format.
    except (OSError, ValueError, SyntaxError, EOFError, IndexError, KeyError, TypeError, MemoryError) as error:
        raise SensorError(f"the picture is damaged: {error}", place=place, cure="save it again") from error


def _on_black(picture: Image.Image) -> Image.Image:
    if picture.mode.startswith("I") or picture.mode == "F":
        # 16 bits of grey: Pillow's own conversion would cut off, not scale.
        grey = np.asarray(picture, np.float32) / 257
        return Image.fromarray(np.clip(grey, 0, 255).astype(np.uint8)).convert("RGB")
    if "A" in picture.mode or "transparency" in picture.info:
        clear = picture.convert("RGBA")
        ground = Image.new("RGBA", clear.size, "black")
        return Image.alpha_composite(ground, clear).convert("RGB")
    return picture.convert("RGB")


def _check_size(size: tuple[int, int], place: str) -> None:
    if size[0] * size[1] > MOST_PIXELS:
        raise _too_large(place, f"{size[0]}×{size[1]}")


def _too_large(place: str, size: str = "far") -> SensorError:
    return SensorError(
        f"the picture is too large: {size} pixels" if size != "far" else "the picture is far too large",
        place=place,
        cure=f"make it smaller than {MOST_PIXELS // 1_000_000} million pixels",
    )
