# SPDX-License-Identifier: Apache-2.0
"""What hearing is held against: the nearest of other people's recordings by their features, without a network."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from phosphene.perception.audio.features import BANDS, log_mel
from phosphene_tools.perception.speech_stores import FOLDS, Clip, Samples
from phosphene_tools.perception.words_real import TWELVE, people, summary

_FRAMES: Final = 24


def nearest(data: Path) -> dict[str, Any]:
    """Return how many of the twelve words are the nearest recording's, among the folds that the speaker isn't in.

    Nothing else is asked: other words and silence are left out, which is easier than what hearing is asked.
    """
    results: list[tuple[Clip, bool]] = []
    folds = [[clip for clip in people(data, fold) if clip.words and clip.words[0] in TWELVE] for fold in range(FOLDS)]
    vectors = [np.stack([_vector(clip.samples) for clip in fold]) for fold in folds]
    for fold in range(FOLDS):
        others = [place for place in range(FOLDS) if place != fold]
        known = np.concatenate([vectors[place] for place in others])
        words = [clip.words for place in others for clip in folds[place]]
        best = (vectors[fold] @ known.T).argmax(axis=1)
        results += [(clip, words[int(one)] == clip.words) for clip, one in zip(folds[fold], best, strict=True)]
    return summary(results)


def _vector(samples: Samples) -> NDArray[np.float32]:
    """Features of a word brought to 24 frames, each band without its mean; of length 1."""
    from recipes.speech.sound import speech_span

    begin, end = speech_span(samples, 30.0)
    frames = log_mel(np.pad(samples[begin:end], 200))
    at = np.linspace(0, len(frames) - 1, _FRAMES)
    table = np.stack([np.interp(at, np.arange(len(frames)), frames[:, band]) for band in range(BANDS)], axis=1)
    table -= table.mean(axis=0)
    return (table / max(float(np.linalg.norm(table)), 1e-6)).astype(np.float32).ravel()
