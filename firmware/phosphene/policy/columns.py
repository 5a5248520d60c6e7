# SPDX-License-Identifier: Apache-2.0
"""What heard words match in a dictionary of tasks."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Column:
    """One heard word against all tasks: against each word of each phrase, float32 [7, P]; what it matches, [6, T]; and
    how far each task explains it, [T].

    What it matches: the best word of the phrases, as it was heard, that exactly, and with its other readings; a word of
    the names; a unit or a choice; a number that is wanted.
    """

    in_phrases: NDArray[np.float32]
    matches: NDArray[np.float32]
    explained: NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Matches:
    """Heard words against all tasks: cells [T, W, 8], and per task the coverage of its best phrase, plain
    and weighted, and the share of words that it explains, each [T].
    """

    cells: NDArray[np.float32]
    covered: NDArray[np.float32]
    weighted: NDArray[np.float32]
    explained: NDArray[np.float32]
