# SPDX-License-Identifier: Apache-2.0
"""What thresholds are found on: what graphs make of people and voices that they weren't trained on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from phosphene.perception.audio.ensemble import Ensemble
from phosphene.perception.audio.features import Float, FrontEnd
from phosphene.perception.audio.graphs import COLUMN_FRAMES, HOP_COLUMNS
from phosphene.perception.audio.hops import HOP, Hop
from recipes.hearing.pool import to_bytes, to_features
from recipes.hearing.utterances import SYNTHETIC
from recipes.speech.channel import at_snr
from recipes.speech.hard_noise import HardNoise
from recipes.speech.noise import TrainingNoise
from recipes.speech.sound import RATE, Samples, from_int16
from recipes.speech.splice import GROUPS, Splicer
from recipes.speech.store import Clips

_BEFORE_S: Final = 0.9
_AFTER_S: Final = 0.9
_MOST: Final = {"words": 250, "misses": 250, "commands": 200, "loose": 120, "talk": 400}
_SPLICES: Final = 60


@dataclass(frozen=True, slots=True)
class Trial:
    """Log chances [columns, outputs], frames [4 * columns, 32] and levels [hops] in dB for a clip, and the vocabulary
    words in it, in order; `ends_s` where known.
    """

    columns: Float
    frames: Float
    levels: Float
    words: tuple[str, ...]
    kind: str
    ends_s: tuple[float, ...] | None = None


def padded(samples: Samples) -> Samples:
    """Return the clip with silence around it, in whole hops."""
    after = int(_AFTER_S * RATE)
    after += -(len(samples) + int(_BEFORE_S * RATE) + after) % HOP
    return np.concatenate([np.zeros(int(_BEFORE_S * RATE), np.float32), samples, np.zeros(after, np.float32)])


def columns_of(scorer: Ensemble, samples: Samples) -> Float:
    """Return what the graphs make of samples in whole hops, as in a stream."""
    scorer.reset()
    front = FrontEnd()
    return np.concatenate([scorer.add(front.add(samples[at : at + HOP])) for at in range(0, len(samples), HOP)])


def frames_of(samples: Samples) -> Float:
    """Return the frames of samples in whole hops, as in a stream: eight a hop, rounded as the graphs take them."""
    return to_features(to_bytes(FrontEnd().add(samples)))


def levels_of(samples: Samples) -> Float:
    """Return how loud each hop of samples in whole hops is, in dB."""
    return np.array([Hop(hop, 0.0, False).level_db for hop in samples.reshape(-1, HOP)], np.float32)


def people(speech: Path, fold: int, seed: int = 0) -> Iterator[tuple[Samples, tuple[str, ...], str, tuple[float, ...]]]:
    """Yield the clips of a fold: each word clean, half of them in steady noise and a quarter in noise that comes and
    goes, and words spliced into commands, clean and in such noise.

    That noise is generated, or a crowd of the fold's own people, whom the network never heard either.
    """
    store = Clips(speech / "real", f"fold{fold}")
    rng = np.random.default_rng((seed, fold, 11))
    apart = np.random.default_rng((seed, fold, 12))
    crowd = [from_int16(store.samples(number)) for number, clip in enumerate(store.entries) if clip.kind == "talk"]
    steady, hard = TrainingNoise(), HardNoise(crowd)
    for number, clip in enumerate(store.entries):
        if clip.kind == "talk":
            continue
        samples = from_int16(store.samples(number))
        words = tuple(word for word in clip.words if word)
        ends = tuple(end + _BEFORE_S for _, end in clip.times) if clip.times and words else ()
        yield padded(samples), words, clip.kind, ends
        if rng.random() < 0.5:
            wide = padded(samples)
            yield at_snr(wide, steady.draw(len(wide), rng), rng.uniform(5, 20)), words, "noisy", ends
        if apart.random() < 0.25:
            yield _noisy(padded(samples), hard, apart), words, "crowded", ends
    splicer = Splicer(store.entries, lambda number: from_int16(store.samples(number)))
    for group in GROUPS:
        for place in range(_SPLICES):
            said = splicer.draw(group, rng)
            ends = tuple(end + _BEFORE_S for _, end in said.times)
            yield padded(said.samples), said.words, f"splice-{group}", ends
            if place % 2:
                yield _noisy(padded(said.samples), hard, apart), said.words, f"crowded-{group}", ends


def _noisy(samples: Samples, noise: HardNoise, rng: np.random.Generator) -> Samples:
    """Add noise, 5 to 20 dB below; half of it begins after the stream does, and ends before."""
    made = noise.draw(len(samples), rng)
    if rng.random() < 0.5:
        made[: int(rng.uniform(0, 0.6) * RATE)] = 0
        made[len(made) - int(rng.uniform(0, 0.6) * RATE) :] = 0
    return at_snr(samples, made, rng.uniform(5, 20))


def voices(speech: Path) -> Iterator[tuple[Samples, tuple[str, ...], str, tuple[float, ...]]]:
    """Yield clips of synthetic voices that are kept for thresholds."""
    for folder in sorted(speech.glob("*-*")):
        kind = folder.name.partition("-")[2]
        if kind not in _MOST or folder.name.startswith("flite"):
            continue
        store = Clips(folder, "dev")
        for number in np.random.default_rng(len(store)).permutation(len(store))[: _MOST[kind]]:
            clip = store.entries[int(number)]
            words = tuple(word for word in clip.words if word)
            times = [] if clip.times is None else [t for t, word in zip(clip.times, clip.words, strict=True) if word]
            ends = tuple(end + _BEFORE_S for _, end in times)
            yield padded(from_int16(store.samples(int(number)))), words, kind, ends


def trials(scorer: Ensemble, speech: Path, group: int) -> list[Trial]:
    """Return the trials of a fold, or of the synthetic voices."""
    source = voices(speech) if group == SYNTHETIC else people(speech, group)
    return [
        Trial(
            columns_of(scorer, samples),
            frames_of(samples),
            levels_of(samples),
            words,
            kind,
            ends if len(ends) == len(words) else None,
        )
        for samples, words, kind, ends in source
    ]


def save(path: Path, found: Sequence[Trial]) -> None:
    """Keep trials in a file, since they take minutes to make."""
    scratch = path.with_name(path.name + ".part")
    with scratch.open("wb") as file:
        np.savez_compressed(
            file,
            columns=np.concatenate([one.columns for one in found]).astype(np.float16),
            frames=to_bytes(np.concatenate([one.frames for one in found])),
            levels=np.concatenate([one.levels for one in found]).astype(np.float16),
            lengths=np.array([len(one.columns) for one in found]),
            words=np.array(["/".join(one.words) for one in found]),
            kinds=np.array([one.kind for one in found]),
            ends=np.array(["/".join(f"{end:.3f}" for end in one.ends_s or ()) for one in found]),
        )
    scratch.replace(path)


def read(path: Path) -> list[Trial]:
    """Return what `save` wrote."""
    with np.load(path) as table:
        cuts = np.cumsum(table["lengths"])[:-1]
        parts = np.split(table["columns"].astype(np.float32), cuts)
        frames = np.split(to_features(table["frames"]), cuts * COLUMN_FRAMES)
        levels = np.split(table["levels"].astype(np.float32), cuts // HOP_COLUMNS)
        return [
            Trial(
                columns,
                shown,
                loud,
                tuple(str(words).split("/")) if words else (),
                str(kind),
                tuple(float(end) for end in str(ends).split("/")) if ends else None,
            )
            for columns, shown, loud, words, kind, ends in zip(
                parts, frames, levels, table["words"], table["kinds"], table["ends"], strict=True
            )
        ]
