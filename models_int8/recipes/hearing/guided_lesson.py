# SPDX-License-Identifier: Apache-2.0
"""What the partner learns: the words of an utterance in order (CTC), in the columns where its guide names them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from phosphene.perception.audio.features import BANDS, LOW, Float, band_hertz
from phosphene.perception.audio.graphs import COLUMN_FRAMES, NOTHING, OTHER, SPAN_FRAMES, WORDS_FROM
from recipes.hearing.guide import IDLE, Guided
from recipes.hearing.lesson import Buckets, in_noise, masked, microphone
from recipes.hearing.pool import to_features

_SPEECH: Final = 0.15
_NOISY: Final = 0.75
# Examples that went through a channel have noise already; so many get more.
_MORE_NOISE: Final = 0.25
_BELOW_BELS: Final = (0.4, 2.8)
_WARPED: Final = 0.75
_TRACTS: Final = (0.87, 1.15)
_PACED: Final = 0.6
_PACES: Final = (0.82, 1.22)
# A word is named in a column whose last frame lies about so far behind the word.
_BEHIND: Final = 36

Rng = np.random.Generator


class GuidedPool:
    """Examples as somebody else may have said them. `noises` are kinds of noise, each uint8 [n, frames, 32]: some of
    it is added to the `plain` examples, and to some of the others, anew each time.
    """

    def __init__(
        self, examples: Sequence[Guided], plain: Sequence[Guided], noises: Sequence[NDArray[np.uint8]]
    ) -> None:
        self._drawn = Buckets(examples, plain)
        self._noises = noises

    def batch(self, rng: Rng) -> list[tuple[Guided, Float]]:
        """Return a batch of examples of about the same length, each with its features as somebody else, somewhere
        else, may have said it.
        """
        return [self._varied(one, plain, rng) for one, plain in self._drawn.draw(rng)]

    def _varied(self, one: Guided, plain: bool, rng: Rng) -> tuple[Guided, Float]:
        values = to_features(one.frames)
        if plain:
            values = values + microphone(rng)
        if rng.random() < (_NOISY if plain else _MORE_NOISE):
            kind = self._noises[int(rng.integers(len(self._noises)))]
            values = in_noise(values, kind[int(rng.integers(len(kind)))], rng, _BELOW_BELS)
        if rng.random() < _WARPED:
            values = in_another_throat(values, rng.uniform(*_TRACTS))
        values = masked(values.astype(np.float32), rng)
        if rng.random() < _PACED:
            return paced(one, values, rng.uniform(*_PACES))
        return one, values


def in_another_throat(values: Float, factor: float) -> Float:
    """Return features [n, 32] with all frequencies changed by a factor, as by another length of the vocal tract.

    Jaitly and Hinton: Vocal tract length perturbation improves speech recognition, 2013.
    """
    hertz = band_hertz()
    at = np.interp(hertz * factor, hertz, np.arange(BANDS))
    low = at.astype(int).clip(0, BANDS - 2)
    share = (at - low).astype(np.float32)
    return values[:, low] * (1 - share) + values[:, low + 1] * share


def paced(one: Guided, values: Float, pace: float) -> tuple[Guided, Float]:
    """Return an example and its features [n, 32] spoken `pace` times as fast, at the same pitch."""
    count = int(len(values) / pace)
    if count <= SPAN_FRAMES + 40:
        return one, values
    at = np.arange(count) * pace
    low = at.astype(int).clip(0, len(values) - 2)
    share = (at - low).astype(np.float32)[:, None]
    named = np.full((count - SPAN_FRAMES) // COLUMN_FRAMES + 1, IDLE)
    middle = SPAN_FRAMES - _BEHIND
    for column in np.flatnonzero(one.named != IDLE):
        its = round(((COLUMN_FRAMES * column + middle) / pace - middle) / COLUMN_FRAMES)
        if 0 <= its < len(named):
            named[its] = one.named[column]
    return replace(one, named=named, spoken=one.spoken[low]), values[low] * (1 - share) + values[low + 1] * share


class GuidedLesson:
    """The loss of one step, over a batch of real people or, in one of some, of synthetic voices.

    `outputs` [words] are the network's scores of the words of the vocabulary; one that it doesn't have, -1, is to be
    other speech.
    """

    def __init__(self, real: GuidedPool, synthetic: GuidedPool, share: float, outputs: NDArray[np.int64]) -> None:
        self._real, self._synthetic, self._share = real, synthetic, share
        # A column's target counts from the idle, 0; so does a word that is none of the network's.
        self._target = np.append(np.maximum(outputs - WORDS_FROM + 1, 0), 0)

    def __call__(self, module: nn.Module, step: int, rng: Rng) -> Tensor:
        batch = (self._real if rng.random() < self._share else self._synthetic).batch(rng)
        longest = max(len(values) for _, values in batch)
        columns = (longest - SPAN_FRAMES) // COLUMN_FRAMES + 1
        frames = np.full((len(batch), longest, BANDS), LOW, np.float32)
        named = np.zeros((len(batch), columns), np.int64)
        speaks = np.zeros((len(batch), columns), np.float32)
        lengths: list[int] = []
        said: list[NDArray[np.int64]] = []
        for place, (one, values) in enumerate(batch):
            # The stream's columns fall anywhere.
            skipped, cut = int(rng.integers(2)), int(rng.integers(2))
            values = values[skipped * COLUMN_FRAMES + cut :]
            frames[place, : len(values)] = values
            count = (len(values) - SPAN_FRAMES) // COLUMN_FRAMES + 1
            its = self._target[one.named[skipped:][:count]]
            named[place, : len(its)] = its
            speaks[place, :count] = _speaking(one.spoken[skipped * COLUMN_FRAMES + cut :], count)
            words = self._target[one.words]
            said.append(words[words > 0])
            lengths.append(count)
        with torch.autocast("cpu", dtype=torch.bfloat16):
            scores = module(torch.from_numpy(frames)[:, None].contiguous(memory_format=torch.channels_last))
        return _loss(scores.float(), named, speaks, said, torch.tensor(lengths))


def _speaking(spoken: NDArray[np.bool_], columns: int) -> NDArray[np.float32]:
    """Whether somebody speaks in the frames that are somewhat behind each column's last."""
    share = np.cumsum(np.r_[0, spoken])
    ends = np.arange(columns) * COLUMN_FRAMES + SPAN_FRAMES
    return ((share[ends - 4] - share[ends - 16]) > 0.3 * 12).astype(np.float32)


def _loss(
    scores: Tensor,
    named: NDArray[np.int64],
    speaks: NDArray[np.float32],
    said: Sequence[NDArray[np.int64]],
    lengths: Tensor,
) -> Tensor:
    logs = scores.log_softmax(-1)
    idle = torch.logaddexp(logs[..., NOTHING], logs[..., OTHER])
    chances = torch.cat([idle[..., None], logs[..., WORDS_FROM:]], -1)
    counts = torch.tensor([len(words) for words in said])
    told = nn.functional.ctc_loss(
        chances.transpose(0, 1),
        torch.from_numpy(np.concatenate(said)),
        lengths,
        counts,
        reduction="none",
        zero_infinity=True,
    )
    target = torch.from_numpy(named)
    inside = torch.arange(scores.shape[1]) < lengths[:, None]
    word, rest = inside & (target > 0), inside & (target == 0)
    guide = nn.functional.nll_loss(chances.transpose(1, 2), target, reduction="none")
    where = (guide * word).sum() / word.sum().clamp(min=1) + (guide * rest).sum() / rest.sum().clamp(min=1)
    heard = nn.functional.binary_cross_entropy_with_logits(
        scores[..., OTHER] - scores[..., NOTHING], torch.from_numpy(speaks), reduction="none"
    )
    return (told / counts.clamp(min=1)).mean() + where + _SPEECH * (heard * inside).sum() / inside.sum()
