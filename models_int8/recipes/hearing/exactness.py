# SPDX-License-Identifier: Apache-2.0
"""What int8 costs: the same people heard by a fold's graphs and by the float network that they were made of."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import numpy as np
import torch

from phosphene.perception.audio.features import LOW, Float, FrontEnd
from phosphene.perception.audio.graphs import COLUMN_FRAMES, HOP_COLUMNS, SPAN_FRAMES, Scorer, log_softmax
from phosphene.perception.audio.hops import HOP_S
from phosphene.perception.audio.listener import Listener
from phosphene.perception.audio.settings import Settings
from recipes.hearing.network import Network
from recipes.hearing.trials import columns_of, levels_of, people
from recipes.speech.sound import Samples
from recipes.speech.vocabulary import TWELVE

# Of each fold's clips so many in turn are heard, the same by both.
_EVERY: Final = 4


@torch.no_grad()
def columns_in_float(network: Network, samples: Samples) -> Float:
    """Return what the float network makes of samples in whole hops, column for column as `columns_of` does."""
    before = np.full((SPAN_FRAMES - COLUMN_FRAMES, 32), LOW, np.float32)
    frames = np.concatenate([before, FrontEnd().add(samples)])
    return log_softmax(network(torch.from_numpy(frames)[None, None])[0].numpy())


def committed(columns: Float, levels: Float, settings: Settings, expect: Sequence[str]) -> tuple[str, ...]:
    """Return the words that are committed in these columns, as loud as `levels` [hops], while `expect` is expected."""
    listener = Listener(settings)
    listener.expect(expect, None)
    words: list[str] = []
    for at in range(0, len(columns), HOP_COLUMNS):
        level = float(levels[at // HOP_COLUMNS])
        change = listener.hop(columns[at : at + HOP_COLUMNS], (at / HOP_COLUMNS + 1) * HOP_S, level)
        words += [word.text for word in change.words if word.committed]
    return (*words, *(word.text for word in listener.end().words))


def both(network: Network, folder: Path, settings: Settings, speech: Path, fold: int) -> tuple[int, int, int]:
    """Return how many clips of a fold were heard, and how many of them right in float and in int8.

    The clips are single words, clean and in noise, other words and silence, with the twelve words expected.
    """
    scorer = Scorer.load(folder)
    network = network.eval()
    exact = whole = count = 0
    heard = (one for one in people(speech, fold) if not one[2].startswith("crowded"))
    for place, (samples, words, kind, _) in enumerate(heard):
        if place % _EVERY or kind.startswith("splice"):
            continue
        wanted = tuple(word for word in words if word in TWELVE)
        count += 1
        levels = levels_of(samples)
        exact += committed(columns_in_float(network, samples), levels, settings, TWELVE) == wanted
        whole += committed(columns_of(scorer, samples), levels, settings, TWELVE) == wanted
    return count, exact, whole
