# SPDX-License-Identifier: Apache-2.0
"""Which rows of a frame differ from the last one: the others need not be sent again."""

from __future__ import annotations

import numpy as np

from phosphene.screens.protocol import Frame


class ChangedRows:
    """Keeps the frame that a display shows."""

    def __init__(self) -> None:
        self._shown: Frame | None = None

    def forget(self) -> None:
        """The display may show anything now: every row counts as changed."""
        self._shown = None

    def take(self, frame: Frame) -> list[tuple[int, int]]:
        """Return the bands of rows that differ, each as first and end, from the top down; keep the frame."""
        if self._shown is None or self._shown.shape != frame.shape:
            self._shown = frame.copy()
            return [(0, frame.shape[0])]
        differs = np.concatenate(([False], (self._shown != frame).any(axis=(1, 2)), [False]))
        edges = np.flatnonzero(differs[1:] != differs[:-1]).tolist()
        bands = list(zip(edges[::2], edges[1::2], strict=True))
        for first, end in bands:
            self._shown[first:end] = frame[first:end]
        return bands
