# SPDX-License-Identifier: Apache-2.0
"""Whether a frame shows a wrong number, decided without the painter's own reader.

1. A judge reads the whole frame and gets no boxes. Every number that it reads must be one of the strings that stand
   where it read it.
2. A number that is not is looked at again, cut out: by the same judge at other scales, then by a second judge. If one
   of them reads exactly the digits, points and signs that should stand there, the first look was a misreading.
3. Judges misread accents, codes of random characters and drawn rings in the same way on every look. What is left is
   held against the exact picture of what should stand there, pixel by pixel, so finely that a lost point shows.
4. Anything else is a wrong number shown.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from phosphene.painter.panel import CELL
from phosphene.painter.placement import Arrangement, TextRun
from phosphene_tools.painter.judge import Judge, Line
from phosphene_tools.painter.numbers_read import says_the_same, unexpected

Frame = NDArray[np.uint8]

FIRST_SCALE: Final = 2.0
_OTHER_SCALES: Final = (3.0, 4.0)
# Around what is cut out, in pixels.
_MARGIN: Final = 8
# A judge's box may reach this far past the letters, in pixels.
_SLACK: Final = 3
# The mean difference over 3x3 pixels, as a share of the contrast there; a lost point of 2x2 pixels makes 0.44.
_SAME_PIXELS: Final = 0.3


@dataclass(frozen=True, slots=True)
class Verdict:
    """What came of one frame: numbers that are wrong, and misreadings of the judge by what showed that they are."""

    wrong: tuple[Line, ...] = ()
    other_scale: int = 0
    other_judge: int = 0
    same_pixels: int = 0

    @property
    def misread(self) -> int:
        """Numbers that the first look got wrong."""
        return self.other_scale + self.other_judge + self.same_pixels


def judged(frame: Frame, exact: Frame, arrangement: Arrangement, first: Judge, second: Judge) -> Verdict:
    """Return the verdict on `frame`, uint8 [h, w, 3]; `exact` is the picture of the same grid without any network."""
    wrong: list[Line] = []
    counts = {"other_scale": 0, "other_judge": 0, "same_pixels": 0}
    for line in first.read(frame, FIRST_SCALE):
        standing = _standing(arrangement, line.box)
        if not unexpected(line.text, [run.text for run in standing]):
            continue
        if (how := _explained(frame, exact, line, standing, first, second)) is None:
            wrong.append(line)
        else:
            counts[how] += 1
    return Verdict(tuple(wrong), **counts)


def _explained(
    frame: Frame, exact: Frame, line: Line, standing: Sequence[TextRun], first: Judge, second: Judge
) -> str | None:
    left, top, right, bottom = _window(frame, line.box, standing)
    part = frame[top:bottom, left:right]
    inside = [run.text for run in standing]
    if inside:
        for scale in _OTHER_SCALES:
            if says_the_same(_joined(first.read(part, scale)), inside):
                return "other_scale"
        if says_the_same(_joined(second.read(part, _OTHER_SCALES[-1])), inside):
            return "other_judge"
    return "same_pixels" if same_pixels(part, exact[top:bottom, left:right]) else None


def same_pixels(shown: Frame, exact: Frame) -> bool:
    """Return whether two pictures agree so well that no stroke, point or sign can be one's and not the other's."""
    difference = np.abs(shown.astype(np.float64) - exact).mean(axis=2)
    padded = np.pad(difference, 1, mode="edge")
    high, wide = difference.shape
    mean = sum(padded[y : y + high, x : x + wide] for y in range(3) for x in range(3)) / 9
    grey = exact.astype(np.float64).mean(axis=2)
    # On an empty part there is no contrast to measure by; ink as faint as this can't be read.
    contrast = max(float(grey.max() - grey.min()), 40.0)
    return bool(np.max(mean) <= _SAME_PIXELS * contrast)


def _standing(arrangement: Arrangement, box: tuple[float, float, float, float]) -> list[TextRun]:
    """Return the runs that a judge's box touches, in reading order."""
    left, top, right, bottom = box
    touched = [
        run
        for run in arrangement.runs
        if run.box.x * CELL < right + _SLACK
        and left - _SLACK < (run.box.x + run.box.w) * CELL
        and run.box.y * CELL < bottom - (bottom - top) * 0.25
        and top + (bottom - top) * 0.25 < (run.box.y + run.box.h) * CELL
    ]
    return sorted(touched, key=lambda run: (run.x, run.y))


def _joined(lines: Sequence[Line]) -> str:
    return " ".join(line.text for line in sorted(lines, key=lambda line: line.box[0]))


def _window(
    frame: Frame, box: tuple[float, float, float, float], standing: Sequence[TextRun]
) -> tuple[int, int, int, int]:
    """Return what to cut out: the judge's box and all of the runs that it touches, with a margin."""
    left, top, right, bottom = box
    for run in standing:
        left, top = min(left, run.box.x * CELL), min(top, run.box.y * CELL)
        right, bottom = max(right, (run.box.x + run.box.w) * CELL), max(bottom, (run.box.y + run.box.h) * CELL)
    high, wide, _ = frame.shape
    return (
        max(0, int(left) - _MARGIN),
        max(0, int(top) - _MARGIN),
        min(wide, int(right) + _MARGIN),
        min(high, int(bottom) + _MARGIN),
    )
