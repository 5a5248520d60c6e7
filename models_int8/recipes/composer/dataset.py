# SPDX-License-Identifier: Apache-2.0
"""The teacher's layouts as arrays: made once, in the background if wished, and kept as shards."""

from __future__ import annotations

import argparse
import pickle
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from phosphene.painter.condition import condition
from phosphene.painter.page import Page
from phosphene.painter.panel import Panel
from recipes.composer.teacher import draw, random_page

# A page costs more to make than a layout of it.
LAYOUTS = 4
PAGES = 400


@dataclass(frozen=True, slots=True)
class Layouts:
    """Token rows int8 [N, POSITIONS], the page of each (index into conditions, uint8 [P, CONDITION])."""

    tokens: NDArray[np.int8]
    page: NDArray[np.int32]
    conditions: NDArray[np.uint8]

    def of(self, pages: NDArray[np.int64]) -> Layouts:
        """Return the layouts of these pages alone, pages numbered anew in the order given."""
        place = np.full(len(self.conditions), -1, np.int32)
        place[pages] = np.arange(len(pages), dtype=np.int32)
        rows = np.flatnonzero(place[self.page] >= 0)
        return Layouts(self.tokens[rows], place[self.page[rows]], self.conditions[pages])


def make_shard(folder: Path, number: int, seed: int) -> None:
    """Write one shard, unless it is there: every shard has a generator of its own, so order doesn't matter."""
    path = folder / f"shard{number:04}.npz"
    if path.exists():
        return
    rng = np.random.default_rng((seed, number))
    pages: list[tuple[Page, Panel]] = []
    tokens: list[NDArray[np.int8]] = []
    index: list[int] = []
    for _ in range(PAGES):
        page, panel = random_page(rng)
        for _ in range(LAYOUTS):
            drawn = draw(rng, page, panel)
            if drawn is None:
                break
            tokens.append(drawn[0].astype(np.int8))
            index.append(len(pages))
        pages.append((page, panel))
    conditions = np.stack([condition(page, panel) for page, panel in pages])
    (folder / f"pages{number:04}.pickle").write_bytes(pickle.dumps(pages))
    scratch = path.with_suffix(".part.npz")
    np.savez_compressed(scratch, tokens=np.stack(tokens), page=np.array(index, np.int32), conditions=conditions)
    scratch.replace(path)


def load(folder: Path) -> Layouts:
    """Return all shards in `folder` as one."""
    tokens: list[NDArray[np.int8]] = []
    index: list[NDArray[np.int32]] = []
    conditions: list[NDArray[np.uint8]] = []
    before = 0
    for path in sorted(folder.glob("shard????.npz")):
        with np.load(path) as shard:
            tokens.append(shard["tokens"])
            index.append(shard["page"] + before)
            conditions.append(shard["conditions"])
        before += len(conditions[-1])
    return Layouts(np.concatenate(tokens), np.concatenate(index), np.concatenate(conditions))


def load_pages(folder: Path) -> list[tuple[Page, Panel]]:
    """Return the pages of all shards, in the order of `load`'s conditions. Only read what this recipe has written."""
    pages: list[tuple[Page, Panel]] = []
    for path in sorted(folder.glob("pages????.pickle")):
        # Written by `make_shard` into this run's own folder, never received from anywhere.
        pages += pickle.loads(path.read_bytes())  # noqa: S301
    return pages


def main() -> None:
    """Write shards `first` to `last`."""
    parser = argparse.ArgumentParser(prog="python -m recipes.composer.dataset")
    parser.add_argument("folder", type=Path)
    parser.add_argument("first", type=int)
    parser.add_argument("last", type=int)
    parser.add_argument("--seed", type=int, default=0)
    asked = parser.parse_args()
    asked.folder.mkdir(parents=True, exist_ok=True)
    for number in range(asked.first, asked.last):
        make_shard(asked.folder, number, asked.seed)


if __name__ == "__main__":
    main()
