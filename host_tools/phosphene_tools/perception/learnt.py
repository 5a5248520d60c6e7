# SPDX-License-Identifier: Apache-2.0
"""What the networks of seeing learnt from, by hash: nothing is measured on it, whichever folder it comes in."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

import numpy as np

from phosphene.accelerators import ModelError
from phosphene.models import model_file
from phosphene_tools.perception.landmark_rows import Row
from phosphene_tools.perception.people import Photograph

FILE: Final = "learnt.npz"
"""Beside the graph of `gesture`: uint64 "rows" with the uint8 "folds" that they are tested in, uint64 "photographs"."""


@dataclass(frozen=True, slots=True)
class Learnt:
    """`rows` maps recorded rows that the shipped network learnt from to the fold whose network did not; `photographs`
    are those that gestures were learnt from or palms and hands calibrated on.
    """

    rows: dict[int, int]
    photographs: frozenset[int]

    @staticmethod
    def load() -> Learnt:
        """Return what the shipped networks learnt from; raises ModelError."""
        path = model_file("gesture", FILE)
        try:
            with np.load(path, allow_pickle=False) as kept:
                folds = dict(zip(kept["rows"].tolist(), kept["folds"].tolist(), strict=True))
                return Learnt(folds, frozenset(kept["photographs"].tolist()))
        except (OSError, ValueError, KeyError) as error:
            raise ModelError(
                f"the list of what was learnt from can't be read: {error}", place=str(path), cure="install it again"
            ) from error

    def fold(self, row: Row) -> int | None:
        """Return the fold whose network measures `row`, or None where the shipped network never met it."""
        return self.rows.get(_of_row(row))

    def strangers(self, photographs: Sequence[Photograph]) -> list[Photograph]:
        """Return the photographs of participants of whom no photograph was learnt from."""
        known = {one.participant for one in photographs if _of_file(one.path) in self.photographs}
        return [one for one in photographs if one.participant not in known]

    def unseen(self, pictures: Sequence[Photograph]) -> list[Photograph]:
        """Return the pictures that were not learnt from."""
        return [one for one in pictures if _of_file(one.path) not in self.photographs]


def save(path: Path, rows: Sequence[Row], photographs: Iterable[Photograph]) -> None:
    """Write the list of rows and photographs that the shipped networks learn from."""
    np.savez_compressed(
        path,
        rows=np.array([_of_row(row) for row in rows], np.uint64),
        folds=np.array([row.fold for row in rows], np.uint8),
        photographs=np.array(sorted({_of_file(one.path) for one in photographs}), np.uint64),
    )


def _of_row(row: Row) -> int:
    return _key(row.gesture.value.encode() + row.points.astype("<f4").tobytes())


@cache
def _of_file(path: Path) -> int:
    # A file that can't be read was not learnt from; who opens it next says what is wrong with it.
    return _key(path.read_bytes()) if path.is_file() else -1


def _key(content: bytes) -> int:
    return int.from_bytes(hashlib.sha256(content).digest()[:8], "little")
