# SPDX-License-Identifier: Apache-2.0
"""What a graph runs on at work, kept beside it: `NAME.samples.npz` with int8 inputs, for whoever compares or compiles.

A recipe writes it from data that may be published. It has an array `input0`, `input1` … for each input, in the graph's
order, with one more dimension in front: the runs.
"""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from phosphene.accelerators import ModelError, load_graph

Run = tuple[NDArray[np.int8], ...]


def samples_file(graph: Path) -> Path:
    """Return where the samples of `graph` lie, written or not."""
    return graph.with_suffix(".samples.npz")


def write_samples(graph: Path, runs: Sequence[Run]) -> Path:
    """Write what `graph` ran on and return the file."""
    file = samples_file(graph)
    arrays = {f"input{place}": np.stack(column) for place, column in enumerate(zip(*runs, strict=True))}
    with file.open("wb") as out:
        np.savez_compressed(out, allow_pickle=False, **arrays)
    return file


def read_samples(graph: Path) -> list[Run]:
    """Return what `graph` ran on, none when nothing was kept; raises ModelError when that does not fit the graph."""
    file = samples_file(graph)
    if not file.is_file():
        return []
    specs = load_graph(graph).inputs
    try:
        with file.open("rb") as content, np.load(content, allow_pickle=False) as arrays:
            columns = [arrays[f"input{place}"] for place in range(len(specs))]
    except (OSError, ValueError, KeyError, zipfile.BadZipFile) as error:
        raise ModelError(
            f"the samples can't be read: {error}", place=str(file), cure="build the model again"
        ) from error
    for spec, column in zip(specs, columns, strict=True):
        if column.dtype != np.int8 or column.shape[1:] != spec.shape:
            raise ModelError(
                f"the samples of {spec.name} are {column.dtype} {list(column.shape[1:])}, not int8 {list(spec.shape)}",
                place=str(file),
                cure="build the model again",
            )
    return list(zip(*columns, strict=True))
