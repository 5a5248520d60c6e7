# SPDX-License-Identifier: Apache-2.0
"""Draws a font's characters into boxes of 8k x 16k pixels, as 8-bit coverage."""

from __future__ import annotations

import subprocess
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from phosphene.painter.charset import CHARACTERS
from phosphene.painter.panel import CELL

Coverage = NDArray[np.uint8]
# Letters that set the size: wide ones, and the tallest and deepest with accents.
_WIDE = "Mmw0"
_TALL = "ÅÂÛÇgjpqyþß"
# Drawn where a font lacks the character: many text fonts leave out U+2212, or have mu as a Greek letter only.
_STAND_IN = {"−": "–", "µ": "μ"}


def _span(font: ImageFont.FreeTypeFont, text: str) -> tuple[float, float, float, float]:
    boxes = [font.getbbox(character, anchor="ls") for character in text]
    return (
        min(box[0] for box in boxes),
        min(box[1] for box in boxes),
        max(box[2] for box in boxes),
        max(box[3] for box in boxes),
    )


def _fits(file: Path, pixels: float, width: int, height: int) -> bool:
    font = ImageFont.truetype(str(file), pixels, layout_engine=ImageFont.Layout.BASIC)
    _, top, _, bottom = _span(font, _TALL)
    if _fixed(font):
        widest = font.getlength("0") - 0.05
    else:
        widest = max(box[2] - box[0] for box in (font.getbbox(character, anchor="ls") for character in _WIDE))
    return bottom - top <= height and widest <= width


def _fixed(font: ImageFont.FreeTypeFont) -> bool:
    return len({font.getlength(character) for character in "iMW.0"}) == 1


def font_size(file: Path, size: int) -> float:
    """Return the largest size in pixels whose accents fit 16k and whose wide letters fit 8k.

    Up to three cells it is a whole number, which hinting was made for.
    """
    width, height, step = CELL * size, 2 * CELL * size, 1.0 if size <= 3 else 0.5
    pixels = 6.0
    while pixels < 4 * height and _fits(file, pixels + step, width, height):
        pixels += step
    return pixels


def code_points(file: Path) -> set[int]:
    """Return the code points that the font has a glyph for."""
    ranges = subprocess.run(
        ["fc-query", "--index", "0", "--format", "%{charset}", str(file)], capture_output=True, text=True, check=True
    ).stdout.split()
    known: set[int] = set()
    for span in ranges:
        first, _, last = span.partition("-")
        known.update(range(int(first, 16), int(last or first, 16) + 1))
    return known


def spelled(file: Path) -> str:
    """Return `CHARACTERS` as this font can draw them: itself, its stand-in, or a space for what is lacking."""
    known = code_points(file)
    choices = ((character, _STAND_IN.get(character, " "), " ") for character in CHARACTERS)
    return "".join(next(choice for choice in order if ord(choice) in known or choice == " ") for order in choices)


def draw_font(file: Path, size: int) -> Coverage:
    """Return every character of `CHARACTERS` at `size` as uint8 [characters, 16k, 8k], coverage 0 to 255.

    Where the font lacks a character the box stays empty, or holds its stand-in. A fixed-width font keeps its own side
    bearings; any glyph that would leave its box is moved, then narrowed, until it lies inside.
    """
    width, height = CELL * size, 2 * CELL * size
    font = ImageFont.truetype(str(file), font_size(file, size), layout_engine=ImageFont.Layout.BASIC)
    _, top, _, bottom = _span(font, _TALL)
    baseline = round(-top + (height - (bottom - top)) / 2)
    fixed = _fixed(font)
    # One origin for a whole fixed-width font, so that its glyphs stand as its maker placed them.
    common = round((width - font.getlength("0")) / 2)
    glyphs = np.zeros((len(CHARACTERS), height, width), np.uint8)
    for number, character in enumerate(spelled(file)):
        left, up, right, down = (int(edge) for edge in font.getbbox(character, anchor="ls"))
        if right <= left or down <= up:
            continue
        ink = Image.new("L", (right - left, down - up))
        ImageDraw.Draw(ink).text((-left, -up), character, font=font, fill=255, anchor="ls")
        bounds = ink.getbbox()
        if bounds is None:
            continue
        ink, left, up = ink.crop(bounds), left + bounds[0], up + bounds[1]
        wide, high = min(ink.width, width), min(ink.height, height)
        if (wide, high) != ink.size:
            ink = ink.resize((wide, high), Image.Resampling.BOX)
        x = common + left if fixed else round((width - wide) / 2)
        x, y = min(max(x, 0), width - wide), min(max(baseline + up, 0), height - high)
        glyphs[number, y : y + high, x : x + wide] = np.asarray(ink)
    return glyphs
