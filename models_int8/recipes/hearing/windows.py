# SPDX-License-Identifier: Apache-2.0
"""Windows that end shortly after a word, for the second look: what was said just there, with what came before it.

As with the pools of utterances, each group has windows of its own, in which everything that is said comes from that
group's people; who babbles in the noise is synthetic.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from phosphene.perception.audio.features import log_mel
from phosphene.perception.audio.graphs import NOTHING, OTHER, WORDS_FROM
from phosphene.perception.audio.second_look import LOOK_FRAMES
from recipes.hearing.pool import babble, synthetic_in, to_bytes
from recipes.hearing.utterances import Voices
from recipes.speech.channel import Lottery, Noise, through
from recipes.speech.hard_noise import HardNoise
from recipes.speech.noise import Pool as Pieces
from recipes.speech.noise import TrainingNoise
from recipes.speech.sound import RATE, Samples
from recipes.speech.vocabulary import labels

SHARD: Final = 2000
# The network names a word 0.4 s after its end, more or less.
_AFTER_S: Final = (0.2, 0.6)
_SILENT: Final = 0.04
_OTHER: Final = 0.25
_NEIGHBOUR: Final = 0.45
_TIGHT_S, _WIDE_S = 0.12, 0.5
_PLAIN: Final = 0.06
_LEAD_S, _TAIL_S = 1.6, 1.0
_CHANNEL: Final = Lottery(pace=(0.85, 1.15))
_TALKERS: Final = 300
_PIECES: Final = 120

Frames = NDArray[np.uint8]


class _Both:
    """Steady noise and noise that comes and goes, in turn."""

    def __init__(self, talk: Sequence[Samples], silences: Sequence[Samples], rng: np.random.Generator) -> None:
        self._kinds = Pieces(TrainingNoise(talk, silences), rng, _PIECES), Pieces(HardNoise(talk), rng, _PIECES)

    def draw(self, samples: int, rng: np.random.Generator) -> Samples:
        """Return noise of root mean square 1."""
        return self._kinds[int(rng.integers(2))].draw(samples, rng)


class Windows(Voices):
    """Draws windows of one group, each with the number of the score that is right there."""

    def __init__(self, folders: Sequence[Path], group: int) -> None:
        super().__init__(folders, group)
        self._number = {word: number + WORDS_FROM for number, word in enumerate(labels())}

    def window(self, noise: Noise, rng: np.random.Generator) -> tuple[Frames, int]:
        """Return log-mel frames [140, 32] and what is right: nothing, other speech or a word."""
        if rng.random() < _SILENT:
            return self._nobody(noise, rng), NOTHING
        samples, end, word = self._in_a_row(rng)
        # What is long past or still to come is not in the window.
        first = max(0, int((end - _LEAD_S - 0.4) * RATE))
        samples, end = samples[first : int((end + _TAIL_S) * RATE)], end - first / RATE
        heard = samples if rng.random() < _PLAIN else through(samples, rng, noise, _CHANNEL)
        frames = log_mel(heard)
        stop = int((end * len(heard) / len(samples) + rng.uniform(*_AFTER_S)) * 100)
        stop = min(max(stop, LOOK_FRAMES), len(frames))
        return to_bytes(frames[stop - LOOK_FRAMES : stop]), OTHER if word is None else self._number[word]

    def _nobody(self, noise: Noise, rng: np.random.Generator) -> Frames:
        samples = rng.standard_normal(int(2.2 * RATE)).astype(np.float32) * np.float32(1e-4)
        if self.silences and rng.random() < 0.6:
            some = self.silences[int(rng.integers(len(self.silences)))][: len(samples)]
            samples[: len(some)] += some
        frames = log_mel(through(samples, rng, noise, _CHANNEL))
        first = int(rng.integers(0, len(frames) - LOOK_FRAMES))
        return to_bytes(frames[first : first + LOOK_FRAMES])

    def _in_a_row(self, rng: np.random.Generator) -> tuple[Samples, float, str | None]:
        voice, word = self._any(rng)
        row = [(voice, word)]
        wanted = 0
        if rng.random() < _NEIGHBOUR:
            row.insert(0, self._beside(voice, rng))
            wanted = 1
        if rng.random() < _NEIGHBOUR:
            row.append(self._beside(voice, rng))
        gap_s = _TIGHT_S if rng.random() < 0.6 else _WIDE_S
        parts, at, ends = [np.zeros(int(_LEAD_S * RATE), np.float32)], int(_LEAD_S * RATE), list[float]()
        for one, its in row:
            place, number = self._words[one][its][int(rng.integers(len(self._words[one][its])))]
            samples, (_, end) = self._cut(place, number, whole=False, rng=rng)
            ends.append(at / RATE + end)
            gap = np.zeros(int(rng.uniform(0, gap_s) * RATE), np.float32)
            parts += [samples, gap]
            at += len(samples) + len(gap)
        parts.append(np.zeros(int(_TAIL_S * RATE), np.float32))
        return np.concatenate(parts), ends[wanted], word

    def _any(self, rng: np.random.Generator) -> tuple[str, str | None]:
        """A voice and a word of it; words that many voices say come more often."""
        known = np.array([name is not None for name in self._labels])
        word = None
        if None not in self._by_word or rng.random() >= _OTHER:
            weights = self._weights * known
            word = self._labels[int(rng.choice(len(self._labels), p=weights / weights.sum()))]
        return str(rng.choice(self._by_word[word])), word

    def _beside(self, voice: str, rng: np.random.Generator) -> tuple[str, str | None]:
        if len(self._words[voice]) > 1 and rng.random() < 0.7:
            its = list(self._words[voice])
            return voice, its[int(rng.integers(len(its)))]
        return self._any(rng)


def make_windows(speech: Path, folder: Path, group: int, count: int, seed: int) -> None:
    """Write `count` windows of a group into `folder`, a shard of 2,000 at a time; shards that are there stay."""
    folder.mkdir(parents=True, exist_ok=True)
    todo = [place for place in range(-(-count // SHARD)) if not _shard(folder, group, place).exists()]
    if not todo:
        return
    windows = Windows([speech / "real"], group)
    talk = babble(synthetic_in(speech), _TALKERS)
    for place in todo:
        rng = np.random.default_rng((seed, group, place, 31))
        noise = _Both(talk, windows.silences, rng)
        drawn = [windows.window(noise, rng) for _ in range(SHARD)]
        path = _shard(folder, group, place)
        scratch = path.with_name(path.name + ".part")
        with scratch.open("wb") as file:
            np.savez(file, frames=np.stack([one for one, _ in drawn]), right=np.array([right for _, right in drawn]))
        scratch.replace(path)
        print(f"windows {group}: {place + 1} of {-(-count // SHARD)}", file=sys.stderr, flush=True)


def read_windows(folder: Path, groups: Sequence[int]) -> tuple[Frames, NDArray[np.int64]]:
    """Return all windows of these groups, uint8 [n, 140, 32], and what is right in each, [n]."""
    frames: list[Frames] = []
    right: list[NDArray[np.int64]] = []
    for path in sorted(folder.glob("*.npz")):
        if int(path.name.split("-")[0]) in groups:
            with np.load(path) as shard:
                frames.append(shard["frames"])
                right.append(shard["right"].astype(np.int64))
    return np.concatenate(frames), np.concatenate(right)


def _shard(folder: Path, group: int, place: int) -> Path:
    return folder / f"{group}-{place:04}.npz"
