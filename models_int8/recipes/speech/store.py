# SPDX-License-Identifier: Apache-2.0
"""A folder of clips: `audio.i16` (16 kHz, 16 bits, little-endian, one clip behind another) and `index.jsonl`.

A line is written after its samples, so a stopped run leaves at most samples without a line; the next run cuts those
off and goes on. `Store` writes, `Clips` reads through a memory map.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from types import TracebackType

import numpy as np
from numpy.typing import NDArray

from phosphene.errors import PhospheneError
from phosphene.sensors.blocks import RATE_HZ

Times = tuple[tuple[float, float], ...]
"""Start and end of each word in seconds from the clip's begin."""


@dataclass(frozen=True, slots=True)
class Clip:
    """One line of an index.

    `words` are the vocabulary words of the clip in order, with None for each stretch of anything else; `times` are as
    many, or None where the engine doesn't tell. `split` is train, dev (thresholds) or test. `at` and `samples` say
    where the samples lie.
    """

    id: str
    kind: str
    text: str
    words: tuple[str | None, ...]
    times: Times | None
    engine: str
    voice: str
    split: str
    at: int = 0
    samples: int = 0


class Store:
    """Appends clips to a folder; a context manager. `done` holds the ids that are there already."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._index_path, self._audio_path = folder / "index.jsonl", folder / "audio.i16"
        clips = list(read_index(folder)) if self._index_path.exists() else []
        self.done = {clip.id for clip in clips}
        self._at = max((clip.at + clip.samples for clip in clips), default=0)

    def __enter__(self) -> Store:
        self._audio_path.touch()
        self._audio = self._audio_path.open("r+b")
        self._audio.truncate(self._at * 2)
        self._audio.seek(self._at * 2)
        if self._index_path.exists():  # a torn last line goes
            kept = self._index_path.read_bytes()
            self._index_path.write_bytes(kept[: kept.rfind(b"\n") + 1])
        self._index = self._index_path.open("a")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._audio.close()
        self._index.close()

    @property
    def seconds(self) -> float:
        """How much sound it holds."""
        return self._at / RATE_HZ

    def add(self, clip: Clip, samples: NDArray[np.int16]) -> None:
        """Write one clip; its `at` and `samples` are filled in here."""
        self._audio.write(np.ascontiguousarray(samples, "<i2").tobytes())
        self._audio.flush()
        entry = asdict(clip) | {"at": self._at, "samples": len(samples)}
        self._index.write(json.dumps(entry, ensure_ascii=False, separators=(",", ":")) + "\n")
        self._index.flush()
        self._at += len(samples)
        self.done.add(clip.id)


def read_index(folder: Path) -> Iterator[Clip]:
    """Yield the clips of a folder; an unfinished last line is left out. Raises PhospheneError on a broken one."""
    place = folder / "index.jsonl"
    try:
        text = place.read_text()
    except OSError as error:
        raise PhospheneError("no index of clips", place=str(place), cure="make the clips first") from error
    for number, line in enumerate(text[: text.rfind("\n") + 1].splitlines(), 1):
        try:
            entry = json.loads(line)
            entry["words"] = tuple(entry["words"])
            entry["times"] = tuple((a, b) for a, b in entry["times"]) if entry["times"] else None
            yield Clip(**entry)
        except (ValueError, TypeError, KeyError) as error:
            cure = "delete the folder and make it again"
            raise PhospheneError(f"line {number} is no clip: {error}", place=str(place), cure=cure) from error


class Clips:
    """The clips of a folder: `entries` and their samples, memory-mapped."""

    def __init__(self, folder: Path, split: str | None = None) -> None:
        self.entries = [clip for clip in read_index(folder) if split is None or clip.split == split]
        self._audio: NDArray[np.int16] = np.memmap(folder / "audio.i16", "<i2", "r")

    def __len__(self) -> int:
        return len(self.entries)

    def samples(self, number: int) -> NDArray[np.int16]:
        """Return the samples of entry `number`: int16 [n] at 16 kHz."""
        clip = self.entries[number]
        return np.asarray(self._audio[clip.at : clip.at + clip.samples])
