# SPDX-License-Identifier: Apache-2.0
"""What int8 costs: the same people heard by a fold's graphs and by the float networks that they were made of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import torch

from phosphene.accelerators import Graph, load_graph
from phosphene.perception.audio.ensemble import Ensemble, averaged, known_outputs
from phosphene.perception.audio.features import LOW, Float, FrontEnd
from phosphene.perception.audio.graphs import COLUMN_FRAMES, HOP_COLUMNS, SPAN_FRAMES, log_softmax
from phosphene.perception.audio.hops import HOP_S
from phosphene.perception.audio.listener import Listener
from phosphene.perception.audio.second_look import Namer, SecondLook
from phosphene.perception.audio.settings import Settings
from recipes.hearing.network import Network
from recipes.hearing.second import Namer as Second
from recipes.hearing.trials import columns_of, frames_of, levels_of, people
from recipes.speech.sound import Samples
from recipes.speech.vocabulary import TWELVE, labels

# Of each fold's clips so many in turn are heard, the same by both.
_EVERY: Final = 4


@dataclass(frozen=True, slots=True)
class InFloat:
    """The networks of one fold, before they became int8."""

    first: Network
    partner: Network
    second: Second


@torch.no_grad()
def columns_in_float(networks: InFloat, samples: Samples) -> Float:
    """Return what the float networks make of samples in whole hops, column for column as `columns_of` does."""
    before = np.full((SPAN_FRAMES - COLUMN_FRAMES, 32), LOW, np.float32)
    frames = torch.from_numpy(np.concatenate([before, FrontEnd().add(samples)]))[None, None]
    first, partner = (log_softmax(one.eval()(frames)[0].numpy()) for one in (networks.first, networks.partner))
    return averaged(first, partner, known_outputs(labels()))


class _LookInFloat(SecondLook):
    """The second look by the float network that it was made of."""

    def __init__(self, graph: Graph, network: Second, vocabulary: Sequence[str]) -> None:
        super().__init__(graph, vocabulary)
        self._network = network.float().eval()

    @torch.no_grad()
    def scores(self, window: Float) -> Float:
        """See SecondLook."""
        return self._network(torch.from_numpy(window)[None, None]).flatten().numpy()


def committed(
    columns: Float, frames: Float, levels: Float, second: Namer, settings: Settings, expect: Sequence[str]
) -> tuple[str, ...]:
    """Return the words that are committed in these columns of these frames, as loud as `levels` [hops], while `expect`
    is expected.
    """
    listener = Listener(settings, second)
    listener.expect(expect, None)
    words: list[str] = []
    for at in range(0, len(columns), HOP_COLUMNS):
        level = float(levels[at // HOP_COLUMNS])
        shown = frames[at * COLUMN_FRAMES : (at + HOP_COLUMNS) * COLUMN_FRAMES]
        change = listener.hop(columns[at : at + HOP_COLUMNS], shown, (at / HOP_COLUMNS + 1) * HOP_S, level)
        words += [word.text for word in change.words if word.committed]
    return (*words, *(word.text for word in listener.end().words))


def both(networks: InFloat, folder: Path, settings: Settings, speech: Path, fold: int) -> tuple[int, int, int]:
    """Return how many clips of a fold were heard, and how many of them right in float and in int8.

    The clips are single words, clean and in noise, other words and silence, with the twelve words expected.
    """
    scorer, second = Ensemble.load(folder, settings.words), SecondLook.load(folder, settings.words)
    in_float = _LookInFloat(load_graph(folder / "second_look.tflite"), networks.second, settings.words)
    exact = whole = count = 0
    heard = (one for one in people(speech, fold) if not one[2].startswith("crowded"))
    for place, (samples, words, kind, _) in enumerate(heard):
        if place % _EVERY or kind.startswith("splice"):
            continue
        wanted = tuple(word for word in words if word in TWELVE)
        count += 1
        frames, levels = frames_of(samples), levels_of(samples)
        columns = columns_in_float(networks, samples)
        exact += committed(columns, frames, levels, in_float, settings, TWELVE) == wanted
        whole += committed(columns_of(scorer, samples), frames, levels, second, settings, TWELVE) == wanted
    return count, exact, whole
