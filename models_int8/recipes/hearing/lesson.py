# SPDX-License-Identifier: Apache-2.0
"""What the network learns: the words of an utterance in order (CTC), and in which columns somebody speaks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Generic, TypeVar

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from phosphene.perception.audio.features import HIGH, LOW
from phosphene.perception.audio.graphs import COLUMN_FRAMES, NOTHING, OTHER, SPAN_FRAMES, WORDS_FROM
from recipes.hearing.pool import Example, to_features

BATCH: Final = 16
_BUCKETS: Final = 16
_SPEECH: Final = 0.15
# A column says whether somebody speaks in the frames that are so far behind its last.
_BEHIND: Final = slice(4, 16)
_LOUDER_BELS: Final = 0.6
_WHICH: Final = 0.5
_NOISY: Final = 0.65
# Noise in a band lies so far below the louder tenth of all bands.
_BELOW_BELS: Final = (0.6, 3.5)
_LN10: Final = float(np.log(10))


E = TypeVar("E", bound=Example)


class Buckets(Generic[E]):
    """Examples sorted by length, so that a batch has little padding; of each, whether it is one of the `plain`."""

    def __init__(self, examples: Sequence[E], plain: Sequence[E]) -> None:
        listed = [(one, False) for one in examples] + [(one, True) for one in plain]
        ordered = sorted(
            (one for one in listed if len(one[0].frames) > SPAN_FRAMES + 40), key=lambda one: len(one[0].frames)
        )
        size = -(-len(ordered) // _BUCKETS)
        self._buckets = [ordered[at : at + size] for at in range(0, len(ordered), size)]

    def draw(self, rng: np.random.Generator) -> list[tuple[E, bool]]:
        """Return a batch of examples of about the same length."""
        bucket = self._buckets[int(rng.integers(len(self._buckets)))]
        return [bucket[int(place)] for place in rng.integers(0, len(bucket), BATCH)]


class Pool:
    """Examples as they are heard. `noises` is uint8 [n, frames, 32]: some of it is added to the `plain` examples, anew
    each time, beside a microphone's curve.
    """

    def __init__(
        self, examples: Sequence[Example], plain: Sequence[Example] = (), noises: NDArray[np.uint8] | None = None
    ) -> None:
        self._drawn = Buckets(examples, plain)
        self._noises = noises

    def batch(self, rng: np.random.Generator) -> list[tuple[Example, NDArray[np.float32]]]:
        """Return a batch of examples of about the same length, each with its features as they are heard."""
        return [(one, self._heard(one.frames, plain, rng)) for one, plain in self._drawn.draw(rng)]

    def _heard(self, frames: NDArray[np.uint8], plain: bool, rng: np.random.Generator) -> NDArray[np.float32]:
        values = to_features(frames)
        if plain:
            values = values + microphone(rng)
            if self._noises is not None and rng.random() < _NOISY:
                noise = self._noises[int(rng.integers(len(self._noises)))]
                values = in_noise(values, noise, rng, _BELOW_BELS)
        return masked(values.astype(np.float32), rng)


def in_noise(
    values: NDArray[np.float32], noise: NDArray[np.uint8], rng: np.random.Generator, below: tuple[float, float]
) -> NDArray[np.float32]:
    """Add a piece of `noise` [n, 32] to features, so many bels `below` the louder tenth of all bands."""
    rows = (int(rng.integers(len(noise))) + np.arange(len(values))) % len(noise)
    wanted = np.quantile(values, 0.9) - rng.uniform(*below)
    added = to_features(noise[rows])
    # Powers add; that phases are left out makes no odds to a network.
    return np.logaddexp(values * _LN10, (added - added.mean() + wanted) * _LN10) / _LN10


def microphone(rng: np.random.Generator) -> NDArray[np.float32]:
    """A smooth curve over the bands, and how loud somebody speaks, in bels."""
    curve = np.interp(np.arange(32), np.linspace(0, 31, 6), rng.normal(0, rng.uniform(0.05, 0.5), 6))
    return (curve + rng.uniform(-1.2, 0.6)).astype(np.float32)


def masked(frames: NDArray[np.float32], rng: np.random.Generator) -> NDArray[np.float32]:
    """Return frames louder or quieter by up to 6 dB, with a stretch of bands and of time blanked now and then."""
    frames = np.clip(frames + np.float32(rng.uniform(-_LOUDER_BELS, _LOUDER_BELS)), LOW, HIGH)
    # Park and others, SpecAugment, arXiv:1904.08779.
    for _ in range(int(rng.integers(0, 3))):
        width, first = int(rng.integers(1, 6)), int(rng.integers(0, 30))
        frames[:, first : first + width] = frames.mean()
    if rng.random() < 0.4:
        length = int(rng.integers(2, 11))
        first = int(rng.integers(0, len(frames) - length))
        frames[first : first + length] = frames.min()
    return frames


class Lesson:
    """The loss of one step, over a batch of real people or of synthetic voices."""

    def __init__(self, real: Pool | None, synthetic: Pool | None, share: float) -> None:
        self._real, self._synthetic = real, synthetic
        self._share = 0.0 if real is None else 1.0 if synthetic is None else share

    def __call__(self, module: nn.Module, step: int, rng: np.random.Generator) -> Tensor:
        pool = self._real if rng.random() < self._share else self._synthetic
        assert pool is not None
        batch = pool.batch(rng)
        longest = max(len(one.frames) for one, _ in batch)
        frames = np.full((len(batch), longest, 32), LOW, np.float32)
        spoken = np.zeros((len(batch), longest), np.bool_)
        lengths: list[int] = []
        for place, (one, heard) in enumerate(batch):
            cut = int(rng.integers(0, 8))
            values = heard[cut:]
            frames[place, : len(values)] = values
            spoken[place, : len(values)] = one.spoken[cut:]
            lengths.append((len(values) - SPAN_FRAMES) // COLUMN_FRAMES + 1)
        with torch.autocast("cpu", dtype=torch.bfloat16):
            scores = module(torch.from_numpy(frames)[:, None])
        return self._loss(scores.float(), [one for one, _ in batch], torch.tensor(lengths), torch.from_numpy(spoken))

    def _loss(self, scores: Tensor, batch: Sequence[Example], lengths: Tensor, spoken: Tensor) -> Tensor:
        logs = scores.log_softmax(-1)
        idle = torch.logaddexp(logs[..., NOTHING], logs[..., OTHER])
        chances = torch.cat([idle[..., None], logs[..., WORDS_FROM:]], -1).transpose(0, 1)
        words = torch.from_numpy(np.concatenate([one.words for one in batch])) + 1
        counts = torch.tensor([len(one.words) for one in batch])
        told = nn.functional.ctc_loss(chances, words, lengths, counts, reduction="none", zero_infinity=True)
        columns = scores.shape[1]
        active = spoken.float()[:, SPAN_FRAMES - _BEHIND.stop :].unfold(1, _BEHIND.stop - _BEHIND.start, COLUMN_FRAMES)
        active = (active[:, :columns].mean(-1) > 0.3).float()
        inside = (torch.arange(columns) < lengths[:, None]).float()[:, : active.shape[1]]
        heard = nn.functional.binary_cross_entropy_with_logits(
            (scores[..., OTHER] - scores[..., NOTHING])[:, : active.shape[1]], active, reduction="none"
        )
        speech = (heard * inside).sum() / inside.sum()
        return (
            (told / counts.clamp(min=1)).mean() + _SPEECH * speech + _WHICH * _which(scores, words - 1, counts, lengths)
        )


def _which(scores: Tensor, words: Tensor, counts: Tensor, lengths: Tensor) -> Tensor:
    """Return how badly each word stands out among all words, wherever in the utterance: what gets CTC off the ground.

    While a network still says "nothing" everywhere, CTC hardly tells it which word to say instead.
    """
    outside = torch.arange(scores.shape[1]) >= lengths[:, None]
    best = scores[..., WORDS_FROM:].masked_fill(outside[..., None], -1e4).logsumexp(1)
    of = torch.repeat_interleave(torch.arange(len(counts)), counts)
    said = torch.zeros_like(best, dtype=torch.bool)
    said[of, words] = True
    mine = best[of, words]
    others = best.masked_fill(said, -1e4)[of].logsumexp(1)
    return nn.functional.softplus(others - mine).sum() / max(len(words), 1)
