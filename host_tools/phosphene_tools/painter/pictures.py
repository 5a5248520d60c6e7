# SPDX-License-Identifier: Apache-2.0
"""Pictures for the honest page: frames that were not right at once, and what each ablation looks like."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from phosphene.painter.composite import frame as exact_frame
from phosphene_tools.painter.case import Case, cases
from phosphene_tools.painter.grid_changes import changes
from phosphene_tools.painter.sheet import write_sheet

Frame = NDArray[np.uint8]

_MOST: Final = 6
_LOUDER: Final = 4


def write_pictures(folder: Path, painted: list[Case], seed: int, search: int) -> None:
    """Write `painter-failures.webp` and `painter-ablations.webp`; the first only when a frame among `search` fails."""
    rows = [_failure(case) for case in _failing(seed, search)]
    if rows:
        write_sheet(folder / "painter-failures.webp", rows)
    shown = [case for case in painted if len(case.arrangement.runs) > 3][:3]
    write_sheet(folder / "painter-ablations.webp", [_ablated(case, seed) for case in shown])


def _failing(seed: int, search: int) -> Iterable[Case]:
    failing = (case for case in cases(seed, range(search)) if case.painted.outcome.found)
    return islice((case for case in failing if not case.painted.outcome.plain), _MOST)


def _failure(case: Case) -> list[Frame]:
    """Return the renderer's frame, the exact one, their difference four times as strong, and what was shown."""
    raw, exact = case.raw(), exact_frame(case.painted.grid, case.painter.atlas)
    difference = np.clip(_LOUDER * np.abs(raw.astype(np.int16) - exact), 0, 255).astype(np.uint8)
    return [raw, exact, difference, case.painted.frame]


def _ablated(case: Case, seed: int) -> list[Frame]:
    return [case.painter.renderer.frame(change(case), case.painter.atlas) for change in changes(seed).values()]
