# SPDX-License-Identifier: Apache-2.0
"""Reads all text of a frame back and holds it against what should be written; measures its contrast on the pixels."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from phosphene.painter.atlas import Atlas
from phosphene.painter.charset import BLANK, CHARACTERS, number
from phosphene.painter.finding import Cure, Finding, Kind
from phosphene.painter.luminance import lightness
from phosphene.painter.palette import LEAST_CONTRAST, Palette
from phosphene.painter.panel import CELL
from phosphene.painter.patch import to_patches
from phosphene.painter.placement import Arrangement, Box, Role, TextRun
from phosphene.painter.read import Known, Reader

Float = NDArray[np.float32]
_SIGNS: Final = frozenset("+-−.,:/%°")
_LEAST: Final = math.log(LEAST_CONTRAST)


@dataclass(frozen=True, slots=True, eq=False)
class Glance:
    """One glyph's box: what was read there (None: damaged), and its contrast as a difference in lightness."""

    wanted: int
    read: int | None
    apart: float


def wrong_text(
    cells: Float,
    below: Float,
    arrangement: Arrangement,
    indices: Sequence[int],
    palette: Palette,
    font: str,
    atlas: Atlas,
    reader: Reader,
) -> Iterator[Finding]:
    """Yield what is wrong with the runs of these indices. `cells` is the frame's lightness and `below` what should lie
    under its glyphs, both [rows, columns, 64]."""
    sizes: defaultdict[int, list[int]] = defaultdict(list)
    for index in indices:
        sizes[arrangement.runs[index].size].append(index)
    if not sizes:
        return
    looks: list[_Look] = []
    for size, chosen in sizes.items():
        runs = [arrangement.runs[index] for index in chosen]
        looks.append(_Look(runs, reader.known(atlas, font, size), *_covered(cells, below, runs, palette)))
    # Whatever their sizes, all glyphs of a page mostly go through the graph in one run.
    steps = reader.look(np.concatenate([to_patches(look.boxes, size) for look, size in zip(looks, sizes, strict=True)]))
    for look, chosen in zip(looks, sizes.values(), strict=True):
        count = len(look.boxes)
        glances, steps = look.glances(reader, steps[:count]), steps[count:]
        for index, run in zip(chosen, look.runs, strict=True):
            seen, glances = glances[: len(run.text)], glances[len(run.text) :]
            if finding := _verdict(run, seen, index):
                yield finding


@dataclass(frozen=True, slots=True, eq=False)
class _Look:
    """All glyphs of runs of one size: their boxes in coverage [n, 16·size, 8·size], and by how much the ink of each
    differs from its ground [n]."""

    runs: list[TextRun]
    known: Known
    boxes: Float
    depth: Float

    def glances(self, reader: Reader, steps: Float) -> list[Glance]:
        """Return a glance at each glyph, run by run; `steps` [n, 48] are their embeddings."""
        reading = reader.tell(self.boxes, steps, self.known)
        wanted = self.known.alike[[number(character) for run in self.runs for character in run.text]]
        apart = _strength(self.boxes, self.known.pictures[reading.number]) * self.depth
        read = np.where(reading.damaged, -1, reading.number)
        return [
            Glance(one, None if two < 0 else two, three)
            for one, two, three in zip(wanted.tolist(), read.tolist(), apart.tolist(), strict=True)
        ]


def _covered(cells: Float, below: Float, runs: list[TextRun], palette: Palette) -> tuple[Float, Float]:
    """Return the boxes of all glyphs of runs of one size, in coverage, and the depth of each one's ink."""
    size = runs[0].size
    lengths = [len(run.text) for run in runs]
    rows = np.concatenate([np.full(length, run.y) for run, length in zip(runs, lengths, strict=True)])
    columns = np.concatenate([run.x + size * np.arange(length) for run, length in zip(runs, lengths, strict=True)])
    ink = np.repeat(lightness(np.stack([palette.inks[run.ink] for run in runs])), lengths)
    ground = _boxes(below, rows, columns, size)
    depth = ink[:, None, None] - ground
    # The corner of a box is never under a strike.
    return np.divide(_boxes(cells, rows, columns, size) - ground, depth), np.abs(depth[:, 0, 0])


def _boxes(plane: Float, rows: NDArray[np.intp], columns: NDArray[np.intp], size: int) -> Float:
    """Return glyph boxes [n, 16·size, 8·size] of a plane in cells [rows, columns, 64]."""
    down = rows[:, None, None] + np.arange(2 * size)[:, None]
    across = columns[:, None, None] + np.arange(size)
    picked = plane[down, across].reshape(len(rows), 2 * size, size, CELL, CELL)
    return picked.transpose(0, 1, 3, 2, 4).reshape(len(rows), 2 * size * CELL, size * CELL)


def _strength(boxes: Float, pictures: Float) -> Float:
    """Return by how much ink and ground differ in each box, in coverage: 1 where the ink is full and the ground bare.

    The cube of the coverage counts the core of a stroke and leaves out its soft edge.
    """
    core = pictures * pictures * pictures
    ink = (core * boxes).sum(axis=(1, 2)) / (core * pictures).sum(axis=(1, 2)).clip(1e-6)
    bare = pictures == 0
    return ink - np.where(bare, boxes, 0).sum(axis=(1, 2)) / bare.sum(axis=(1, 2)).clip(1)


def _verdict(run: TextRun, seen: list[Glance], index: int) -> Finding | None:
    wrong = [place for place, glance in enumerate(seen) if glance.read != glance.wanted]
    if not wrong:
        faint = [place for place, glance in enumerate(seen) if glance.wanted != BLANK and glance.apart < _LEAST]
        if not faint:
            return None
        lowest = math.exp(min(seen[place].apart for place in faint))
        return _finding(Kind.CONTRAST, run, faint, index, f"{lowest:.2f}:1 instead of {LEAST_CONTRAST}:1")
    text = "".join("?" if glance.read is None else _character(glance.read) for glance in seen)
    return _finding(_kind(run, seen, wrong), run, wrong, index, f"reads {text!r} instead of {run.text!r}")


def _kind(run: TextRun, seen: list[Glance], wrong: list[int]) -> Kind:
    if all(seen[place].apart < _LEAST for place in wrong if seen[place].wanted != BLANK):
        return Kind.CONTRAST if len(wrong) > 1 or seen[wrong[0]].read is None else _clean_kind(run, wrong)
    if any(seen[place].read is None for place in wrong):
        return Kind.STROKE
    return _clean_kind(run, wrong)


def _clean_kind(run: TextRun, wrong: list[int]) -> Kind:
    if all(run.text[place] in _SIGNS for place in wrong):
        return Kind.SIGN
    if run.role is Role.LABEL and len(wrong) > 1:
        return Kind.LABEL
    # Several clean characters of a value that aren't its own: most likely another value of it.
    return Kind.STALE if run.role is Role.VALUE and len(wrong) > 1 else Kind.GLYPH


def _character(glyph: int) -> str:
    return CHARACTERS[glyph] if glyph < len(CHARACTERS) else "▇"


def _finding(kind: Kind, run: TextRun, places: list[int], index: int, said: str) -> Finding:
    first, last = places[0], places[-1]
    where = Box(run.x + first * run.size, run.y, (last - first + 1) * run.size, 2 * run.size)
    return Finding(kind, run.key, where, Cure.REPAINT, said, index)
