# SPDX-License-Identifier: Apache-2.0
"""Sends utterances through channels and noise once and keeps their features: trainings then draw from this pool.

Each group has a pool of its own, in which everything, noise included, comes from that group's people: a fold's
network is trained on the pools of the other folds.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from phosphene.perception.audio.features import HIGH, LOW, STEP, log_mel
from recipes.hearing.utterances import SYNTHETIC, Utterance, Voices
from recipes.speech.channel import TRAINING, through
from recipes.speech.hard_noise import HardNoise
from recipes.speech.noise import TrainingNoise
from recipes.speech.sound import RATE, Samples, from_int16
from recipes.speech.store import Clips
from recipes.speech.vocabulary import labels

_STEADY_NOISE: Final = "noise.npz"
_HARD_NOISE: Final = "hard-noise.npz"
SHARD: Final = 500
_PLAIN: Final = 0.06
_SILENT: Final = 0.03
_NATURAL: Final = 9000
"""Where the numbers of such shards begin."""


@dataclass(frozen=True, slots=True)
class Example:
    """`frames` is uint8 [n, 32], LOW to HIGH; `words` are numbers of the vocabulary; `spoken` is bool [n]."""

    frames: NDArray[np.uint8]
    words: NDArray[np.int64]
    spoken: NDArray[np.bool_]


def to_bytes(frames: NDArray[np.float32]) -> NDArray[np.uint8]:
    """Return features as bytes, as exactly as the graph's int8 input takes them."""
    return np.rint((frames - LOW) * (255 / (HIGH - LOW))).astype(np.uint8)


def to_features(frames: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Undo `to_bytes`."""
    return frames.astype(np.float32) * np.float32((HIGH - LOW) / 255) + np.float32(LOW)


def example(said: Utterance, noise: TrainingNoise, rng: np.random.Generator, *, plain: bool = False) -> Example:
    """Return one utterance, or now and then only noise, as the network would hear it; `plain` without a channel."""
    numbers = {word: number for number, word in enumerate(labels())}
    before, after = rng.uniform(0.25, 0.9), rng.uniform(0.55, 0.8)
    samples, words, spoken = said.samples, said.words, said.spoken
    if rng.random() < _SILENT:
        samples, words, spoken = np.zeros(int(rng.uniform(1, 2) * RATE), np.float32), (), ()
        samples += rng.standard_normal(samples.size).astype(np.float32) * 1e-4
    padded = np.concatenate(
        [np.zeros(int(before * RATE), np.float32), samples, np.zeros(int(after * RATE), np.float32)]
    )
    if plain or rng.random() < _PLAIN:
        heard, pace = padded * 10 ** rng.uniform(-1, 0), 1.0
    else:
        heard = through(padded, rng, noise, TRAINING)
        pace = len(padded) / max(len(heard), 1)
    frames = log_mel(heard)
    at = (np.arange(len(frames)) * STEP + 200) / RATE * pace - before
    active = np.zeros(len(frames), np.bool_)
    for begin, end in spoken:
        active |= (at >= begin) & (at <= end)
    return Example(to_bytes(frames), np.array([numbers[word] for word in words], np.int64), active)


def make_pool(
    speech: Path, folder: Path, group: int, count: int, seed: int, *, plain: bool = False, natural: bool = False
) -> None:
    """Write `count` examples of a group into `folder`, a shard of 500 at a time; shards that are there stay.

    Without a channel an example takes a tenth of the time; training adds noise to such ones itself. With `natural`
    they are of the voices alone that sound like people: few clips, which would be lost among the others.
    """
    folder.mkdir(parents=True, exist_ok=True)
    first = _NATURAL if natural else 0
    todo = [place for place in range(first, first - (-count // SHARD)) if not _shard(folder, group, place).exists()]
    if not todo:
        return
    synthetic = synthetic_in(speech)
    drawn = [path for path in synthetic if path.name.startswith("kokoro")] if natural else synthetic
    voices = Voices(drawn if group == SYNTHETIC else [speech / "real"], group)
    noise = TrainingNoise(babble(synthetic), voices.silences)
    for place in todo:
        rng = np.random.default_rng((seed, group, place, plain))
        _save(_shard(folder, group, place), [example(voices.draw(rng), noise, rng, plain=plain) for _ in range(SHARD)])
        print(f"pool {group}: {place + 1 - first} of {-(-count // SHARD)}", file=sys.stderr, flush=True)


def make_noises(speech: Path, folder: Path, count: int, seed: int) -> None:
    """Write the features of `count` stretches of 6 s of either kind of noise, for training to add to examples; what
    is there stays.
    """
    for name, kind, stream in ((_STEADY_NOISE, TrainingNoise, 99), (_HARD_NOISE, HardNoise, 98)):
        if (folder / name).exists():
            continue
        noise = kind(babble(synthetic_in(speech)))
        rng = np.random.default_rng((seed, stream))
        made = [log_mel(noise.draw(6 * RATE, rng) * np.float32(0.05)) for _ in range(count)]
        np.savez(folder / name, frames=np.stack([to_bytes(one) for one in made]))


def read_noises(folder: Path) -> list[NDArray[np.uint8]]:
    """Return both kinds of noise, each [n, frames, 32]: steady, and such as comes and goes."""
    kinds: list[NDArray[np.uint8]] = []
    for name in (_STEADY_NOISE, _HARD_NOISE):
        with np.load(folder / name) as file:
            kinds.append(file["frames"])
    return kinds


def synthetic_in(speech: Path) -> list[Path]:
    """Folders of synthetic speech but for the engine that is kept for the test."""
    stores = sorted(path for path in speech.iterdir() if (path / "index.jsonl").exists())
    return [path for path in stores if path.name.startswith(("espeak", "hibari", "kokoro"))]


def babble(folders: Sequence[Path], most: int = 400) -> list[Samples]:
    """Synthetic talk for the babble in the background: of training voices."""
    found: list[Samples] = []
    for folder in folders:
        if folder.name.endswith("-talk"):
            clips = Clips(folder, "train")
            found += [from_int16(clips.samples(number)) for number in range(min(len(clips), most))]
    return found


def _shard(folder: Path, group: int, place: int) -> Path:
    return folder / f"{group}-{place:04}.npz"


def _save(path: Path, examples: Sequence[Example]) -> None:
    scratch = path.with_name(path.name + ".part")
    with scratch.open("wb") as file:
        np.savez(
            file,
            frames=np.concatenate([one.frames for one in examples]),
            spoken=np.concatenate([one.spoken for one in examples]),
            lengths=np.array([len(one.frames) for one in examples]),
            words=np.concatenate([one.words for one in examples]),
            counts=np.array([len(one.words) for one in examples]),
        )
    scratch.replace(path)


def read_pool(folder: Path, groups: Sequence[int]) -> list[Example]:
    """Return all examples of these groups."""
    found: list[Example] = []
    for path in sorted(folder.glob("*.npz")):
        if int(path.name.split("-")[0]) not in groups:
            continue
        with np.load(path) as shard:
            ends, word_ends = np.cumsum(shard["lengths"])[:-1], np.cumsum(shard["counts"])[:-1]
            parts = (
                np.split(shard["frames"], ends),
                np.split(shard["words"], word_ends),
                np.split(shard["spoken"], ends),
            )
            found += [Example(*one) for one in zip(*parts, strict=True)]
    return found
